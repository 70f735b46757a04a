"""Adagrad, RMSprop and Adadelta: a rate for each weight, and what a turn of the axes does to it."""

from functools import partial
from typing import ClassVar

import numpy as np

from course_lib import optimizers, plots, surfaces, training
from course_lib.explorers.live.controls import Choice, Point, Slider
from course_lib.explorers.live.engine import Explorer, Frame
from course_lib.explorers.shared import ends, words
from course_lib.explorers.shared.words import number

START = (-1.6, 0.8)  # along and across the ravine, so that it turns with it
HEIGHTS = (1e-12, 1e4)
SETTLED = 1e-6  # of the first loss: a thousandth of the way is left
NAMED = (5e-12, 1e4)  # a name is half a line of text above the axis
BESIDE = 0.03  # of all updates: from a line to its name
NAMES = {
    **{"first square": "weight 1", "second square": "weight 2"},
    **{"first step square": "d 1", "second step square": "d 2"},
    **{"reference": "angle 0", "plain": "plain"},
}
FIRST_STEPS = {
    optimizers.Adagrad: "lr",
    optimizers.RMSprop: "lr / sqrt(1 - rho)",
    optimizers.Adadelta: "lr * sqrt(epsilon / (1 - rho))",
}
GROWS = {
    **{"path": 0, "last": "path", "loss": 0, "reference": 0, "plain": 0},
    **{"first square": 1, "second square": 1, "first step square": 1, "second step square": 1},
}
PLAIN = {"optimizer": "adagrad", "lr": 0.5, "rho": 0.9, "angle": 0.0, "condition": 20.0, "updates": 100}
TURNED = PLAIN | {"angle": 45.0}
RMSPROP = PLAIN | {"optimizer": "rmsprop", "lr": 0.03}


class AdaptiveRates(Explorer):
    """Adagrad and its heirs in a ravine: turn the axes, and the rates of the two weights become one.

    >>> figure = AdaptiveRates()
    >>> print(figure.set(angle=45))
    Adagrad is still coming down at lr 0.5, angle 45, condition 20, updates 100. The loss goes
    from 0.384 to 1.39e-5 in 100 updates, at angle 0 to 3.76e-23. Plain descent at its best
    rate, 1.89, ends at 1.69e-10.
    """

    title = "Adagrad, RMSprop, Adadelta: a rate for each weight"
    goal = (
        "a loss below 1e-6 after 100 updates at most, in a ravine of condition 20 or more, "
        "turned by 40 to 50 degrees."
    )
    controls: ClassVar = {
        "optimizer": Choice("adagrad", ("adagrad", "rmsprop", "adadelta")),
        "lr": Slider(0.5, low=1e-3, high=10, log=True),
        "rho": Slider(0.9, low=0, high=0.999, step=0.01, label="rho (not Adagrad)"),
        "angle": Slider(0.0, low=0, high=90, step=1, label="angle (degrees)"),
        "condition": Slider(20.0, low=1, high=100, log=True),
        "updates": Slider(100, low=10, high=1000, log=True, whole=True),
        "start": Point(low=-2, high=2),
    }
    presets: ClassVar = {
        "Along the axes": PLAIN,
        "Turned by 45 degrees": TURNED,
        "Longer, and no harder": PLAIN | {"condition": 100.0},
        "The sums keep growing": PLAIN | {"lr": 0.05},
        "RMSprop": RMSPROP,
        "RMSprop never rests": RMSPROP | {"updates": 200},
        "Adadelta starts slowly": PLAIN | {"optimizer": "adadelta", "lr": 1.0, "rho": 0.95},
    }

    def frame(self, *, angle, condition, updates, start, **settings):
        ravine, along_axes = surfaces.Ravine(condition, angle), surfaces.Ravine(condition)
        optimizer = _optimizer(**settings)
        w0, along_and_across = _starts(start, angle)
        path, states = _run(ravine, optimizer, w0, updates)
        best_rate, plain = _plain_descent(along_axes, along_and_across, updates)
        facts = {
            "path": path,
            "states": states,  # the accumulators, for whoever asks
            "rates": _rates(optimizer, states),
            "losses": ravine.value(path),
            "reference": training.run(along_axes, optimizer, along_and_across, updates).losses,
            "plain": plain,
            "best_rate": best_rate,
        }
        squares, steps = _accumulators(states)
        placed = partial(
            ends.labels, ylim=NAMED, log=True, beyond=BESIDE * updates, gap=ends.GAP * self.screen["text"]
        )
        is_hard = start is None and condition >= 20 and 40 <= angle <= 50
        x = np.arange(updates + 1)
        x_of_steps = x[1 : 1 + steps.shape[1]]
        in_the_middle = {
            "first square": (x[1:], squares[0]),
            "second square": (x[1:], squares[1]),
            "first step square": (x_of_steps, steps[0]),
            "second step square": (x_of_steps, steps[1]),
        }
        at_the_right = {
            "loss": (x, facts["losses"]),
            "reference": (x, facts["reference"]) if angle else ([], []),
            "plain": (x, plain),
        }
        return Frame(
            {f"ellipse {i}": ellipse for i, ellipse in enumerate(plots.ravine_ellipses(ravine))}
            | {"path": path, "last": path[:, -1:]}
            | in_the_middle
            | at_the_right
            | _names(in_the_middle, NAMES, placed)
            | _names(at_the_right, NAMES | {"loss": settings["optimizer"]}, placed),
            self._caption(ravine, optimizer, **facts),
            _why(ravine, optimizer, **facts),
            still=(settings["optimizer"], updates),
            grows=GROWS,
            reached=is_hard and updates <= 100 and facts["losses"][-1] < 1e-6,
            facts=facts,
        )

    def draw(self, figure, frame):
        left, middle, right = figure.subplots(1, 3, width_ratios=[1.7, 1, 1])
        ellipses = {
            name: plots.empty_line(left, color=plots.SKY, lw=1.2)
            for name in frame.artists
            if name.startswith("ellipse")
        }
        left.plot(0, 0, "*", color=plots.ORANGE, mec=plots.BLACK, ms=14, zorder=3)
        left.set(xlim=(-2.1, 2.1), ylim=(-2.1, 2.1), aspect="equal", title="The path")
        left.set(xlabel="weight 1", ylabel="weight 2", xticks=range(-2, 3), yticks=range(-2, 3))
        path, last = plots.path_line(left)
        self.grip(left, "path", x="start", y="start")

        optimizer, updates = frame.still
        for axes in (middle, right):
            _draw_axes(axes, updates)
        middle.set_title(f"a: {'sum' if optimizer == 'adagrad' else 'mean'} of g²")
        right.set_title("The loss")
        first, second = {"color": plots.BLUE}, {"color": plots.VERMILION, "ls": "-."}
        looks = {
            "first square": (middle, first),
            "second square": (middle, second),
            "first step square": (middle, first | {"lw": 1}),
            "second step square": (middle, second | {"lw": 1}),
            "loss": (right, {"color": plots.BLUE, "lw": 3}),
            "reference": (right, {"color": plots.SKY, "ls": ":"}),
            "plain": (right, {"color": plots.BLACK, "ls": "--", "lw": 1.5}),
        }
        lines = {name: plots.empty_line(axes, **look) for name, (axes, look) in looks.items()}
        names = {
            f"{name}'s name": plots.end_name(axes, look["color"]) for name, (axes, look) in looks.items()
        }
        return ellipses | {"path": path, "last": last} | lines | names

    def python(self, *, angle, condition, updates, start, **settings):
        name = type(_optimizer(**settings)).__name__
        optimizer = words.call(f"optimizers.{name}", **_own(**settings))
        w0 = [float(x) for x in _starts(start, angle)[0]]
        return (
            "from course_lib import optimizers, surfaces, training\n"
            f"training.run(surfaces.Ravine({condition!r}, {angle!r}), {optimizer}, "
            f"w0={w0}, steps={updates}).losses"
        )

    def _caption(self, ravine, optimizer, *, path, losses, reference, plain, best_rate, **_):
        own = {name: getattr(optimizer, name) for name in ("lr", "rho") if hasattr(optimizer, name)}
        place = {"angle": ravine.angle, "condition": ravine.condition, "updates": len(losses) - 1}
        happens = f"{type(optimizer).__name__} {_manner(optimizer, path, losses)}"
        verdict = words.verdict(happens, words.settings(own | place, self.shown))
        if not losses[0]:
            return verdict
        at_angle_0 = f", at angle 0 to {number(reference[-1])}" if ravine.angle else ""
        return (
            f"{verdict} The loss goes from {number(losses[0])} to {number(losses[-1])} "
            f"in {words.updates(len(losses) - 1)}{at_angle_0}. "
            f"Plain descent at its best rate, {number(best_rate)}, ends at {number(plain[-1])}."
        )


def _own(optimizer, lr, rho):
    """The settings that the optimizer has."""
    return {"lr": lr} if optimizer == "adagrad" else {"lr": lr, "rho": rho}


def _optimizer(**settings):
    return optimizers.Optimizer.named(settings["optimizer"])(**_own(**settings))


def _starts(start, angle):
    """Where the run begins: in the picture, and along and across the ravine."""
    if start is None:
        return plots.turned(START, angle).round(6), START
    return np.array(start), plots.turned(start, -angle)


def _run(ravine, optimizer, w, updates):
    """The weights before the first and after each update, shape (2, n), and the states with them."""
    path, states = [w], [optimizer.init(w)]
    for _ in range(updates):
        w, state = optimizer.step(w, ravine.gradient(w), states[-1])
        path.append(w)
        states.append(state)
    return np.transpose(path), states


def _accumulators(states):
    """The sum or mean of g**2 after each update, and Adadelta's mean of its squared steps, (2, updates) each.

    Of the others' steps nothing is remembered: shape (2, 0).
    """
    squares = np.transpose([state.square for state in states[1:]])
    steps = [state.step_square for state in states[1:] if hasattr(state, "step_square")]
    return squares, np.transpose(steps).reshape(2, -1)


def _rates(optimizer, states):
    """What each update multiplied the two slopes by, shape (2, updates)."""
    size = np.sqrt([state.square for state in states[1:]]).T
    if not isinstance(optimizer, optimizers.Adadelta):
        return optimizer.lr / (size + optimizer.epsilon)
    steps = np.transpose([state.step_square for state in states[:-1]])
    return optimizer.lr * np.sqrt((steps + optimizer.epsilon) / (size**2 + optimizer.epsilon))


def _plain_descent(ravine, start, updates):
    """The rate with which plain descent ends lowest, of all from 0.005 to 1.995, and its losses.

    Each update multiplies the way still to go along and across by 1 - lr * curvature.
    """
    start, curvatures = np.reshape(start, (2, 1)), np.reshape(ravine.curvatures, (2, 1))
    rates = np.arange(1, 400) / 200
    left = np.sqrt(curvatures) * start * (1 - rates * curvatures) ** updates
    best = rates[np.hypot(*left).argmin()]  # the root of the loss, which is not yet 0 where the loss is
    return best, ravine.value(start * (1 - best * curvatures) ** np.arange(updates + 1))


def _draw_axes(axes, updates):
    """Axes for what changes with the updates, and room for names at their right."""
    axes.set(xlim=(0, updates), xticks=[0, updates / 2, updates], xlabel="updates")
    axes.set(ylim=HEIGHTS, yscale="log", yticks=[1e-12, 1e-8, 1e-4, 1, 1e4])
    axes.minorticks_off()
    plots.room_for_names(axes, "weight 1")


def _names(lines, names, placed):
    """The names of the lines, each beside the last of its points that is seen."""
    places = placed({names[line]: ends.seen(points, HEIGHTS) for line, points in lines.items()})
    return {f"{line}'s name": places[names[line]] for line in lines}


def _manner(optimizer, path, losses):
    """What the run does, in the words of a verdict."""
    if not losses[0]:
        return "starts on the minimum and stays"
    if _bounces(optimizer, path, losses):
        return "bounces around the minimum"
    if losses[-1] > SETTLED * losses[0]:
        return "is still coming down"
    return "settles" if _can_rest(optimizer) else "is at the minimum and has not bounced yet"


def _bounces(optimizer, path, losses):
    """Does the loss rise in the last fifth of the updates, or do steps that never end go to and fro?"""
    late = len(losses) // 5
    steps = np.diff(path[:, -1 - late :])
    to_and_fro = (steps[:, 1:] * steps[:, :-1]).sum(axis=0) < 0
    rises = np.diff(losses[-1 - late :]) > 0
    return rises.any() or (to_and_fro.any() and not _can_rest(optimizer))


def _can_rest(optimizer):
    """Does the rate stay below the limit 2/curvature, 2 across the ravine, when the slopes vanish?

    Adagrad's falls. RMSprop's grows to lr/epsilon, Adadelta's to lr.
    """
    if isinstance(optimizer, optimizers.RMSprop):
        return optimizer.lr < 2 * optimizer.epsilon
    return isinstance(optimizer, optimizers.Adagrad) or optimizer.lr < 2


def _why(ravine, optimizer, *, path, rates, losses, **_):
    if not losses[0]:
        return "Where no weight has a slope, none moves."
    sentences = [_first_step(optimizer, path), _memory(optimizer, rates), _rest(optimizer, losses)]
    return " ".join(filter(None, [*sentences, _turn(rates, ravine)]))


def _first_step(optimizer, path):
    steps = np.ptp(path[:, :2], axis=1)
    formula = FIRST_STEPS[type(optimizer)]
    where = "each weight" if np.ptp(steps) < 0.01 * steps.max() else "the steeper weight"
    return f"The first step is {formula} = {number(steps.max())} in {where}."


def _memory(optimizer, rates):
    at_last = " and ".join(number(rate) for rate in rates[:, -1])
    if isinstance(optimizer, optimizers.Adagrad):
        return f"The sum a of all g**2 only grows, so the rates, lr/sqrt(a), only fall: to {at_last}."
    if isinstance(optimizer, optimizers.Adadelta):
        return f"The rates, lr*sqrt(d/a), follow the mean d of its own squared steps: they end at {at_last}."
    return f"The mean a of g**2 forgets, so small slopes get large rates, lr/sqrt(a): {at_last} at last."


def _rest(optimizer, losses):
    """Why it does not rest, if it does not, and when that is first seen."""
    if _can_rest(optimizer):
        return ""
    rises = np.flatnonzero(np.diff(losses) > 0) + 1
    seen = f"the loss first rises at update {rises[0]:,}" if len(rises) else "the loss has not risen yet"
    return f"Near the minimum the rates grow until the steps jump over it, so it never rests; {seen}."


def _turn(rates, ravine):
    if ravine.condition == 1:
        return "Both curvatures are the same; the rates go by the sizes of the slopes."
    if ravine.angle in (0, 90):
        return "Each weight has its own curvature and its own rate."
    ratio = rates[:, -1].max() / rates[:, -1].min()
    return "Both weights feel both curvatures and get about the same rate." if ratio < 2 else ""

"""Adagrad, RMSprop and Adadelta: a rate for each weight, and what a turn of the axes does to it."""

from typing import ClassVar

import numpy as np

from course_lib import optimizers, plots, surfaces, training
from course_lib.explorers.live.controls import Choice, Slider
from course_lib.explorers.live.engine import Explorer, Frame
from course_lib.explorers.shared import words
from course_lib.explorers.shared.words import number

UPDATES = 100
START = (-1.6, 0.8)  # along and across the ravine, so that it turns with it
GROWS = {
    **{"path": 0, "last": "path", "loss": 0, "reference": 0, "plain": 0},
    **{"first square": 1, "second square": 1, "first step square": 1, "second step square": 1},
}
PLAIN = {"optimizer": "adagrad", "lr": 0.5, "rho": 0.9, "angle": 0.0, "condition": 20.0}
TURNED = PLAIN | {"angle": 45.0}


class AdaptiveRates(Explorer):
    """Adagrad and its heirs in a ravine: turn the axes, and the rates of the two weights become one.

    >>> figure = AdaptiveRates()
    >>> print(figure.set(angle=45))
    Adagrad, lr 0.5, angle 45, condition 20: the loss goes from 0.384 to 1.39e-5 in 100
    updates, at angle 0 to 3.76e-23. Plain descent at its best rate, 1.89, ends at 1.69e-10 at
    any angle. The first step is lr = 0.5 in each weight. The sum a of all g**2 only grows, so
    the rates, lr/sqrt(a), only fall: to 0.747 and 0.934. Both weights feel both curvatures
    and get about the same rate.
    """

    title = "Adagrad, RMSprop, Adadelta: a rate for each weight"
    goal = "a loss below 1e-6 in a ravine of condition 20 or more, turned by 40 to 50 degrees."
    controls: ClassVar = {
        "optimizer": Choice("adagrad", ("adagrad", "rmsprop", "adadelta")),
        "lr": Slider(0.5, low=1e-3, high=10, log=True),
        "rho": Slider(0.9, low=0, high=0.999, step=0.01, label="rho (not Adagrad)"),
        "angle": Slider(0.0, low=0, high=90, step=1, label="angle (degrees)"),
        "condition": Slider(20.0, low=1, high=100, log=True),
    }
    presets: ClassVar = {
        "Along the axes": PLAIN,
        "Turned by 45 degrees": TURNED,
        "Longer, and no harder": PLAIN | {"condition": 100.0},
        "The sums keep growing": PLAIN | {"lr": 0.05},
        "RMSprop": PLAIN | {"optimizer": "rmsprop", "lr": 0.03},
        "RMSprop never rests": TURNED | {"optimizer": "rmsprop", "lr": 0.3},
        "Adadelta starts slowly": PLAIN | {"optimizer": "adadelta", "lr": 1.0, "rho": 0.95},
    }

    def frame(self, *, angle, condition, **settings):
        ravine, along_axes = surfaces.Ravine(condition, angle), surfaces.Ravine(condition)
        optimizer = _optimizer(**settings)
        path, states = _run(ravine, optimizer)
        best_rate, plain = _plain_descent(along_axes)
        facts = {
            "path": path,
            "states": states,  # the accumulators, for whoever asks
            "rates": _rates(optimizer, states),
            "losses": ravine.value(path),
            "reference": training.run(along_axes, optimizer, START, UPDATES, record_path=False).losses,
            "plain": plain,
            "best_rate": best_rate,
        }
        squares, steps = _accumulators(states)
        updates = np.arange(UPDATES + 1)
        ellipses = {f"ellipse {i}": ellipse for i, ellipse in enumerate(plots.ravine_ellipses(ravine))}
        return Frame(
            ellipses
            | {
                "path": path,
                "last": path[:, -1:],
                "first square": (updates[1:], squares[0]),
                "second square": (updates[1:], squares[1]),
                "first step square": (updates[1 : 1 + steps.shape[1]], steps[0]),
                "second step square": (updates[1 : 1 + steps.shape[1]], steps[1]),
                "loss": (updates, facts["losses"]),
                "reference": (updates, facts["reference"]),
                "plain": (updates, plain),
            },
            self._caption(ravine, optimizer, **facts),
            still=settings["optimizer"],
            grows=GROWS,
            reached=condition >= 20 and 40 <= angle <= 50 and facts["losses"][-1] < 1e-6,
            facts=facts,
        )

    def draw(self, figure, frame):
        left, middle, right = figure.subplots(1, 3, width_ratios=[1.1, 1, 1])
        ellipses = {
            name: plots.empty_line(left, color=plots.SKY, lw=1.2)
            for name in frame.artists
            if name.startswith("ellipse")
        }
        left.plot(0, 0, "*", color=plots.ORANGE, mec=plots.BLACK, ms=14, zorder=3)
        left.set(xlim=(-2.1, 2.1), ylim=(-2.1, 2.1), aspect="equal", title="Path")
        left.set(xlabel="weight 1", ylabel="weight 2", xticks=range(-2, 3), yticks=range(-2, 3))
        path, last = plots.path_line(left)

        plots.draw_loss_axes(middle, UPDATES, low=5e-9, high=1e8)  # room for the legend
        middle.set(title=f"a: {'sum' if frame.still == 'adagrad' else 'mean'} of g**2")
        first, second = {"color": plots.BLUE}, {"color": plots.VERMILION, "ls": "-."}
        thin, steps = {"lw": 1}, frame.still == "adadelta"
        accumulators = {
            "first square": plots.empty_line(middle, **first, label="weight 1"),
            "second square": plots.empty_line(middle, **second, label="weight 2"),
            "first step square": plots.empty_line(middle, **first | thin, label="d, weight 1" * steps),
            "second step square": plots.empty_line(middle, **second | thin, label="d, weight 2" * steps),
        }
        plots.draw_loss_axes(right, UPDATES, high=1e8)
        right.set(title="Loss")
        losses = {
            "loss": plots.empty_line(right, color=plots.BLUE, lw=3, label="this angle"),
            "reference": plots.empty_line(right, ":", color=plots.BLUE, label="angle 0"),
            "plain": plots.empty_line(right, "--", color=plots.BLACK, lw=1.5, label="plain"),
        }
        for axes in (middle, right):
            axes.legend(frameon=False, loc="upper right", handlelength=1.4, borderaxespad=0, labelspacing=0.2)
        return ellipses | {"path": path, "last": last} | accumulators | losses

    def python(self, *, angle, condition, **settings):
        name = type(_optimizer(**settings)).__name__
        optimizer = words.call(f"optimizers.{name}", **_own(**settings))
        start = [float(x) for x in _start(angle)]
        return (
            "from course_lib import optimizers, surfaces, training\n"
            f"training.run(surfaces.Ravine({condition!r}, {angle!r}), {optimizer}, "
            f"w0={start}, steps={UPDATES}).losses"
        )

    def _caption(self, ravine, optimizer, *, path, rates, losses, reference, plain, best_rate, **_):
        own = {name: getattr(optimizer, name) for name in ("lr", "rho") if hasattr(optimizer, name)}
        settings = words.settings(own | {"angle": ravine.angle, "condition": ravine.condition}, self.shown)
        first_step = f"{_first_step(optimizer)} = {number(np.ptp(path[:, :2], axis=1).max())}"
        ends = f"the loss goes from {number(losses[0])} to {number(losses[-1])} in {UPDATES} updates"
        if ravine.angle:
            ends += f", at angle 0 to {number(reference[-1])}"
        sentences = [
            f"{', '.join(filter(None, [type(optimizer).__name__, settings]))}: {ends}.",
            f"Plain descent at its best rate, {number(best_rate)}, ends at {number(plain[-1])} at any angle.",
            f"The first step is {first_step} in each weight.",
            _memory(optimizer, rates, losses),
            _why(rates, ravine),
        ]
        return " ".join(filter(None, sentences))


def _own(optimizer, lr, rho):
    """The settings that the optimizer has."""
    return {"lr": lr} if optimizer == "adagrad" else {"lr": lr, "rho": rho}


def _optimizer(**settings):
    return optimizers.Optimizer.named(settings["optimizer"])(**_own(**settings))


def _start(angle):
    return plots.turned(START, angle).round(6)


def _run(ravine, optimizer):
    """The weights before the first and after each update, shape (2, n), and the states with them."""
    w = _start(ravine.angle)
    path, states = [w], [optimizer.init(w)]
    for _ in range(UPDATES):
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


def _plain_descent(ravine):
    """The rate with which plain descent ends lowest, of all from 0.005 to 1.995, and its losses.

    Each update multiplies the way still to go along and across by 1 - lr * curvature.
    """
    start, curvatures = np.reshape(START, (2, 1)), np.reshape(ravine.curvatures, (2, 1))
    rates = np.arange(1, 400) / 200
    left = np.sqrt(curvatures) * start * (1 - rates * curvatures) ** UPDATES
    best = rates[np.hypot(*left).argmin()]  # the root of the loss, which is not yet 0 where the loss is
    return best, ravine.value(start * (1 - best * curvatures) ** np.arange(UPDATES + 1))


def _first_step(optimizer):
    if isinstance(optimizer, optimizers.Adagrad):
        return "lr"
    if isinstance(optimizer, optimizers.RMSprop):
        return "lr / sqrt(1 - rho)"
    return "lr * sqrt(epsilon / (1 - rho))"


def _memory(optimizer, rates, losses):
    ends = " and ".join(number(rate) for rate in rates[:, -1])
    if isinstance(optimizer, optimizers.Adagrad):
        return f"The sum a of all g**2 only grows, so the rates, lr/sqrt(a), only fall: to {ends}."
    if isinstance(optimizer, optimizers.Adadelta):
        return f"The rates, lr*sqrt(d/a), follow the mean d of its own squared steps: they end at {ends}."
    rises = int(np.count_nonzero(np.diff(losses) > 0))
    bounces = f"; the loss rises {rises} time{'s' * (rises > 1)}" if rises else ""
    return (
        f"The mean a of g**2 forgets, so small slopes get large rates, lr/sqrt(a): {ends} at last{bounces}."
    )


def _why(rates, ravine):
    if ravine.condition == 1:
        return "Both curvatures are the same; the rates go by the sizes of the slopes."
    if ravine.angle in (0, 90):
        return "Each weight has its own curvature and its own rate."
    ratio = rates[:, -1].max() / rates[:, -1].min()
    return "Both weights feel both curvatures and get about the same rate." if ratio < 2 else ""

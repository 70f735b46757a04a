"""Momentum: what it remembers, in the three forms that go by its name."""

from math import log
from typing import ClassVar

import numpy as np

from course_lib import plots, surfaces, theory
from course_lib.explorers.live import artists
from course_lib.explorers.live.controls import Choice, Point, Slider
from course_lib.explorers.live.engine import Explorer, Frame
from course_lib.explorers.shared import ends, words
from course_lib.explorers.shared.words import number

UPDATES, HALF = 160, 80
RAVINE = surfaces.Ravine(condition=20)
SHARE = 1 - 1 / np.e  # 63%: how much of its end an exponential has after one lifetime
FAR = 1e6  # further away than this is drawn there
LENGTHS = (0.04, 250)  # of steps, in lr
LOOKS = {
    "Keras": {"color": plots.VERMILION, "ls": "-"},
    "PyTorch": {"color": plots.BLUE, "ls": "--"},
    "deeplearning.ai": {"color": plots.BLACK, "ls": ":"},
}


def keras(v, g, lr, momentum):
    """The new velocity and the step: the velocity remembers steps."""
    v = momentum * v - lr * g
    return v, v


def pytorch(v, g, lr, momentum):
    """The new velocity and the step: the velocity remembers gradients."""
    v = momentum * v + g
    return v, -lr * v


def deeplearning_ai(v, g, lr, momentum):
    """The new velocity and the step: the velocity is a mean of the last gradients."""
    v = momentum * v + (1 - momentum) * g
    return v, -lr * v


CONVENTIONS = {"Keras": keras, "PyTorch": pytorch, "deeplearning.ai": deeplearning_ai}


def walk(convention, w, slope, rates, momentum):
    """One weight before the first and after each update, where ``slope(w)`` is the gradient."""
    v, path = 0.0, [w]
    for lr in rates:
        v, step = CONVENTIONS[convention](v, slope(w), lr, momentum)
        w += step
        path.append(w)
    return np.array(path)


class Momentum(Explorer):
    """The path of momentum in a ravine, and how long its steps grow on a slope that never changes.

    Where the learner can choose the convention, those not chosen are drawn beside it.

    >>> figure = Momentum()
    >>> print(figure.set(cut=10))
    Swings around the minimum and settles at lr 0.1, momentum 0.9, convention Keras, cut 10
    (ravine). The loss goes from 0.384 to 2.89e-6 in 160 updates. The first step after the cut
    is 9.1 times the new terminal step in Keras, 1 times in the others.
    """

    title = "Momentum: steps that remember"
    goal = (
        "on the slope of 1, steps that grow to 20 lr or more; in the ravine, from its own start, "
        f"a loss below 1e-3 after {UPDATES} updates."
    )
    controls: ClassVar = {
        "lr": Slider(0.1, low=0.01, high=4, log=True),
        "momentum": Slider(0.9, low=0, high=0.99),
        "convention": Choice("Keras", tuple(CONVENTIONS)),
        "cut": Slider(1.0, low=1, high=10, step=0.5, label="cut lr halfway by"),
        "start": Point(low=-2, high=2),
    }
    presets: ClassVar = {
        "No memory": {"lr": 0.1, "momentum": 0.0},
        "Ten steps remembered": {"lr": 0.1, "momentum": 0.9},
        "A hundred": {"lr": 0.1, "momentum": 0.99},
        "Keras, cut": {"lr": 0.1, "momentum": 0.9, "convention": "Keras", "cut": 10.0},
        "PyTorch, cut": {"lr": 0.1, "momentum": 0.9, "convention": "PyTorch", "cut": 10.0},
        "deeplearning.ai": {"lr": 0.1, "momentum": 0.9, "convention": "deeplearning.ai", "cut": 1.0},
        "deeplearning.ai, lr 1": {"lr": 1.0, "momentum": 0.9, "convention": "deeplearning.ai", "cut": 1.0},
    }

    def frame(self, *, lr, momentum, convention, cut, start):
        rates = np.array([lr] * HALF + [lr / cut] * (UPDATES - HALF))
        drawn = self._drawn_beside(convention)
        paths = {name: _path(name, rates, momentum, start) for name in drawn}
        steps = {name: -np.diff(walk(name, 0.0, lambda w: 1.0, rates, momentum)) for name in drawn}
        losses = RAVINE.value(paths[convention])
        terminal = _terminal_step(convention, lr, momentum)
        settings = {"lr": lr, "momentum": momentum, "convention": convention, "cut": cut}
        manner = _manner(convention, rates, momentum, start, losses)
        sentences = [
            words.verdict(manner, words.settings(settings, self.shown), "ravine"),
            _about_losses(losses),
            _about_steps(convention, rates, momentum, steps),
        ]
        grows = terminal > 19.999 * lr  # 1 / (1 - 0.95) is a little below 20
        return Frame(
            _lines(convention, rates, momentum, paths, steps, gap=ends.GAP * self.screen["text"]),
            " ".join(sentences),
            _why(convention, rates, momentum, start, several=len(drawn) > 1),
            still=convention,
            reached=grows and losses[-1] < 1e-3 and start is None,
            grows={
                **{f"path of {name}": 0 for name in drawn},
                **{f"steps of {name}": 1 for name in drawn},
                **{f"name of {name}": f"steps of {name}" for name in drawn},
                **{"last": f"path of {convention}", "steps": f"path of {convention}"},
            },
            facts={"paths": paths, "steps": steps, "losses": losses},
        )

    def draw(self, figure, frame):
        chosen, drawn = frame.still, self._drawn_beside(frame.still)
        left, right = figure.subplots(1, 2, width_ratios=[1, 1.1])
        plots.draw_surface(left, RAVINE)
        left.set(title="Path in a ravine", xticks=range(-2, 3), yticks=range(-1, 2))
        self.grip(left, f"path of {chosen}", x="start", y="start")
        self.compare_places(left)
        _draw_step_axes(right)
        plots.room_for_names(right, max(drawn, key=len) if len(drawn) > 1 else "")
        lines = {
            "terminal step": plots.empty_line(right, "--", color=plots.QUIET, lw=1, zorder=1),
            "terminal": right.text(0, 0, "", color=plots.QUIET, ha="right", va="bottom"),
            "lifetime": plots.empty_line(right, "o:", color=plots.INK, lw=1.2, ms=5, zorder=3),
            "63%": right.text(0, 0, "", va="center"),
            "steps": artists.steps_line(left),
        }
        for name in drawn:
            look, color = LOOKS[name], LOOKS[name]["color"]
            width = {"lw": 3.5, "zorder": 2} if name == chosen else {"lw": 1.8, "zorder": 2.5}
            lines[f"steps of {name}"] = plots.empty_line(right, **look, **width)
            lines[f"name of {name}"] = plots.end_name(right, color)
            if name == chosen:
                lines[f"path of {name}"], lines["last"] = plots.path_line(left, color)
            else:
                lines[f"path of {name}"] = plots.empty_line(left, **look, **width)
        return lines

    def python(self, *, lr, momentum, convention, cut, start):
        if convention != "Keras":
            return super().python(lr=lr, momentum=momentum, convention=convention, cut=cut, start=start)
        rate = f"schedules.PiecewiseConstant([{HALF - 1}], [{lr!r}, {lr / cut!r}])" if cut > 1 else repr(lr)
        sgd = f"optimizers.SGD({rate}, momentum={momentum!r})"
        begins = f"w0={list(start)}, " if start else ""
        return (
            "from course_lib import optimizers, schedules, training\n"
            f"training.run('ravine', {sgd}, {begins}steps={UPDATES}).path"
        )

    def _drawn_beside(self, convention):
        """The conventions to draw: all where the learner can choose, otherwise this one."""
        return tuple(CONVENTIONS) if "convention" in self.shown else (convention,)


def _draw_step_axes(axes):
    axes.set(xlim=(0, UPDATES), xticks=range(0, UPDATES + 1, 40), xlabel="updates")
    axes.set(ylim=LENGTHS, yscale="log", title="Length of the step on a slope of 1")
    axes.set_yticks([0.1, 1, 10, 100], ["0.1 lr", "lr", "10 lr", "100 lr"])
    axes.minorticks_off()
    axes.grid(axis="y")


def _path(convention, rates, momentum, start):
    """The path in the ravine, shape (2, n): each direction is a weight of its own."""
    directions = zip(start or RAVINE.start, RAVINE.curvatures, strict=True)
    return np.array([walk(convention, w, lambda w, c=c: c * w, rates, momentum) for w, c in directions])


def _gradient_steps(convention, rates, momentum, w):
    """Where the update's new gradient alone leads from each point of the path, shape (2, n)."""
    return w - _share(convention, momentum) * rates * np.reshape(RAVINE.curvatures, (2, 1)) * w


def _lines(convention, rates, momentum, paths, steps, gap):
    lr = rates[0]
    terminal = np.array([_terminal_step(convention, rate, momentum) for rate in rates[[0, -1]]]) / lr
    lifetime = _lifetime(momentum)
    seen = 1 <= lifetime <= (HALF if rates[-1] < lr else UPDATES)
    near = {name: np.clip(path, -FAR, FAR) for name, path in paths.items()}
    lengths = {name: (np.arange(1, UPDATES + 1), length / lr) for name, length in steps.items()}
    names = ends.labels(lengths, LENGTHS, log=True, beyond=3, gap=gap)
    return {
        **{f"path of {name}": path for name, path in near.items()},
        "last": near[convention][:, -1:],
        "steps": np.clip(_gradient_steps(convention, rates, momentum, paths[convention][:, :-1]), -FAR, FAR),
        **{f"steps of {name}": line for name, line in lengths.items()},
        **{f"name of {name}": place if len(names) > 1 else "" for name, place in names.items()},
        "terminal step": ([1, HALF + 0.5, HALF + 0.5, UPDATES], np.repeat(terminal, 2)),
        "terminal": (HALF - 6, terminal[0] * 1.08, f"{number(terminal[0])} lr"),
        "lifetime": ([lifetime, lifetime], [LENGTHS[0], SHARE * terminal[0]]) if seen else ([], []),
        "63%": (lifetime + 4, 0.75 * SHARE * terminal[0], "63%" if seen else ""),
    }


def _share(convention, momentum):
    """The part of lr at which a new gradient enters the velocity."""
    return 1 - momentum if convention == "deeplearning.ai" else 1


def _terminal_step(convention, lr, momentum):
    """What the steps grow to on a slope of 1."""
    return lr if convention == "deeplearning.ai" else lr / (1 - momentum)


def _lifetime(momentum):
    """After how many updates the steps have 63% of the terminal step."""
    return -1 / log(momentum) if momentum else 0.0


def _manner(convention, rates, momentum, start, losses):
    """What the path does in the ravine: the verdict."""
    curvatures = _felt(start)
    if not curvatures.size:
        return "rests at the minimum"
    first, last = _share(convention, momentum) * rates[[0, -1]]
    limit = _limit(momentum, start)
    if last > limit:
        return "diverges"
    if last == limit:
        return "never settles"
    if first > limit:
        return "climbs until lr is cut" if losses.max() > losses[0] else "begins too fast"
    if theory.oscillates(first * curvatures, momentum).any():
        return "swings around the minimum and settles" if momentum else "zigzags and settles"
    return "slides down without overshooting"


def _felt(start):
    """The curvatures of the directions in which the start is off the minimum."""
    return np.array(RAVINE.curvatures)[np.array(start or RAVINE.start) != 0]


def _limit(momentum, start):
    """What bounds the rate at which gradients enter the velocity."""
    return theory.stability_limit(momentum) / max(_felt(start))


def _about_losses(losses):
    return f"The loss goes from {number(losses[0])} to {number(losses[-1])} in {UPDATES} updates."


def _about_steps(convention, rates, momentum, steps):
    if not momentum:
        return "On the slope of 1 every step is as long as lr."
    if rates[-1] < rates[0]:
        after = {
            name: number(lengths[HALF] / _terminal_step(name, rates[-1], momentum))
            for name, lengths in steps.items()
        }
        others = f" in Keras, {after['PyTorch']} times in the others" if len(after) > 1 else ""
        told = after["Keras" if others else convention]
        return f"The first step after the cut is {told} times the new terminal step{others}."
    grown = number(_terminal_step(convention, 1, momentum))
    lifetime = _lifetime(momentum)
    when = "from the first on" if lifetime < 1 else f"after {lifetime:.1f} updates"
    return f"On the slope of 1 the steps grow to {grown} lr, and have 63% of it {when}."


def _why(convention, rates, momentum, start, several):
    sentences = [
        _about_memory(convention, rates[0], momentum),
        _about_conventions(convention, rates, momentum) if several else "",
        _about_limit(convention, rates, momentum, start),
    ]
    return " ".join(filter(None, sentences))


def _about_memory(convention, lr, momentum):
    if not momentum:
        return f"Nothing is remembered: on a slope of 1 every step is lr = {number(lr)}."
    new, end = ("lr (1 - momentum)", "lr") if convention == "deeplearning.ai" else ("lr", "lr/(1 - momentum)")
    return (
        f"On a slope of 1 each step is momentum times the last one, and {new} more. It grows to the terminal "
        f"step, {end} = {number(_terminal_step(convention, lr, momentum))}, and has 63% of it after "
        f"-1/log(momentum) = {_lifetime(momentum):.1f} updates."
    )


def _about_conventions(convention, rates, momentum):
    if not momentum:
        return "The three conventions are one."
    if rates[-1] < rates[0]:
        return "After the cut Keras remembers steps, which are still large, and the others gradients."
    if convention == "deeplearning.ai":
        return f"It is the path of Keras at lr (1 - momentum) = {number(rates[0] * (1 - momentum))}."
    return (
        "While lr is constant, Keras and PyTorch walk one path; "
        f"deeplearning.ai's steps are 1 - momentum = {number(1 - momentum)} times as long."
    )


def _about_limit(convention, rates, momentum, start):
    if not _felt(start).size:
        return "At the minimum the gradient is 0."
    first, last = _share(convention, momentum) * rates[[0, -1]]
    limit = _limit(momentum, start)
    name = "lr (1 - momentum)" if convention == "deeplearning.ai" and momentum else "lr"
    side = "over" if first > limit else "exactly" if first == limit else "below"
    until = " until it is cut" if first > limit >= last else ""
    return f"In the ravine {name} is {side} the limit 2(1 + momentum)/curvature = {number(limit, 4)}{until}."

"""Momentum: what it remembers, in the three forms that go by its name."""

from math import log
from typing import ClassVar

import numpy as np

from course_lib import plots, surfaces, theory
from course_lib.explorers.live import artists
from course_lib.explorers.live.controls import Choice, Slider
from course_lib.explorers.live.engine import Explorer, Frame
from course_lib.explorers.shared import words
from course_lib.explorers.shared.words import number

UPDATES, HALF = 160, 80
RAVINE = surfaces.Ravine(condition=20)
SHARE = 1 - 1 / np.e  # 63%: how much of its end an exponential has after one lifetime
FAR = 1e6  # further away than this is drawn there
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
    """The path of each convention in a ravine, and how its steps grow on a slope that never changes.

    >>> figure = Momentum()
    >>> print(figure.set(cut=10))
    lr 0.1, momentum 0.9, convention Keras, cut 10: on a slope of 1 the steps grow to lr/(1 -
    momentum) = 1, and have 63% of it after 9.5 updates. After update 80 lr is 0.01: the next
    step is 9.1 new terminal steps long in Keras, which remembers steps, and 1 in the others,
    which remember gradients. In the ravine it swings around the minimum; the loss goes from
    0.384 to 2.89e-6.
    """

    title = "Momentum: three updates with one name"
    goal = f"a terminal step of at least 20 lr, and a loss below 1e-3 after {UPDATES} updates."
    controls: ClassVar = {
        "lr": Slider(0.1, low=0.01, high=4, log=True),
        "momentum": Slider(0.9, low=0, high=0.99),
        "convention": Choice("Keras", tuple(CONVENTIONS)),
        "cut": Slider(1.0, low=1, high=10, step=0.5, label="cut lr halfway by"),
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

    def frame(self, *, lr, momentum, convention, cut):
        rates = [lr] * HALF + [lr / cut] * (UPDATES - HALF)
        paths = {name: _path(name, rates, momentum) for name in CONVENTIONS}
        steps = {name: -np.diff(walk(name, 0.0, lambda w: 1.0, rates, momentum)) for name in CONVENTIONS}
        losses = RAVINE.value(paths[convention])
        terminal = _terminal_step(convention, rates[0], momentum)
        settings = {"lr": lr, "momentum": momentum, "convention": convention, "cut": cut}
        sentences = [
            words.opening(words.settings(settings, self.shown), _about_steps(convention, lr, momentum)),
            _about_conventions(convention, rates, momentum, steps) if "convention" in self.shown else "",
            _about_ravine(convention, rates, momentum, losses),
        ]
        grows = terminal > 19.999 * lr  # 1 / (1 - 0.95) is a little below 20
        return Frame(
            _lines(convention, rates, momentum, paths, steps),
            " ".join(filter(None, sentences)),
            still=convention,
            grows={
                **{f"path of {name}": 0 for name in CONVENTIONS},
                **{f"steps of {name}": 1 for name in CONVENTIONS},
                **{"last": f"path of {convention}", "steps": f"path of {convention}"},
            },
            reached=grows and losses[-1] < 1e-3,
            facts={"paths": paths, "steps": steps, "losses": losses},
        )

    def draw(self, figure, frame):
        left, right = figure.subplots(1, 2, width_ratios=[1.15, 1])
        plots.draw_surface(left, RAVINE)
        left.set_title("The path in a ravine")
        right.set(xlim=(0, UPDATES), ylim=(0, 1.2), xlabel="updates", ylabel="length of the step")
        right.set_title("Steps on a slope of 1")
        right.text(UPDATES / 2, 1.05, "1 is lr/(1 - momentum)", ha="center")
        right.grid(alpha=0.3)
        lines = {
            "terminal step": plots.empty_line(right, "--", color=plots.BLACK, lw=1, zorder=1),
            "lifetime": plots.empty_line(right, "o:", color=plots.BLACK, lw=1.5, zorder=3),
            "63%": right.text(0, 0, "", va="center"),
        }
        for name, look in LOOKS.items():
            chosen = name == frame.still
            width = {"lw": 4, "zorder": 2} if chosen else {"lw": 1.8, "zorder": 2.5}
            lines[f"steps of {name}"] = plots.empty_line(right, **look, **width, label=name)
            if chosen:
                lines[f"path of {name}"], lines["last"] = plots.path_line(left, look["color"])
            else:
                lines[f"path of {name}"] = plots.empty_line(left, **look, **width)
        figure.legend(loc="outside lower center", ncols=3, frameon=False)
        return lines | {"steps": artists.steps_line(left)}

    def python(self, *, lr, momentum, convention, cut):
        if convention != "Keras":
            return super().python(lr=lr, momentum=momentum, convention=convention, cut=cut)
        rate = f"schedules.PiecewiseConstant([{HALF - 1}], [{lr!r}, {lr / cut!r}])" if cut > 1 else repr(lr)
        return (
            "from course_lib import optimizers, schedules, training\n"
            f"training.run('ravine', optimizers.SGD({rate}, momentum={momentum!r}), steps={UPDATES}).path"
        )


def _path(convention, rates, momentum):
    """The path in the ravine, shape (2, n): each direction is a weight of its own."""
    directions = zip(RAVINE.start, RAVINE.curvatures, strict=True)
    return np.array([walk(convention, w, lambda w, c=c: c * w, rates, momentum) for w, c in directions])


def _gradient_steps(convention, rates, momentum, w):
    """Where the update's new gradient alone leads from each point of the path, shape (2, n)."""
    part = 1 - momentum if convention == "deeplearning.ai" else 1
    return w - part * np.array(rates) * np.reshape(RAVINE.curvatures, (2, 1)) * w


def _lines(convention, rates, momentum, paths, steps):
    unit = _terminal_step("Keras", rates[0], momentum)
    ends = [_terminal_step(convention, lr, momentum) / unit for lr in (rates[0], rates[-1])]
    lifetime = _lifetime(momentum)
    seen = 1 <= lifetime <= (UPDATES if ends[0] == ends[1] else HALF)
    mark = SHARE * ends[0]
    near = {name: np.clip(path, -FAR, FAR) for name, path in paths.items()}
    return {
        **{f"path of {name}": path for name, path in near.items()},
        "last": near[convention][:, -1:],
        "steps": np.clip(_gradient_steps(convention, rates, momentum, paths[convention][:, :-1]), -FAR, FAR),
        **{f"steps of {name}": (np.arange(1, UPDATES + 1), length / unit) for name, length in steps.items()},
        "terminal step": ([1, HALF + 0.5, HALF + 0.5, UPDATES], np.repeat(ends, 2)),
        "lifetime": ([lifetime, lifetime], [0, mark]) if seen else ([], []),
        "63%": (lifetime + 4, max(mark / 2, 0.2), "63%" if seen else ""),
    }


def _terminal_step(convention, lr, momentum):
    """What the steps grow to on a slope of 1."""
    return lr if convention == "deeplearning.ai" else lr / (1 - momentum)


def _lifetime(momentum):
    """After how many updates the steps have 63% of the terminal step."""
    return -1 / log(momentum) if momentum else 0.0


def _about_steps(convention, lr, momentum):
    if not momentum:
        return f"nothing is remembered; on a slope of 1 every step is lr = {number(lr)}."
    formula = "lr" if convention == "deeplearning.ai" else "lr/(1 - momentum)"
    lifetime = _lifetime(momentum)
    when = "from the first on" if lifetime < 1 else f"after {lifetime:.1f} updates"
    return (
        f"on a slope of 1 the steps grow to {formula} = {number(_terminal_step(convention, lr, momentum))}, "
        f"and have 63% of it {when}."
    )


def _about_conventions(convention, rates, momentum, steps):
    if not momentum:
        return "The three conventions are one."
    if rates[-1] < rates[0]:
        after = {
            name: number(lengths[HALF] / _terminal_step(name, rates[-1], momentum))
            for name, lengths in steps.items()
        }
        return (
            f"After update {HALF} lr is {number(rates[-1])}: the next step is {after['Keras']} new terminal "
            f"steps long in Keras, which remembers steps, and {after['PyTorch']} in the others, which "
            "remember gradients."
        )
    if convention == "deeplearning.ai":
        return f"It is the path of Keras at lr (1 - momentum) = {number(rates[0] * (1 - momentum))}."
    return (
        "While lr is constant, Keras and PyTorch walk one path; "
        f"deeplearning.ai's steps are 1 - momentum = {number(1 - momentum)} times as long."
    )


def _about_ravine(convention, rates, momentum, losses):
    """``2(1 + momentum)/curvature`` bounds the rate at which gradients enter the velocity."""
    name, part = ("lr (1 - momentum)", 1 - momentum) if convention == "deeplearning.ai" else ("lr", 1)
    limit = theory.stability_limit(momentum) / max(RAVINE.curvatures)
    first, last = part * rates[0], part * rates[-1]
    over = f"{name} is over the limit 2(1 + momentum)/curvature = {number(limit)}"
    if last > limit:
        return f"In the ravine it diverges: {over}."
    if last == limit:
        return f"In the ravine it never settles: {name} is exactly the limit 2(1 + momentum)/curvature."
    if first > limit:
        return (
            f"In the ravine {over} until it is cut: the loss climbs to {number(losses.max())} "
            f"and ends at {number(losses[-1])}."
        )
    swings = theory.oscillates(part * rates[0] * np.array(RAVINE.curvatures), momentum).any()
    manner = "swings around the minimum" if swings else "slides down"
    return f"In the ravine it {manner}; the loss goes from {number(losses[0])} to {number(losses[-1])}."

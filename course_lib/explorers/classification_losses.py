"""What four losses say about a wrong answer, and how long one sigmoid unit takes to mend it."""

from typing import Any, ClassVar, NamedTuple

import numpy as np

from course_lib import activations, losses, plots
from course_lib.explorers.live.controls import Slider
from course_lib.explorers.live.engine import Explorer, Frame
from course_lib.explorers.shared import words

MARGINS = np.linspace(-20, 20, 801)
LOWEST = 1e-9  # gradient that is drawn; smaller ones as 0
MOST = 2000  # updates of the sigmoid unit
GOAL = 100
HARDEST = np.sqrt(2)  # the largest norm of p - y
LETS_GO = "A loss lets go where its gradient's norm is below a tenth of 1.414, the most there can be."


class Criterion(NamedTuple):
    """A loss and the activation before it, and how they are drawn."""

    loss: Any
    activation: activations.ActivationFunction
    color: str
    style: str


LINEAR, SOFTMAX, SIGMOID = (activations.get(name) for name in ("linear", "softmax", "sigmoid"))
OF_TWO_LOGITS = {
    "cross-entropy": Criterion(losses.CategoricalCrossentropy(from_logits=True), LINEAR, plots.BLUE, "-"),
    "clipped": Criterion(losses.CategoricalCrossentropy(), SOFTMAX, plots.ORANGE, "--"),
    "mse": Criterion(losses.MeanSquaredError(), SOFTMAX, plots.VERMILION, "-."),
    "hinge": Criterion(losses.CategoricalHinge(), LINEAR, plots.GREEN, ":"),
}
OF_ONE_UNIT = {
    "cross-entropy": Criterion(losses.BinaryCrossentropy(from_logits=True), LINEAR, plots.BLUE, "-"),
    "mse": Criterion(losses.MeanSquaredError(), SIGMOID, plots.VERMILION, "-."),
}


class ClassificationLosses(Explorer):
    """A wrong answer, more and more sure of itself: which losses still pull, and which have let go.

    The right one of two classes leads by ``margin``; below 0 the wrong one does. On the right, one sigmoid
    unit is trained from ``start`` until it is more likely right than wrong.

    >>> figure = ClassificationLosses(only=["margin"])
    >>> print(figure.set(margin=-18))
    Clipped and mse let go at margin -18. The gradient's norm is 1.414 with cross-entropy, 0
    with clipped, 4.308e-8 with mse and 1.414 with hinge. Updates until the unit is right: 9
    with cross-entropy, 1,507 with mse.
    """

    title = "Losses for classes: who still pulls when the answer is wrong?"
    goal = f"the sigmoid unit put right by mse within {GOAL} updates."
    inches = (9.6, 4.6)
    controls: ClassVar = {
        "margin": Slider(-10.0, low=-20, high=20, step=0.1),
        "start": Slider(-8.0, low=-12, high=0, step=0.1, label="start z"),
        "lr": Slider(1.0, low=0.1, high=4, log=True),
    }
    presets: ClassVar = {
        "Wrong by 10": {"margin": -10.0},
        "Beyond the clip": {"margin": -18.0},
        "Undecided": {"margin": 0.0},
        "Right by 5": {"margin": 5.0},
        "From far away": {"start": -8.0, "lr": 1.0},
        "From nearer": {"start": -6.0, "lr": 1.0},
        "A larger lr": {"start": -8.0, "lr": 4.0},
    }

    def frame(self, *, margin, start, lr):
        verdicts = {name: judge(criterion, margin) for name, criterion in OF_TWO_LOGITS.items()}
        paths = {name: train(criterion, start, lr) for name, criterion in OF_ONE_UNIT.items()}
        artists: dict[str, Any] = {
            "margin in loss": ([margin, margin], [-2, 30]),
            "margin in gradient": ([margin, margin], [LOWEST / 10, 100]),
        }
        for name, (value, norm) in verdicts.items():
            artists[f"{name} loss"] = ([margin], [value])
            artists[f"{name} gradient"] = ([margin], [max(norm, LOWEST)])
        for height, (name, path) in zip([3.4, 1.5], paths.items(), strict=True):
            updates = len(path) - 1
            artists[f"{name} path"] = (np.arange(updates + 1), path)
            artists[f"{name} end"] = ([updates], path[-1:])
            artists[f"{name} updates"] = (np.clip(updates, 12, 150), height, f"{name} {_count(path)}")
        return Frame(
            artists,
            self._words(verdicts, paths, margin=margin, start=start, lr=lr),
            _why(verdicts, margin),
            grows={f"{name} path": 0 for name in paths} | {f"{name} end": f"{name} path" for name in paths},
            reached=paths["mse"][-1] > 0 and len(paths["mse"]) <= GOAL + 1,
            facts={"verdicts": verdicts, "paths": paths},
        )

    def draw(self, figure, frame):
        left, middle, right = figure.subplots(1, 3)
        _draw_loss_axes(left)
        _draw_gradient_axes(middle)
        _draw_unit_axes(right)
        self.pick(left, x="margin")
        self.pick(middle, x="margin")
        self.pick(right, y="start")
        artists = {
            "margin in loss": plots.empty_line(left, color=plots.QUIET, lw=0.8),
            "margin in gradient": plots.empty_line(middle, color=plots.QUIET, lw=0.8),
        }
        dot = {"marker": "o", "mec": "white", "ms": 9}
        for name, (_, _, color, _) in OF_TWO_LOGITS.items():
            artists[f"{name} loss"] = plots.empty_line(left, color=color, **dot)
            artists[f"{name} gradient"] = plots.empty_line(middle, color=color, **dot)
        for name, (_, _, color, style) in OF_ONE_UNIT.items():
            artists[f"{name} path"] = plots.empty_line(right, style, color=color)
            artists[f"{name} end"] = plots.empty_line(right, color=color, **dot)
            artists[f"{name} updates"] = right.text(0, 0, "", color=color, ha="center", va="center")
        figure.legend(*left.get_legend_handles_labels(), loc="outside upper center", ncols=4, frameon=False)
        return artists

    def python(self, *, margin, start, lr):
        needed = "OF_ONE_UNIT, OF_TWO_LOGITS, judge, train"
        return (
            f"from course_lib.explorers.classification_losses import {needed}\n"
            f"[judge(loss, {margin!r}) for loss in OF_TWO_LOGITS.values()], "
            f"[train(loss, {start!r}, {lr!r}) for loss in OF_ONE_UNIT.values()]"
        )

    def _words(self, verdicts, paths, **settings):
        lets_go = words.verdict(_lets_go(verdicts), words.settings(settings, self.shown))
        norms = words.listed([f"{_four_digits(norm)} with {name}" for name, (_, norm) in verdicts.items()])
        counts = ", ".join(f"{_count(path)} with {name}" for name, path in paths.items())
        return f"{lets_go} The gradient's norm is {norms}. Updates until the unit is right: {counts}."


def judge(criterion, margin):
    """The loss, and the gradient's norm in two logits, of which the right one leads by ``margin``."""
    y_true, logits = np.array([0.0, 1.0]), np.stack([np.zeros_like(margin), margin], axis=-1)
    y_pred = criterion.activation.value(logits)
    gradient = criterion.activation.backward(logits, y_pred, criterion.loss.row_slope(y_true, y_pred))
    return criterion.loss.row(y_true, y_pred), np.linalg.norm(gradient, axis=-1)


def train(criterion, z, lr):
    """Plain descent on the sum ``z`` of a unit whose truth is 1, until z > 0, which is sigmoid(z) > 1/2."""
    path = [z]
    while z <= 0 and len(path) <= MOST:
        y_pred = criterion.activation.value(z)
        z = z - lr * criterion.activation.backward(z, y_pred, criterion.loss.slope(1.0, y_pred))
        path.append(z)
    return np.array(path)


def _count(path):
    return words.number(len(path) - 1) if path[-1] > 0 else f"> {words.number(MOST)}"


def _four_digits(norm):
    return words.exact(float(f"{norm:.4g}"))


def _lets_go(verdicts):
    """Which losses pull less than a tenth as hard as a wrong answer can be pulled."""
    loose = [name for name, (_, norm) in verdicts.items() if norm < HARDEST / 10]
    if len(loose) in (0, len(verdicts)):
        return "all four let go" if loose else "none of the four lets go"
    return f"{words.listed(loose)} let go" if len(loose) > 1 else f"only {loose[0]} lets go"


def _why(verdicts, margin):
    reason = (
        "Cross-entropy has the gradient p - y; mse multiplies it with the softmax's slope, which dies away."
    )
    if margin > 0:
        reason = "On the right side all of them let go in the end; hinge is content from margin 1 on."
    elif not verdicts["clipped"][1]:
        loss = verdicts["clipped"][0]
        reason = f"Clipping has cut the slope off: the loss is stuck at {loss:.3f}. From logits it is not."
    return f"{reason} {LETS_GO}"


def _draw_loss_axes(axes):
    for name, criterion in OF_TWO_LOGITS.items():
        value, _ = judge(criterion, MARGINS)
        axes.plot(MARGINS, value, criterion.style, color=criterion.color, label=name)
    axes.set(xlim=(-20.5, 20.5), ylim=(-0.8, 22), xticks=[-20, 0, 20], xlabel="margin", title="Loss")


def _draw_gradient_axes(axes):
    for criterion in OF_TWO_LOGITS.values():
        _, norm = judge(criterion, MARGINS)
        axes.plot(MARGINS, np.maximum(norm, LOWEST), criterion.style, color=criterion.color)
    axes.set(xlim=(-20.5, 20.5), yscale="log", ylim=(LOWEST / 3, 10), xticks=[-20, 0, 20])
    axes.set(xlabel="margin", title="Gradient norm")
    axes.set_yticks([LOWEST, 1e-6, 1e-3, 1], ["0", "$10^{-6}$", "$10^{-3}$", "1"])
    axes.minorticks_off()


def _draw_unit_axes(axes):
    axes.axhspan(0, 5, color=plots.SKY, alpha=0.25, lw=0)
    axes.set_xscale("symlog", linthresh=1)
    axes.set(xlim=(-0.15, 6000), ylim=(-12.6, 5), yticks=[-12, -8, -4, 0, 4])
    axes.set(xlabel="updates", ylabel="z", title="A sigmoid unit")
    axes.set_xticks([0, 1, 10, 100, 1000], ["0", "1", "10", "", "1000"])
    axes.minorticks_off()

"""Adam and its family: how long a step is, and what the gradient's scale has to do with it."""

from typing import ClassVar

import numpy as np

from course_lib import optimizers, plots
from course_lib.explorers.live.controls import Choice, Slider, Switch
from course_lib.explorers.live.engine import Explorer, Frame
from course_lib.explorers.shared import words
from course_lib.explorers.shared.words import number

UPDATES = 60
EPSILON = 1e-8  # Keras 1's, and the default of all that have one
SCALES = np.geomspace(1e-10, 1e6, 97)
LOOKS = {
    "adam": ("-", plots.BLUE),
    "adamw": (":", plots.VERMILION),
    "adamax": ("-.", plots.GREEN),
    "nadam": ("--", plots.ORANGE),
    "lion": ("-", plots.SKY),
}
PLAIN = {
    "optimizer": "adam",
    "scale": 1.0,
    "noise": 0.0,
    "beta_1": 0.9,
    "beta_2": 0.999,
    "bias_correction": True,
}


class AdamFamily(Explorer):
    """Multiply the gradient by what you like: plain SGD's steps follow, Adam's stay as long as lr.

    >>> figure = AdamFamily()
    >>> print(figure.set(scale=0.001))
    Adam, scale 0.001, noise 0, beta_1 0.9, beta_2 0.999, bias_correction on: the first step
    is 1 lr (plain SGD's: 0.001 lr). Far above epsilon = 1e-8 any scale gives 1 lr; at epsilon
    it is 0.0307 lr, in the paper's form 0.5.
    """

    title = "Adam and its family: the step at any scale of the gradient"
    goal = "a first step shorter than a tenth of lr."
    controls: ClassVar = {
        "optimizer": Choice("adam", tuple(LOOKS)),
        "scale": Slider(1.0, low=1e-10, high=1e6, log=True, label="gradient's scale"),
        "noise": Slider(0.0, low=0, high=2, step=0.05, label="noise / scale"),
        "beta_1": Slider(0.9, low=0, high=0.999, step=0.01),
        "beta_2": Slider(0.999, low=0, high=0.9999, step=0.001),
        "bias_correction": Switch(True),
    }
    presets: ClassVar = {
        "Adam": PLAIN,
        "A thousandth of the gradient": PLAIN | {"scale": 1e-3},
        "Without bias correction": PLAIN | {"bias_correction": False},
        "Near epsilon": PLAIN | {"scale": 1e-7},
        "A noisy gradient": PLAIN | {"noise": 1.0},
        "Nadam looks ahead": PLAIN | {"optimizer": "nadam"},
        "Lion takes the sign": PLAIN | {"optimizer": "lion", "scale": 1e-9, "noise": 1.0},
    }

    def frame(self, *, optimizer, scale, noise, **settings):
        gradients = scale * (1 + noise * _deviations())
        family = {name: _optimizer(name, **settings) for name in LOOKS}
        steps = {name: _steps(one, gradients[:, None])[:, 0] for name, one in family.items()}
        first = {name: _steps(one, SCALES[None])[0] for name, one in family.items()}
        updates = np.arange(1, UPDATES + 1)
        chosen = steps[optimizer]
        return Frame(
            {f"{name}'s steps": (updates, steps[name]) for name in LOOKS}
            | {f"{name}'s first step": (SCALES, first[name]) for name in LOOKS}
            | {"sgd's steps": (updates, np.abs(gradients)), "here": ([scale], chosen[:1])},
            self._caption(family[optimizer], scale, noise, settings["bias_correction"], chosen),
            still=optimizer,
            grows={f"{name}'s steps": 1 for name in ("sgd", *LOOKS)},
            reached=chosen[0] < 0.1,
            facts={"steps": steps, "first": first, "gradients": gradients},
        )

    def draw(self, figure, frame):
        left, right = figure.subplots(1, 2, sharey=True)
        plain = {"ls": "--", "lw": 1.5, "color": plots.BLACK}
        left.set(xlim=(0, UPDATES + 1), ylim=(1e-4, 1e2), yscale="log", xlabel="updates", ylabel="step / lr")
        left.set_title("Each step")
        right.set(xlim=SCALES[[0, -1]], xscale="log", xlabel="scale of the gradient", title="The first step")
        right.axvline(EPSILON, color=plots.BLACK, lw=0.8)
        right.text(EPSILON * 1.5, 25, "epsilon")
        right.plot(SCALES, SCALES, **plain)
        lines = {"sgd's steps": plots.empty_line(left, **plain, label="SGD")}
        for name, (dashes, color) in LOOKS.items():
            width = {"lw": 5, "zorder": 2.5} if name == frame.still else {"lw": 1.8, "zorder": 3}
            look = {"ls": dashes, "color": color} | width
            lines[f"{name}'s steps"] = plots.empty_line(left, **look, label=name)
            lines[f"{name}'s first step"] = plots.empty_line(right, **look)
        for axes in (left, right):
            axes.grid(alpha=0.3)
        handles = left.get_legend_handles_labels()
        figure.legend(
            *handles,
            loc="outside upper center",
            ncols=6,
            frameon=False,
            handlelength=1.3,
            handletextpad=0.5,
            columnspacing=0.8,
        )
        self.pick(right, x="scale")
        here = plots.empty_line(right, "o", color=plots.VERMILION, mec="white", ms=11, zorder=4)
        return lines | {"here": here}

    def _caption(self, optimizer, scale, noise, corrected, steps):
        named = {"scale": scale, "noise": noise, "beta_1": optimizer.beta_1, "beta_2": optimizer.beta_2}
        named["bias_correction"] = corrected
        settings = filter(None, [type(optimizer).__name__, words.settings(named, self.shown)])
        first = f"the first step is {number(steps[0])} lr (plain SGD's: {number(scale)} lr)"
        sentences = [f"{', '.join(settings)}: {first}.", *_about(optimizer, steps)]
        if noise:
            sentences.append(f"The average step is {number(steps.mean())} lr.")
        if not corrected and not isinstance(optimizer, optimizers.Adam):
            sentences.append("Only Adam and AdamW have the switch for the bias correction.")
        return " ".join(sentences)


def _deviations():
    """The noise of each update, in scales; the first gradient has none, as in the plot of the first step."""
    deviations = np.random.default_rng(0).normal(size=UPDATES)
    deviations[0] = 0
    return deviations


def _optimizer(name, bias_correction, **betas):
    kind = optimizers.Optimizer.named(name)
    correction = {"bias_correction": bias_correction} if issubclass(kind, optimizers.Adam) else {}
    return kind(lr=1.0, **betas, **correction)


def _steps(optimizer, gradients):
    """The length of each step for gradients of shape (updates, D), in units of lr, since lr is 1.

    Each is taken from w = 0, where AdamW's pull on the weights is 0 too.
    """
    origin = np.zeros(gradients.shape[1])
    state, steps = optimizer.init(origin), []
    for g in gradients:
        w, state = optimizer.step(origin, g, state)
        steps.append(np.abs(w))
    return np.array(steps)


def _about(optimizer, steps):
    """What is special about it, one or two sentences."""
    if isinstance(optimizer, optimizers.Lion):
        yield "Lion takes only a sign, so each step is lr at any scale; it needs no epsilon, no correction."
        return
    if not getattr(optimizer, "bias_correction", True):
        yield (
            "Uncorrected, m starts at 1 - beta_1 of the gradient, sqrt(v) at sqrt(1 - beta_2); "
            f"the longest step, of update {steps.argmax() + 1}, is {number(steps.max())} lr."
        )
    above, at_epsilon = (number(step) for step in _steps(optimizer, np.array([[1.0, EPSILON]]))[0])
    papers = ", in the paper's form 0.5" if getattr(optimizer, "bias_correction", False) else ""
    yield f"Far above epsilon = 1e-8 any scale gives {above} lr; at epsilon it is {at_epsilon} lr{papers}."
    if isinstance(optimizer, optimizers.AdamW):
        yield "AdamW also shrinks the weights, by lr * weight_decay, outside m and v."
    elif isinstance(optimizer, optimizers.Adamax):
        yield "Adamax divides by the largest recent gradient, so only m needs a correction."
    elif isinstance(optimizer, optimizers.Nadam):
        yield "Nadam looks ahead: it adds the new gradient once more, and its momentum warms up."

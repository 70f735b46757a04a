"""Adam and its family: how long a step is, what the gradient's scale has to do with it, and how it trains."""

from typing import Any, ClassVar

import numpy as np

from course_lib import optimizers, plots, surfaces
from course_lib.explorers.live.controls import Choice, Slider, Switch
from course_lib.explorers.live.engine import Explorer, Frame
from course_lib.explorers.shared import ends, words
from course_lib.explorers.shared.words import number

UPDATES = 100
SCALES = np.geomspace(1e-10, 1e6, 97)
RAVINE = surfaces.Ravine(condition=100)
RATES: Any = np.arange(1, 400) / 200  # that plain SGD is tried at
STEPS, LOSSES = (1e-4, 1e2), (1e-8, 10)
BESIDE = 3  # updates from a line's end to its name
USUAL = {"beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-8, "bias_correction": True}
PLAIN = {"optimizer": "adam", "lr": 0.03, "scale": 0.1, "noise": 0.0, **USUAL}
CHOSEN, AS_USUAL = {"color": plots.BLUE, "lw": 3}, {"color": plots.ORANGE, "ls": "-."}
SGD = {"color": plots.BLACK, "ls": "--", "lw": 1.5}


class AdamFamily(Explorer):
    """Multiply the gradient by what you like: plain SGD's steps follow, Adam's stay as long as lr.

    >>> figure = AdamFamily()
    >>> print(figure.set(scale=0.001))
    Adam's first step is 1 lr at lr 0.03, scale 0.001, noise 0, beta_1 0.9, beta_2 0.999,
    epsilon 1e-8, bias_correction on. Its last 10 losses average 1.29e-5, plain SGD's at best
    0.000308.
    """

    title = "Adam and its family: the step at any scale of the gradient, and a training"
    goal = "a first step shorter than a tenth of lr."
    controls: ClassVar = {
        "optimizer": Choice("adam", ("adam", "adamw", "adamax", "nadam", "lion")),
        "lr": Slider(0.03, low=1e-3, high=1, log=True),
        "scale": Slider(0.1, low=1e-10, high=1e6, log=True, label="gradient's scale"),
        "noise": Slider(0.0, low=0, high=2, step=0.05, label="noise / scale"),
        "beta_1": Slider(0.9, low=0, high=0.999, step=0.01),
        "beta_2": Slider(0.999, low=0, high=0.9999, step=0.001),
        "epsilon": Slider(1e-8, low=1e-10, high=1, log=True),
        "bias_correction": Switch(True),
    }
    presets: ClassVar = {
        "Adam": PLAIN,
        "A thousandth of the gradient": PLAIN | {"scale": 1e-4},
        "Without bias correction": PLAIN | {"bias_correction": False},
        "Near epsilon": PLAIN | {"scale": 1e-7},
        "A noisy gradient": PLAIN | {"noise": 1.0},
        "Nadam looks ahead": PLAIN | {"optimizer": "nadam"},
        "Lion takes the sign": PLAIN | {"optimizer": "lion", "scale": 1e-9, "noise": 1.0},
    }

    def frame(self, *, optimizer, lr, scale, noise, **settings):
        on_the_slope, in_the_ravine = _noises(noise)
        gradients = scale * (1 + on_the_slope)
        chosen, usual = (
            {
                "steps": _steps(one, gradients[:, None])[:, 0],
                "first": _steps(one, SCALES[None])[0],
                "losses": _train(one.replace(lr=lr), scale, in_the_ravine)[:, 0],
            }
            for one in (_optimizer(optimizer, **settings), _optimizer("adam", **USUAL))
        )
        best_rate, plain = _plain_sgd(in_the_ravine)
        facts = {
            **chosen,
            **{"usual": usual, "is_usual": optimizer == "adam" and settings == USUAL},
            **{"gradients": gradients, "plain": plain, "best_rate": best_rate / scale},
        }
        x, other = np.arange(UPDATES + 1), slice(0 if facts["is_usual"] else None)
        steps = {
            "steps": (x[1:], chosen["steps"]),
            "usual steps": (x[1:][other], usual["steps"][other]),
            "sgd's steps": (x[1:], np.abs(gradients)),
        }
        losses = {
            "loss": (x, chosen["losses"]),
            "usual loss": (x[other], usual["losses"][other]),
            "sgd's loss": (x, plain),
        }
        epsilon = settings["epsilon"]
        return Frame(
            {
                **steps,
                **losses,
                "first step": (SCALES, chosen["first"]),
                "usual first step": (SCALES[other], usual["first"][other]),
                "here": ([scale], chosen["steps"][:1]),
                "epsilon": ([epsilon, epsilon], STEPS),
                "epsilon's name": (1.5 * epsilon, 25, "epsilon"),
                **self._names(steps, STEPS, optimizer),
                **self._names(losses, LOSSES, optimizer),
            },
            self._caption(optimizer, {"lr": lr, "scale": scale, "noise": noise} | settings, facts),
            _why(_optimizer(optimizer, **settings), noise, settings["bias_correction"], facts),
            grows=dict.fromkeys(steps, 1) | dict.fromkeys(losses, 0),
            reached=chosen["steps"][0] < 0.1,
            facts=facts,
        )

    def draw(self, figure, frame):
        left, middle, right = figure.subplots(1, 3)
        for axes in (left, middle):
            axes.set(ylim=STEPS, yscale="log", yticks=[1e-4, 1e-2, 1, 1e2])
        left.set_title("Steps / lr")
        middle.set(xlim=SCALES[[0, -1]], xscale="log", xticks=[1e-8, 0.1, 1e6])
        middle.set(xlabel="gradient's scale", title="First step / lr")
        right.set(ylim=LOSSES, yscale="log", yticks=[1e-8, 1e-4, 1], title="Training loss")
        for axes in (left, right):
            axes.set(xlim=(0, UPDATES), xticks=[0, UPDATES // 2, UPDATES], xlabel="updates")
            plots.room_for_names(axes, "adamax")
        for axes in (left, middle, right):
            axes.minorticks_off()
        middle.plot(SCALES, SCALES, **SGD)
        self.pick(middle, x="scale")
        looks = {
            "usual steps": (left, AS_USUAL),
            "steps": (left, CHOSEN),
            "sgd's steps": (left, SGD),
            "usual loss": (right, AS_USUAL),
            "loss": (right, CHOSEN),
            "sgd's loss": (right, SGD),
        }
        return {
            **{name: plots.empty_line(axes, **look) for name, (axes, look) in looks.items()},
            **{f"{name}'s name": plots.end_name(axes, look["color"]) for name, (axes, look) in looks.items()},
            "usual first step": plots.empty_line(middle, **AS_USUAL),
            "first step": plots.empty_line(middle, **CHOSEN),
            "epsilon": plots.empty_line(middle, color=plots.QUIET, lw=0.8),
            "epsilon's name": plots.end_name(middle, plots.QUIET),
            "here": plots.empty_line(middle, "o", color=plots.VERMILION, mec="white", ms=11, zorder=4),
        }

    def _names(self, lines, ylim, optimizer):
        """The names of three lines, the chosen optimizer's, usual Adam's and SGD's, beside their ends."""
        names = dict(zip([optimizer, "usual", "sgd"], lines, strict=True))
        low, high = ylim
        places = ends.labels(
            {name: ends.seen(lines[line], ylim) for name, line in names.items()},
            (5 * low, high),  # so that a name is above the axis
            log=True,
            beyond=BESIDE,
            gap=ends.GAP * self.screen["text"],
        )
        return {f"{line}'s name": places[name] for name, line in names.items()}

    def _caption(self, optimizer, settings, facts):
        steps, name = facts["steps"], optimizers.Optimizer.named(optimizer).__name__
        first = f"{name}'s first step is {number(steps[0])} lr"
        sentences = [words.verdict(first, words.settings(settings, self.shown))]
        if not settings["bias_correction"] and steps.argmax():
            sentences.append(f"Its longest, of update {steps.argmax() + 1}, is {number(steps.max())} lr.")
        own, plain = (number(_at_last(facts[name])) for name in ("losses", "plain"))
        sentences.append(f"Its last 10 losses average {own}, plain SGD's at best {plain}.")
        return " ".join(sentences)


def _noises(noise):
    """The noise of each update, in scales: on the slope, shape (n,), and in the ravine, shape (n, 2).

    The slope's first gradient has none, as in the plot of the first step.
    """
    drawn = noise * np.random.default_rng(0).normal(size=(UPDATES, 3))
    drawn[0, 0] = 0
    return drawn[:, 0], drawn[:, 1:]


def _optimizer(name, bias_correction, epsilon, **betas):
    kind = optimizers.Optimizer.named(name)
    own = {} if kind is optimizers.Lion else {"epsilon": epsilon}
    if issubclass(kind, optimizers.Adam):
        own["bias_correction"] = bias_correction
    return kind(lr=1.0, **betas, **own)


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


def _train(optimizer, scale, noises, runs=1):
    """The ravine's loss before the first and after each update, shape (n, runs).

    Its gradient is noisy and multiplied by the scale.
    """
    w = np.repeat(np.reshape(RAVINE.start, (2, 1)), runs, axis=1)
    state, losses = optimizer.init(w), [RAVINE.value(w)]
    for noise in noises[:, :, None]:
        w, state = optimizer.step(w, scale * (RAVINE.gradient(w) + noise), state)
        losses.append(RAVINE.value(w))
    return np.array(losses)


def _plain_sgd(noises):
    """The rate with which plain SGD ends lowest, and its losses.

    At another scale of the gradient both are the same, but for the rate, which is divided by it.
    """
    losses = _train(optimizers.SGD(lr=RATES), 1.0, noises, runs=len(RATES))
    best = _at_last(losses).argmin()
    return RATES[best], losses[:, best]


def _at_last(losses):
    """The mean of the last ten, which no lucky jump on the minimum decides."""
    return losses[-10:].mean(axis=0)


def _why(optimizer, noise, corrected, facts):
    sentences = [*_about(optimizer)]
    if noise:
        sentences.append(f"The average step is {number(facts['steps'].mean())} lr.")
    if not corrected and not isinstance(optimizer, optimizers.Adam):
        sentences.append("Only Adam and AdamW have the switch for the bias correction.")
    if not facts["is_usual"]:
        sentences.append("The line called usual is Adam's with its usual settings.")
    rate = number(facts["best_rate"])
    sentences.append(f"Plain SGD's steps follow the scale, so its best rate, {rate} here, changes with it.")
    return " ".join(sentences)


def _about(optimizer):
    """What is special about it, one or two sentences."""
    if isinstance(optimizer, optimizers.Lion):
        yield "Lion takes only a sign, so each step is lr at any scale; it needs no epsilon, no correction."
        return
    if not getattr(optimizer, "bias_correction", True):
        yield "Uncorrected, m starts at 1 - beta_1 of the gradient, sqrt(v) at sqrt(1 - beta_2)."
    scales = np.array([[1e8 * optimizer.epsilon, optimizer.epsilon]])
    above, at_epsilon = (number(step) for step in _steps(optimizer, scales)[0])
    papers = ", in the paper's form 0.5" if getattr(optimizer, "bias_correction", False) else ""
    yield f"Far above epsilon any scale gives {above} lr; at epsilon it is {at_epsilon} lr{papers}."
    if isinstance(optimizer, optimizers.AdamW):
        yield "AdamW also shrinks the weights, by lr * weight_decay, outside m and v."
    elif isinstance(optimizer, optimizers.Adamax):
        yield "Adamax divides by the largest recent gradient, so only m needs a correction."
    elif isinstance(optimizer, optimizers.Nadam):
        yield "Nadam looks ahead: it adds the new gradient once more, and its momentum warms up."

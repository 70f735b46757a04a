"""Weight decay: a pull towards 0, in the gradient (L2) or beside the step, on a busy and an idle weight."""

from typing import ClassVar

import numpy as np

from course_lib import optimizers, plots
from course_lib.explorers.live.controls import Choice, Slider
from course_lib.explorers.live.engine import Explorer, Frame
from course_lib.explorers.shared import ends, words
from course_lib.explorers.shared.words import number

UPDATES = 400
SWING = 1, -1, -1, 1  # of the gradient, over and over: in the end it has led a weight nowhere
SCALES = np.geomspace(1e-4, 100, 49)
YLIM = -0.06, 1.06
ALIKE = 0.02  # what is no further apart was treated alike
WAYS, WEIGHTS = ("l2", "weight_decay"), ("busy", "idle")
LINES = {f"{weight}, {way}": (weight, way) for weight in WEIGHTS for way in WAYS}
COLORS = {"l2": plots.ORANGE, "weight_decay": plots.BLUE}
LOOKS = {"busy": {"lw": 5, "alpha": 0.5}, "idle": {"lw": 2, "ls": "--"}}
OPTIMIZERS = {"adam": ("Adam", {}), "sgd": ("SGD", {}), "sgd, momentum 0.9": ("SGD", {"momentum": 0.9})}
PLAIN = {
    "optimizer": "adam",
    "lr": 0.01,
    "l2": 0.5,
    "weight_decay": 0.5,
    "busy": 100.0,
    "idle": 0.001,
    "pull": 0.0,
}
MOMENTUM = PLAIN | {"optimizer": "sgd, momentum 0.9", "busy": 1.0, "l2": 0.05}


def walk(optimizer, scales, pull=0.0, updates=UPDATES):
    """Weights before the first and after each update, shape ``(updates + 1, D, *R)``; all begin at 1.

    The gradient of each swings by its scale, and the loss pulls it back to 1, by ``pull`` of the scale.

    >>> idle = walk(optimizers.AdamW(lr=0.01, weight_decay=0.5), scales=[0.0])
    >>> print(f"{idle[-1, 0]:.6f} {(1 - 0.01 * 0.5) ** 400:.6f}")
    0.134658 0.134658
    """
    scales = np.reshape(scales, (-1, *[1] * len(optimizer.family_shape)))
    w = np.ones((len(scales), *optimizer.family_shape))
    state, path = optimizer.init(w), [w]
    for update in range(updates):
        gradient = scales * (pull * (w - 1) + SWING[update % len(SWING)])
        w, state = optimizer.step(w, gradient, state)
        path.append(w)
    return np.array(path)


class WeightDecay(Explorer):
    """Two weights that begin at 1, one with large gradients and one with small, under either pull towards 0.

    >>> figure = WeightDecay()
    >>> print(figure.set(busy=10.0))
    Only l2 tells the weights apart at optimizer adam, lr 0.01, l2 0.5, weight_decay 0.5, busy
    10, idle 0.001, pull 0. Of the busy and the idle weight l2 leaves 0.814 and 0, weight_decay
    0.134 and 0.134.
    """

    title = "Weight decay: the pull in the gradient, and beside the step"
    goal = (
        "with adam and no pull of the loss, both ways leave of both weights the same part, within 0.02, "
        "between 0.2 and 0.8."
    )
    controls: ClassVar = {
        "optimizer": Choice("adam", tuple(OPTIMIZERS)),
        "lr": Slider(0.01, low=1e-3, high=0.03, log=True),
        "l2": Slider(0.5, low=1e-3, high=10, log=True, label="l2, in the gradient"),
        "weight_decay": Slider(0.5, low=1e-3, high=10, log=True, label="weight_decay, beside the step"),
        "busy": Slider(100.0, low=1e-4, high=100, log=True, label="busy weight's gradients"),
        "idle": Slider(0.001, low=1e-4, high=100, log=True, label="idle weight's gradients"),
        "pull": Slider(0.0, low=0, high=0.5, step=0.05, label="the loss's pull to 1"),
    }
    presets: ClassVar = {
        "Adam": PLAIN,
        "Ten times the strength": PLAIN | {"l2": 5.0, "weight_decay": 5.0},
        "A tenth of it": PLAIN | {"l2": 0.05, "weight_decay": 0.05},
        "The loss pulls, too": PLAIN | {"pull": 0.5},
        "Plain SGD": PLAIN | {"optimizer": "sgd", "busy": 1.0},
        "Momentum": MOMENTUM | {"weight_decay": 0.05},
        "Momentum, made up for": MOMENTUM,
    }
    says: ClassVar = {f"busy, {way}": f"busy by {way}" for way in WAYS}

    def frame(self, *, pull, busy, idle, **settings):
        name, both = _both_ways(**settings)
        path = walk(getattr(optimizers, name)(**both), [busy, idle, *SCALES], pull)
        lines = {
            name: (np.arange(UPDATES + 1), path[:, WEIGHTS.index(weight), WAYS.index(way)])
            for name, (weight, way) in LINES.items()
        }
        names = ends.labels(lines, YLIM, beyond=8, gap=ends.GAP * self.screen["text"])
        left = dict(zip(WAYS, path[-1, :2].T, strict=True))
        values = {**settings, "busy": busy, "idle": idle, "pull": pull}
        return Frame(
            {
                **lines,
                **{f"name of {name}": place for name, place in names.items()},
                **{f"left by {way}": (SCALES, path[-1, 2:, j]) for j, way in enumerate(WAYS)},
                "busy here": ([busy, busy], path[-1, 0]),
                "idle here": ([idle, idle], path[-1, 1]),
            },
            _caption(left, words.settings(values, self.shown)),
            _why(**values),
            reached=settings["optimizer"] == "adam" and not pull and _are_one_part(left),
            grows=dict.fromkeys(lines, 0) | {f"name of {name}": name for name in lines},
            facts=left,
        )

    def draw(self, figure, frame):
        left, right = figure.subplots(1, 2, width_ratios=[1.1, 1])
        _draw_axes(left, right)
        self.pick(right, x="busy")
        dots = {"ls": "", "mec": "white", "zorder": 4}
        return {
            **{
                name: plots.empty_line(left, color=COLORS[way], **LOOKS[weight])
                for name, (weight, way) in LINES.items()
            },
            **{f"name of {name}": plots.end_name(left, COLORS[way]) for name, (_, way) in LINES.items()},
            "left by l2": plots.empty_line(right, color=COLORS["l2"], lw=4),
            "left by weight_decay": plots.empty_line(right, color=COLORS["weight_decay"], lw=2),
            "busy here": plots.empty_line(right, "o", color=plots.BLACK, ms=11, **dots),
            "idle here": plots.empty_line(right, "s", color=plots.QUIET, ms=8, **dots),
        }

    def python(self, *, pull, busy, idle, **settings):
        name, both = _both_ways(**settings)
        made = words.call(f"optimizers.{name}", **both)
        return (
            "from course_lib import explorers, optimizers\n"
            f"explorers.weight_decay.walk({made}, [{busy}, {idle}], {pull})"
        )


def _draw_axes(left, right):
    left.set(xlim=(0, UPDATES), xticks=[0, UPDATES // 2, UPDATES], xlabel="updates", title="Two weights")
    plots.room_for_names(left, max(LINES, key=len))
    right.set(xlim=(7e-5, 140), xscale="log", xlabel="size of the gradients", title="What is left")
    right.set_xticks([0.0001, 0.01, 1, 100], ["0.0001", "0.01", "1", "100"])
    right.minorticks_off()
    for axes in (left, right):
        axes.set(ylim=YLIM, yticks=[0, 0.5, 1])
        axes.grid(axis="y")


def _both_ways(optimizer, lr, l2, weight_decay):
    """Name and settings of a family of two: the pull in the gradient, and beside the step."""
    name, own = OPTIMIZERS[optimizer]
    return name, {"lr": lr, **own, "l2": [l2, 0.0], "weight_decay": [0.0, weight_decay]}


def _are_one_part(left):
    """Is of both weights the same part left either way, and neither nearly all nor nearly nothing?"""
    parts = np.array(list(left.values()))
    return bool(np.ptp(parts) <= ALIKE and parts.min() >= 0.2 and parts.max() <= 0.8)


def _caption(left, settings):
    by_l2, beside = (" and ".join(number(round(part, 3) + 0.0) for part in left[way]) for way in WAYS)
    return (
        f"{words.verdict(_manner(left), settings)} "
        f"Of the busy and the idle weight l2 leaves {by_l2}, weight_decay {beside}."
    )


def _manner(left):
    """Who treats the two weights differently: the verdict."""
    if np.allclose(left["l2"], left["weight_decay"], rtol=0, atol=ALIKE):
        return "both ways do the same"
    apart = [way for way in WAYS if np.ptp(left[way]) > ALIKE]
    if len(apart) == 1:
        return f"only {apart[0]} tells the weights apart"
    return "both ways tell the weights apart" if apart else "neither way tells the weights apart"


def _why(optimizer, lr, l2, weight_decay, busy, idle, pull):
    kept = 1 - lr * weight_decay
    sentences = [
        f"Beside the step, an update keeps 1 - lr * weight_decay = {words.factor(kept)} of each weight, "
        f"{UPDATES} keep {number(kept**UPDATES)}.",
        _about_the_gradient(optimizer, l2, busy),
        _about_the_ends(optimizer, l2, weight_decay, busy, idle, pull) if pull else "",
    ]
    return " ".join(filter(None, sentences))


def _about_the_gradient(optimizer, l2, busy):
    if optimizer == "sgd":
        return "In the gradient, lr * l2 * w is subtracted: with equal settings the same."
    if optimizer != "adam":
        return "In the gradient, the pull enters the velocity, which repeats it 1/(1 - momentum) = 10 times."
    felt = f"; of the busy weight l2/busy = {number(l2 / busy)} is felt" if busy > l2 else ""
    return (
        f"In the gradient, l2 * w is divided by the gradient's size along with it{felt}. "
        "With gradients far below l2 * w a step is about lr, whatever l2 is."
    )


def _about_the_ends(optimizer, l2, weight_decay, busy, idle, pull):
    busy_end, idle_end = (number(pull * scale / (pull * scale + l2)) for scale in (busy, idle))
    by_l2 = f"With any optimizer l2 rests at pull g/(pull g + l2), busy {busy_end} and idle {idle_end}"
    if optimizer != "adam":
        return f"{by_l2}."
    end = number(pull / (pull + weight_decay))
    return f"{by_l2}; Adam's weight_decay near pull/(pull + weight_decay) = {end}, whatever g is."

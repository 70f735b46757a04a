"""Decay and the other schedules: the rate, how far it carries the weights, and what it does on a parabola."""

from typing import Any, ClassVar

import numpy as np

from course_lib import plots
from course_lib.explorers.live.controls import Choice, Slider
from course_lib.explorers.live.engine import Explorer, Frame
from course_lib.explorers.shared import words
from course_lib.explorers.shared.words import number
from course_lib.schedules import (
    CosineRestarts,
    Exponential,
    InverseTime,
    PiecewiseConstant,
    Polynomial,
    Step,
    WarmUp,
)

GREY = "#8A8A8A"
POINTS = 500  # of each line
FIRST = 100  # updates on the parabola
DOCUMENTED = {"schedule": "inverse_time", "lr": 0.1, "decay": 1e-6, "updates": 10_000}

NOTES = {
    "inverse_time": "lr/(1 + decay * t), which is Keras's decay",
    "step": "half of it, again and again, after every 1/decay updates",
    "exponential": "the same ratio at each update",
    "polynomial": "a line down to 0",
    "cosine_restarts": "half a cosine down to 0, then again, each twice as long",
    "piecewise_constant": "lr/2 after 1/decay updates, lr/10 after 2/decay",
    "warm_up": "a line up over 0.1/decay updates, then inverse time",
}


def half_life(decay):
    """Updates until ``1 / (1 + decay * t)`` is a half or less."""
    return int(np.ceil(1 / decay - 1e-9))


def every_schedule(lr, decay):
    """One schedule of each kind, by name; all have halved the rate after 1/decay updates."""
    half = half_life(decay)
    inverse_time: Any = InverseTime(lr, decay)
    return {
        "inverse_time": inverse_time,
        "step": Step(lr, drop=0.5, every=half),
        "exponential": Exponential(lr, factor=0.5, steps=half),
        "polynomial": Polynomial(lr, steps=2 * half, end=0.0),
        "cosine_restarts": CosineRestarts(lr, steps=2 * half),
        "piecewise_constant": PiecewiseConstant([half - 1, 2 * half - 1], [lr, lr / 2, lr / 10]),
        "warm_up": WarmUp(inverse_time, steps=max(1, half // 10)),
    }


class Decay(Explorer):
    """The rate of each update, what the rates add up to, and a weight on a parabola of curvature 1.

    >>> figure = Decay()
    >>> print(figure.set(lr=3.0, decay=0.05, updates=100))
    schedule inverse_time, lr 3, decay 0.05, updates 100: lr/(1 + decay * t), which is Keras's
    decay. The rate is halved after 20 updates; after 100 it is 0.167 of lr. On a slope of 1
    these rates carry a weight 109 far; a constant lr carries it 300. On a parabola rates over
    2 lift |w| from 1 to 42.3 at update 10; at 100 it is 0.
    """

    title = "Decay and schedules: the rate, the distance travelled, and a parabola"
    heard = "weight"
    goal = "with an lr of 3 or more, an error on the parabola that stays below 10 and ends below 1e-6."
    controls: ClassVar = {
        "schedule": Choice("inverse_time", tuple(NOTES)),
        "lr": Slider(0.1, low=0.01, high=4),
        "decay": Slider(1e-6, low=1e-7, high=1, log=True),
        "updates": Slider(10_000, low=10, high=20_000, log=True, whole=True),
    }
    presets: ClassVar = {
        "Documented settings": DOCUMENTED,
        "8 epochs of 1,563 updates": DOCUMENTED | {"decay": 1e-4, "updates": 12_504},
        "Saved by decay": DOCUMENTED | {"lr": 3.0, "decay": 0.05, "updates": 100},
        "Too late": DOCUMENTED | {"lr": 3.0, "decay": 0.001, "updates": 100},
        "Stops on the way": DOCUMENTED
        | {"schedule": "exponential", "lr": 0.05, "decay": 0.1, "updates": 100},
        "Restarts": DOCUMENTED | {"schedule": "cosine_restarts", "decay": 0.001},
        "Warm-up": DOCUMENTED | {"schedule": "warm_up", "decay": 0.001},
    }
    says: ClassVar = {"rate": "rate / lr"}
    inches = (9.6, 4.8)

    def frame(self, *, schedule, lr, decay, updates):
        every = every_schedule(lr, decay)
        rates = every[schedule](np.arange(updates))
        distance = np.concatenate([[0], np.cumsum(rates)])
        weight = np.abs(np.concatenate([[1], np.cumprod(1 - rates[:FIRST])]))
        half = half_life(decay) + (int(every["warm_up"].steps) if schedule == "warm_up" else 0)
        after = np.unique(np.linspace(0, updates, POINTS).round().astype(int))
        done = after / updates
        last = every[schedule](updates) / lr
        values = {"schedule": schedule, "lr": lr, "decay": decay, "updates": updates}
        return Frame(
            {
                **{name: (done, each(after) / lr) for name, each in every.items()},
                "rate": (done, every[schedule](after) / lr),
                "halved": ([half / updates], [0.5]),
                "distance": (done, distance[after] / (lr * updates)),
                "weight": (np.arange(len(weight)), weight),
                "updates": (1, 0, f"{updates:,}"),
                "updates too": (1, 0, f"{updates:,}"),
            },
            f"{words.opening(words.settings(values, self.shown), NOTES[schedule])}. "
            f"The rate is halved after {words.updates(half)}; after {updates:,} it is {number(last)} of lr. "
            f"On a slope of 1 these rates carry a weight {number(distance[-1])} far; "
            f"a constant lr carries it {number(lr * updates)}. {_on_the_parabola(weight)}",
            reached=lr >= 3 and weight.max() < 10 and weight[-1] < 1e-6,
            grows={"rate": after, "distance": after, "weight": 0},
            facts=rates,
        )

    def draw(self, figure, frame):
        left, middle, right = figure.subplots(1, 3)
        left.set(title="Rate", ylabel="lr = 1")
        middle.set(title="Distance", ylabel="constant lr = 1")
        for axes in (left, middle):
            axes.set(ylim=(-0.03, 1.05), yticks=[0, 0.5, 1])
        middle.plot([0, 1], [0, 1], "--", color=plots.BLACK, lw=1.2, label="constant lr")
        right.set(xlim=(0, FIRST), xlabel="updates", title="|w| on a parabola")
        right.set(yscale="log", ylim=(1e-12, 1e6), yticks=[1e-12, 1e-6, 1])
        right.grid(axis="y", alpha=0.3)
        thin = {"color": GREY, "lw": 1, "label": "other schedules"}
        bold = {"color": plots.BLUE, "lw": 3, "label": "this schedule"}
        artists = {name: plots.empty_line(left, **thin) for name in NOTES} | {
            "rate": plots.empty_line(left, **bold),
            "distance": plots.empty_line(middle, **bold),
            "weight": plots.empty_line(right, **bold),
            "halved": plots.empty_line(left, "o", color=plots.VERMILION, mec="white", ms=11, label="halved"),
            "updates": plots.draw_updates(left),
            "updates too": plots.draw_updates(middle),
        }
        handles = [artists["rate"], artists["step"], artists["halved"], middle.lines[0]]
        figure.legend(handles=handles, loc="outside lower center", ncols=2, frameon=False)
        return artists

    def python(self, *, schedule, lr, decay, updates):
        chosen = every_schedule(lr, decay)[schedule]
        name = type(chosen).__name__
        settings = {setting: getattr(chosen, setting) for setting in chosen.settings()}
        if schedule == "piecewise_constant":
            settings = {setting: values.tolist() for setting, values in settings.items()}
        imports = f"InverseTime, {name}" if schedule == "warm_up" else name
        return f"from course_lib.schedules import {imports}\n{words.call(name, **settings)}(range({updates}))"


def _on_the_parabola(weight):
    """What becomes of a weight that starts at 1 on a parabola of curvature 1."""
    peak, last = int(weight.argmax()), len(weight) - 1
    first, top, end = (number(size) for size in weight[[0, peak, last]])
    if peak == 0:
        return f"On a parabola |w| goes from {first} to {end} in {last} updates."
    if peak == last:
        return (
            f"On a parabola |w| still climbs: rates over 2 lift it from {first} to {top} in {last} updates."
        )
    return (
        f"On a parabola rates over 2 lift |w| from {first} to {top} at update {peak}; at {last} it is {end}."
    )

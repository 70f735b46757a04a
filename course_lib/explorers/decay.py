"""Decay and the other schedules: the rate, how far it carries the weights, and what it does on a parabola."""

from typing import Any, ClassVar

import numpy as np

from course_lib import plots
from course_lib.explorers.live.controls import Choice, Slider
from course_lib.explorers.live.engine import Explorer, Frame
from course_lib.explorers.shared import ends, words
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

POINTS = 500  # of each line
GAP = 0.08  # of the height, from name to name at the lines' ends
YLIM = -0.03, 1.05  # a little more than from no rate to lr
FIRST = 100  # updates on the parabola
DOCUMENTED = {"schedule": "inverse_time", "lr": 0.1, "decay": 1e-6, "updates": 10_000}

NOTES = {  # what becomes of the rate
    "inverse_time": "is lr/(1 + decay * t), which is Keras's decay",
    "step": "is cut in half after every 1/decay updates",
    "exponential": "falls by the same ratio at each update",
    "polynomial": "falls along a line down to 0",
    "cosine_restarts": "falls along half a cosine down to 0, then starts again, each time for twice as long",
    "piecewise_constant": "is lr/2 after 1/decay updates, and lr/10 after 2/decay",
    "warm_up": "climbs along a line for 0.1/decay updates, then follows inverse time",
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
    Leaves 0.167 of lr after 100 updates at schedule inverse_time, lr 3, decay 0.05. On a
    slope of 1 these rates move a weight by 109, a constant lr by 300. On a parabola |w|
    climbs from 1 to 42.3 at update 10; at 100 it is 0.
    >>> print(figure.why)  # doctest: +NORMALIZE_WHITESPACE
    The rate is lr/(1 + decay * t), which is Keras's decay. It is halved after 20 updates.
    The distance is the sum of all rates. On the parabola, of curvature 1, a rate over 2 makes |w| grow.
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
        leaves = f"leaves {number(every[schedule](updates) / lr)} of lr after {words.updates(updates)}"
        values = {"schedule": schedule, "lr": lr, "decay": decay}
        lines = {name: (done, each(after) / lr) for name, each in every.items()}
        return Frame(
            {
                **lines,
                **_names(lines, schedule),
                "rate": lines[schedule],
                "halved": ([half / updates], [0.5]),
                "distance": (done, distance[after] / (lr * updates)),
                "weight": (np.arange(len(weight)), weight),
                "updates": (1, 0, f"{updates:,}"),
                "updates too": (1, 0, f"{updates:,}"),
            },
            f"{words.verdict(leaves, words.settings(values, self.shown))} "
            f"On a slope of 1 these rates move a weight by {number(distance[-1])}, "
            f"a constant lr by {number(lr * updates)}. {_on_the_parabola(weight)}",
            f"The rate {NOTES[schedule]}. It is halved after {words.updates(half)}. "
            "The distance is the sum of all rates. "
            "On the parabola, of curvature 1, a rate over 2 makes |w| grow.",
            reached=lr >= 3 and weight.max() < 10 and weight[-1] < 1e-6,
            grows={"rate": after, "distance": after, "weight": 0},
            facts=rates,
        )

    def draw(self, figure, frame):
        left, middle, right = figure.subplots(1, 3)
        left.set(title="Rate", ylim=YLIM, yticks=[0, 0.5, 1], yticklabels=["0", "lr/2", "lr"])
        left.text(1.04, 0.5, max(NOTES, key=len), alpha=0)  # holds the place of the names
        middle.set(title="Distance", ylim=YLIM, yticks=[0, 1])
        middle.plot([0, 1], [0, 1], "--", color=plots.INK, lw=1.2)
        middle.text(0.92, 1, "constant lr", ha="right", va="center")
        right.set(title="Weight", xlim=(0, FIRST), xlabel="updates", xticks=[0, FIRST])
        right.set(yscale="log", ylim=(1e-12, 1e6), yticks=[1e-12, 1e-6, 1])
        right.text(2, 1e-11, "on a parabola")
        right.grid(axis="y", alpha=0.3)
        names = {f"{name} name": plots.end_name(left, plots.QUIET) for name in NOTES}
        names["chosen name"] = plots.end_name(left, plots.BLUE)
        bold = {"color": plots.BLUE, "lw": 3}
        return {
            **{name: plots.empty_line(left, color=plots.FAINT, lw=1) for name in NOTES},
            **names,
            "rate": plots.empty_line(left, **bold),
            "distance": plots.empty_line(middle, **bold),
            "weight": plots.empty_line(right, **bold),
            "halved": plots.empty_line(left, "o", color=plots.VERMILION, mec="white", ms=11),
            "updates": plots.draw_updates(left),
            "updates too": plots.draw_updates(middle),
        }

    def python(self, *, schedule, lr, decay, updates):
        chosen = every_schedule(lr, decay)[schedule]
        name = type(chosen).__name__
        settings = {setting: getattr(chosen, setting) for setting in chosen.settings()}
        if schedule == "piecewise_constant":
            settings = {setting: values.tolist() for setting, values in settings.items()}
        imports = f"InverseTime, {name}" if schedule == "warm_up" else name
        return f"from course_lib.schedules import {imports}\n{words.call(name, **settings)}(range({updates}))"


def _names(lines, schedule):
    """The schedules at their lines' ends; the chosen one's is another text, in the colour of its line.

    Of the others only a line that ends apart from all is named, so that a name tells which line it is.
    """
    last = np.array([y[-1] for _, y in lines.values()])
    alone = (np.abs(last - last[:, None]) < GAP).sum(axis=0) == 1
    named = {
        name: line if name == schedule or apart else ((), ())
        for (name, line), apart in zip(lines.items(), alone, strict=True)
    }
    placed = ends.labels(named, YLIM, beyond=0.04, gap=GAP)
    names = {f"{name} name": (x, y, text.replace("_", " ")) for name, (x, y, text) in placed.items()}
    x, y, chosen = names[f"{schedule} name"]
    return names | {f"{schedule} name": (x, y, ""), "chosen name": (x, y, chosen)}


def _on_the_parabola(weight):
    """What becomes of a weight that starts at 1 on a parabola of curvature 1."""
    peak, last = int(weight.argmax()), len(weight) - 1
    first, top, end = (number(size) for size in weight[[0, peak, last]])
    if peak == 0:
        return f"On a parabola |w| goes from {first} to {end} in {last} updates."
    if peak == last:
        return f"On a parabola |w| still climbs, from {first} to {top} in {last} updates."
    return f"On a parabola |w| climbs from {first} to {top} at update {peak}; at {last} it is {end}."

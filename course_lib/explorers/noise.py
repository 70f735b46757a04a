"""Noise: a mini-batch sees the gradient through it, and the weights never come to rest."""

from functools import cache
from typing import Any, ClassVar

import numpy as np

from course_lib import compiled, plots, surfaces, theory, training
from course_lib.base.objectives import Objective
from course_lib.explorers.live.controls import Slider
from course_lib.explorers.live.engine import Explorer, Frame
from course_lib.explorers.shared import ends, words
from course_lib.explorers.shared.words import number
from course_lib.optimizers import SGD

RUNS, UPDATES, LAST = 200, 400, 100  # measured over the last updates of these runs
CLOUD = 4000  # so many are shown where they are compiled
AROUND = np.linspace(0, 2 * np.pi, 201)
CIRCLE = np.array([np.cos(AROUND), np.sin(AROUND)])
FAR = 1e9  # further away than this is drawn there
DISTANCES = (1e-5, 1e3)


def noise_floor(lr, momentum, noise):
    """The variance at which a weight of curvature 1 stays, under gradient noise of that standard deviation.

    >>> noise_floor(0.1, np.array([0, 0.9]), 1.0).round(4)
    array([0.0526, 0.5135])
    """
    room = theory.stability_limit(momentum) - lr  # 2 * (1 + momentum) - lr
    with np.errstate(divide="ignore"):
        floor = lr * noise**2 * (1 + momentum) / ((1 - momentum) * room)
    return np.where(room > 0, floor, np.inf)


class Noise(Explorer):
    """A cloud of runs around the minimum, and how its size comes down to a floor, but not below.

    >>> figure = Noise()
    >>> print(figure.set(momentum=0.9))
    Hovers at its floor at lr 0.1, momentum 0.9, decay 0, batch_size 1. Over the last 100
    updates a weight's mean squared distance is 0.513; the floor's formula gives 0.514.
    """

    title = "Noise: the floor under which no run stays"
    heard = "measured"
    goal = "a mean squared distance below 1e-3 over the last 100 updates, with batches of 16 or smaller."
    controls: ClassVar = {
        "lr": Slider(0.1, low=0.01, high=2.2, log=True),
        "momentum": Slider(0.0, low=0, high=0.99),
        "decay": Slider(0.0, low=0, high=0.01, step=0.0001),
        "batch_size": Slider(1, low=1, high=256, log=True, whole=True, label="batch size (samples)"),
    }
    presets: ClassVar = {
        "Plain SGD": {"lr": 0.1, "momentum": 0.0, "decay": 0.0, "batch_size": 1},
        "With momentum": {"lr": 0.1, "momentum": 0.9, "decay": 0.0, "batch_size": 1},
        "Momentum, a tenth of lr": {"lr": 0.01, "momentum": 0.9, "decay": 0.0, "batch_size": 1},
        "Batches of 64": {"lr": 0.1, "momentum": 0.0, "decay": 0.0, "batch_size": 64},
        "Decay": {"lr": 0.5, "momentum": 0.0, "decay": 0.01, "batch_size": 1},
        "Slow": {"lr": 0.01, "momentum": 0.0, "decay": 0.0, "batch_size": 16},
        "Diverge": {"lr": 2.1, "momentum": 0.0, "decay": 0.0, "batch_size": 1},
    }
    says: ClassVar = {"measured": "mean squared distance"}

    def frame(self, *, lr, momentum, decay, batch_size):
        surface = _Remembered(noise=1 / batch_size**0.5)
        sgd = SGD(lr=lr, momentum=momentum, decay=decay)
        starts = np.repeat(np.reshape(surface.start, (2, 1)), CLOUD if compiled.is_on() else RUNS, axis=1)
        run = training.run(surface, sgd, w0=starts, steps=UPDATES)
        # Of a weight: at curvature 1 the loss is the mean of both squares.
        distances = run.losses[:, :RUNS].mean(axis=1)
        rates = sgd.rate(np.arange(UPDATES))
        floors = noise_floor(rates, momentum, surface.noise)
        measured, formula = distances[-LAST:].mean(), floors[-LAST:].mean()
        lines = {
            "measured": (np.arange(UPDATES + 1), distances),
            "formula": (np.arange(1, UPDATES + 1), np.minimum(floors, FAR)),
        }
        names = ends.labels(lines, DISTANCES, log=True, beyond=6, gap=ends.GAP * self.screen["text"])
        path = np.clip(np.asarray(run.path)[:, :, 0].T, -FAR, FAR)
        return Frame(
            {
                "one run": path,
                "last": path[:, -1:],
                "cloud": np.clip(run.w, -FAR, FAR),
                "measured circle": CIRCLE * min(measured**0.5, FAR),
                "formula circle": CIRCLE * min(formula**0.5, FAR),
                **lines,
                **{f"name of {name}": place for name, place in names.items()},
            },
            _describe(sgd, batch_size, distances, floors, self.shown),
            _explain(sgd, surface.noise, floors),
            reached=measured < 1e-3 and batch_size <= 16,
            grows={
                **{"one run": 0, "last": "one run", "measured": 0, "formula": 1},
                **{f"name of {name}": name for name in lines},
            },
            facts={"run": run, "distances": distances, "floors": floors},
        )

    def draw(self, figure, frame):
        left, right = figure.subplots(1, 2, width_ratios=[1, 1.1])
        runs = frame.facts["run"].w.shape[1]
        _draw_bowl(left, runs)
        _draw_distance_axes(right)
        dots = {"ms": 4.5, "alpha": 0.55} if runs == RUNS else {"ms": 3, "alpha": 0.2}
        measured = {"color": plots.ORANGE, "lw": 3}
        formula = {"color": plots.BLACK, "ls": "--", "lw": 1.5}
        return {
            "one run": plots.empty_line(left, color=plots.VERMILION, lw=0.9, alpha=0.6),
            "last": plots.empty_line(left, "o", color=plots.VERMILION, mec="white", ms=9, zorder=3),
            "cloud": plots.empty_line(left, "o", color=plots.BLUE, mec="none", **dots),
            "measured circle": plots.empty_line(left, **measured),
            "formula circle": plots.empty_line(left, **formula),
            "measured": plots.empty_line(right, **measured),
            "formula": plots.empty_line(right, **formula),
            "name of measured": plots.end_name(right, measured["color"]),
            "name of formula": plots.end_name(right, formula["color"]),
        }

    def python(self, *, batch_size, **settings):
        sgd = words.call("optimizers.SGD", **settings)
        x, y = surfaces.NoisyQuadratic.start
        return (
            "from course_lib import optimizers, surfaces, training\n"
            f"training.run(surfaces.NoisyQuadratic(noise=1 / {batch_size}**0.5, shared=False), "
            f"{sgd}, w0=[[{x}] * {RUNS}, [{y}] * {RUNS}], steps={UPDATES})"
            ".losses.mean(axis=1)"
        )


class _Remembered(surfaces.NoisyQuadratic):
    """The noisy quadratic, its noise drawn once for all frames: to draw it takes longer than to run."""

    def at(self, update) -> Any:
        return _OneUpdate(self, update)


class _OneUpdate(Objective):
    def __init__(self, surface, update):
        self.surface, self.update = surface, update

    def gradient(self, w):
        return self.surface.slope(w) + self.surface.noise * _standard_noise(w.shape[1])[self.update]


@cache
def _standard_noise(runs):
    """What ``NoisyQuadratic(seed=0, shared=False)`` draws at each update for 200 runs, and then for more."""
    rngs = [np.random.default_rng([0, update]) for update in range(UPDATES)]
    return [
        np.concatenate([rng.normal(size=(2, RUNS)), rng.normal(size=(2, runs - RUNS))], axis=1)
        for rng in rngs
    ]


def _draw_bowl(axes, runs):
    """The loss from above: at equal curvatures its contours are circles."""
    for radius in (0.5, 1, 1.5, 2, 2.5):
        axes.plot(*radius * CIRCLE, color="0.85", lw=0.8, zorder=0)
    axes.set(xlim=(-2, 2), ylim=(-2, 2), xticks=range(-2, 3), yticks=range(-2, 3), aspect="equal")
    axes.set(xlabel="first weight", ylabel="second weight", title=f"Where {runs:,} runs end")


def _draw_distance_axes(axes):
    plots.draw_loss_axes(axes, UPDATES, *DISTANCES)
    axes.set(title="Mean squared distance", yticks=10.0 ** np.arange(-4, 3, 2))
    axes.set(xlim=(0, UPDATES), xticks=range(0, UPDATES + 1, 100))
    axes.minorticks_off()
    plots.room_for_names(axes, "measured")


def _describe(sgd, batch_size, distances, floors, shown):
    settings = {"lr": sgd.lr, "momentum": sgd.momentum, "decay": sgd.decay, "batch_size": batch_size}
    verdict = words.verdict(_manner(sgd, distances, floors), words.settings(settings, shown))
    measured, floor = distances[-LAST:].mean(), floors[-LAST:].mean()
    if not np.isfinite(floor):
        first, last = number(distances[0]), number(distances[-1])
        return f"{verdict} The mean squared distance of a weight goes from {first} to {last}."
    return (
        f"{verdict} Over the last {LAST} updates a weight's mean squared distance is {number(measured)}; "
        f"the floor's formula gives {number(floor)}."
    )


def _manner(sgd, distances, floors):
    """What the runs do in the end: the verdict."""
    measured, floor = distances[-LAST:].mean(), floors[-LAST:].mean()
    if sgd.rate(UPDATES) >= theory.stability_limit(sgd.momentum):
        return "diverges"
    if not np.isfinite(floor):
        return "climbs first"
    if abs(measured / floor - 1) >= 0.15:
        return "has not reached its floor yet"
    return "follows its falling floor" if sgd.decay else "hovers at its floor"


def _explain(sgd, noise, floors):
    sentences = [
        _about_the_floor(sgd, noise, floors),
        _about_decay(sgd, floors) if sgd.decay else _about_momentum(sgd, noise),
    ]
    return " ".join(filter(None, sentences))


def _about_the_floor(sgd, noise, floors):
    limit = theory.stability_limit(sgd.momentum)
    if not np.isfinite(floors[-1]):
        late = "; decay comes too late" if sgd.decay else ""
        return f"lr is not below the limit 2(1 + momentum)/curvature = {number(limit, 4)}{late}."
    formula = (
        "lr s²(1 + momentum)/((1 - momentum)(2(1 + momentum) - lr))" if sgd.momentum else "lr s²/(2 - lr)"
    )
    at_first = " at first" if sgd.decay else ""
    return (
        f"Each gradient is off by s = 1/sqrt(batch_size) = {number(noise)}. Every update shrinks the "
        f"distance and adds a kick of lr s. The two balance at {formula} = {number(floors[0])}{at_first}."
    )


def _about_decay(sgd, floors):
    rate = number(sgd.rate(UPDATES - 1))
    return f"Decay has brought the rate to {rate} and the floor to {number(floors[-1])}."


def _about_momentum(sgd, noise):
    if not sgd.momentum:
        return ""
    plain = sgd.lr / (1 - sgd.momentum)
    if plain >= 2:
        return f"Plain SGD at lr/(1 - momentum) = {number(plain)} would diverge."
    floor, own = noise_floor(plain, 0, noise), noise_floor(sgd.lr, sgd.momentum, noise)
    same = ", nearly the same: momentum takes no noise away" if own > 0.9 * floor else ""
    return f"Plain SGD at lr/(1 - momentum) = {number(plain)} has the floor {number(floor)}{same}."

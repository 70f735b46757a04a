"""Noise: a mini-batch sees the gradient through it, and the weights never come to rest."""

from functools import cache
from typing import Any, ClassVar

import numpy as np

from course_lib import plots, surfaces, theory, training
from course_lib.base.objectives import Objective
from course_lib.explorers.live.controls import Slider
from course_lib.explorers.live.engine import Explorer, Frame
from course_lib.explorers.shared import words
from course_lib.explorers.shared.words import number
from course_lib.optimizers import SGD

RUNS, UPDATES, LAST = 200, 400, 100  # measured over the last updates of all runs
STARTS = np.repeat(np.reshape(surfaces.NoisyQuadratic.start, (2, 1)), RUNS, axis=1)
AROUND = np.linspace(0, 2 * np.pi, 201)
CIRCLE = np.array([np.cos(AROUND), np.sin(AROUND)])
FAR = 1e9  # further away than this is drawn there


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
    """A cloud of 200 runs around the minimum, and how its size comes down to a floor, but not below.

    >>> figure = Noise()
    >>> print(figure.set(momentum=0.9))
    lr 0.1, momentum 0.9, decay 0, batch_size 1: the gradient's noise has the standard
    deviation s = 1/sqrt(batch_size) = 1. Over the last 100 updates a weight's mean squared
    distance is 0.513. This is the floor: lr s²(1 + momentum)/((1 - momentum)(2(1 + momentum)
    - lr)) = 0.514. Plain SGD at lr/(1 - momentum) = 1 has the floor 1.
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
        run = training.run(surface, sgd, w0=STARTS, steps=UPDATES)
        distances = run.losses.mean(
            axis=1
        )  # of a weight: at curvature 1 the loss is the mean of both squares
        rates = sgd.rate(np.arange(UPDATES))
        floors = noise_floor(rates, momentum, surface.noise)
        measured, formula = distances[-LAST:].mean(), floors[-LAST:].mean()
        settings = {"lr": lr, "momentum": momentum, "decay": decay, "batch_size": batch_size}
        return Frame(
            {
                "one run": np.clip(np.asarray(run.path)[:, :, 0].T, -FAR, FAR),
                "cloud": np.clip(run.w, -FAR, FAR),
                "measured circle": CIRCLE * min(measured**0.5, FAR),
                "formula circle": CIRCLE * min(formula**0.5, FAR),
                "measured": (np.arange(UPDATES + 1), distances),
                "formula": (np.arange(1, UPDATES + 1), np.minimum(floors, FAR)),
            },
            words.opening(
                words.settings(settings, self.shown), _describe(sgd, surface.noise, distances, floors)
            ),
            reached=measured < 1e-3 and batch_size <= 16,
            grows={"one run": 0, "measured": 0, "formula": 1},
            facts={"run": run, "distances": distances, "floors": floors},
        )

    def draw(self, figure, frame):
        left, right = figure.subplots(1, 2)
        left.set(xlim=(-2.2, 2.2), ylim=(-1.9, 1.9), aspect="equal", title=f"One run, and where {RUNS} end")
        left.set(xticks=range(-2, 3), yticks=range(-1, 2))
        left.set(xlabel="first weight", ylabel="second weight")
        plots.draw_loss_axes(right, UPDATES, low=1e-5, high=1e3)
        right.set(title="Mean squared distance", yticks=10.0 ** np.arange(-4, 3, 2))
        measured = {"color": plots.ORANGE, "lw": 3}
        formula = {"color": plots.BLACK, "ls": "--", "lw": 1.8}
        lines = {
            "one run": plots.empty_line(left, color=plots.VERMILION, lw=1, alpha=0.7),
            "cloud": plots.empty_line(left, "o", color=plots.BLUE, ms=4, alpha=0.6),
            "measured circle": plots.empty_line(left, **measured),
            "formula circle": plots.empty_line(left, **formula),
            "measured": plots.empty_line(right, **measured, label="measured"),
            "formula": plots.empty_line(right, **formula, label="formula"),
        }
        right.legend(loc="upper right", frameon=False)
        return lines

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
        return _OneUpdate(self, _standard_noise()[update])


class _OneUpdate(Objective):
    def __init__(self, surface, standard_noise):
        self.surface, self.standard_noise = surface, standard_noise

    def gradient(self, w):
        return self.surface.slope(w) + self.surface.noise * self.standard_noise


@cache
def _standard_noise():
    """What ``NoisyQuadratic(seed=0, shared=False)`` draws for each update."""
    return [np.random.default_rng([0, update]).normal(size=(2, RUNS)) for update in range(UPDATES)]


def _describe(sgd, noise, distances, floors):
    limit = theory.stability_limit(sgd.momentum)
    measured, floor = distances[-LAST:].mean(), floors[-LAST:].mean()
    if not np.isfinite(floor):
        late = "; decay comes too late" if sgd.decay else ""
        return (
            f"diverges. lr is not below the limit 2(1 + momentum)/curvature = {number(limit)}{late}. "
            f"The mean squared distance has grown to {number(distances[-1])}."
        )
    there = abs(measured / floor - 1) < 0.15
    formula = (
        "lr s²(1 + momentum)/((1 - momentum)(2(1 + momentum) - lr))" if sgd.momentum else "lr s²/(2 - lr)"
    )
    return (
        f"the gradient's noise has the standard deviation s = 1/sqrt(batch_size) = {number(noise)}. "
        f"Over the last {LAST} updates a weight's mean squared distance is {number(measured)}. "
        f"{'This is the floor' if there else 'The floor is not reached yet'}: {formula} = {number(floor)}. "
        f"{_about_decay(sgd, floors) if sgd.decay else _about_momentum(sgd, noise)}"
    ).strip()


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

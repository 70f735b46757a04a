"""Warm-up, plateau, cool-down: a schedule drawn by hand, and what it does in a valley seen through noise."""

from functools import cache
from typing import Any, ClassVar

import numpy as np

from course_lib import plots, schedules
from course_lib.averaging import EMA
from course_lib.base import divergence
from course_lib.base.objectives import Objective
from course_lib.explorers.live.controls import Choice, Slider
from course_lib.explorers.live.engine import Explorer, Frame
from course_lib.explorers.shared import ends, words
from course_lib.explorers.shared.words import number
from course_lib.schedules import Chain, Cosine, WarmUpStableDecay

UPDATES, RUNS = 400, 1000
TENTH = UPDATES - UPDATES // 10  # where the last tenth begins
SETTLED = 50  # updates, after which a run that was not lost is at the bottom of the valley
AVERAGE = EMA(momentum=0.95)
EARLY = 40  # updates, within which the runs come down from the steep side
LOSSES, CURVATURES = (1e-5, 100), (0.6, 100)  # what the axes show
FAR = 1e6  # what is higher is drawn there


class Valley(Objective):
    """``f = u**2 / 2 + u**4 / 4 + v**2 / 200``: steeper and steeper across, nearly flat along.

    The slope across is ``(1 + u**2) * u``, so that seen from the bottom the curvature is ``1 + u**2``: 10 at
    the start, where ``u`` is 3, and 1 at the bottom. Along the valley it is 0.01 everywhere. The gradient of
    an update is off across by noise of standard deviation 0.1, another for each of up to 1,000 runs.

    >>> Valley().gradient(np.array([3.0, 2.5]))
    array([3.0e+01, 2.5e-02])
    """

    start, dimensions = np.array([3.0, 2.5]), 2
    along, noise = 0.01, 0.1

    def __init__(self, update=None):
        self.update = update

    def value(self, w):
        u, v = w
        return u**2 / 2 + u**4 / 4 + self.along * v**2 / 2

    def gradient(self, w):
        u, v = w
        if np.size(u) > RUNS:
            raise ValueError(f"w must have at most {RUNS} runs; got {np.size(u)}")
        slope = np.array([(1 + u * u) * u, self.along * v])
        if self.update is not None:
            slope[0] += self.noise * _standard_noise(self.update)[: slope[0].size].reshape(slope[0].shape)
        return slope

    def at(self, update):
        return Valley(update)


@cache
def _standard_noise(update):
    return np.random.default_rng([3, update]).normal(size=RUNS)


def drawn(lr, warm_up, until, shape, end):
    """The schedule: a line up to ``lr``, level up to update ``until``, and down to ``end`` of ``lr``."""
    stable = max(until - warm_up, 0)
    cool_down = UPDATES - warm_up - stable
    if shape == "line":
        return WarmUpStableDecay(lr, warm_up, stable, cool_down, end=end * lr)
    after: Any = Chain([lr, Cosine(lr, cool_down, end)], [stable])
    return schedules.WarmUp(after, warm_up)


def across(rates):
    """``u`` of each run after each update, shape (updates + 1, runs), as SGD has it in a ``Valley``."""
    path = np.empty((UPDATES + 1, RUNS))
    path[0] = u = np.full(RUNS, Valley.start[0])
    with divergence.allowed():
        for t, rate in enumerate(rates.tolist()):
            path[t + 1] = u = u - rate * ((1 + u * u) * u + Valley.noise * _standard_noise(t))
    return path


def expected(rates):
    """What is left of the way along the valley, and the loss that the noise across it brings, at each update.

    The first is exact. The second is lesson 9's account of a variance, for a start at the bottom, whose
    curvature is 1: an update keeps ``(1 - rate)**2`` of it and adds ``(rate * noise)**2``.
    """
    v = Valley.start[1] * np.cumprod([1, *(1 - rates * Valley.along)])
    variances = [0.0]
    for rate in rates.tolist():
        variances.append((1 - rate) ** 2 * variances[-1] + (rate * Valley.noise) ** 2)
    return Valley.along * v**2 / 2, np.array(variances) / 2


class WarmUp(Explorer):
    """A thousand noisy runs by a schedule: their loss, that of their averages, and why it is so high.

    >>> figure = WarmUp()
    >>> print(figure.set(warm_up=20, until=360))
    Divides the loss by 12.1 in the last tenth at lr 1, warm_up 20, until 360, shape line, end
    0. The loss ends at 0.000384; the theory gives 0.000393, of which 1.84e-5 is way left
    along the valley. Averaged weights end at 0.000142.
    """

    title = "Warm-up, plateau, cool-down: a schedule, and the loss that it leads to"
    goal = "a loss below 0.00025 after the last update."
    controls: ClassVar = {
        "lr": Slider(1.0, low=0.05, high=2, log=True, label="lr, the peak"),
        "warm_up": Slider(20, low=1, high=200, step=1, whole=True, label="warm-up (updates)"),
        "until": Slider(360, low=1, high=UPDATES - 1, step=1, whole=True, label="plateau until update"),
        "shape": Choice("line", ("line", "cosine"), label="cool-down along a"),
        "end": Slider(0.0, low=0, high=1, label="end (part of lr)"),
    }
    presets: ClassVar = {
        "Constant, at once": {"lr": 1.0, "warm_up": 1, "until": 399, "shape": "line", "end": 0.0},
        "Constant and low": {"lr": 0.19, "warm_up": 1, "until": 399, "shape": "line", "end": 0.0},
        "Warm-up only": {"lr": 1.0, "warm_up": 20, "until": 399, "shape": "line", "end": 0.0},
        "And a cool-down": {"lr": 1.0, "warm_up": 20, "until": 360, "shape": "line", "end": 0.0},
        "Cosine": {"lr": 1.0, "warm_up": 20, "until": 20, "shape": "cosine", "end": 0.0},
        "Cosine to a tenth": {"lr": 1.0, "warm_up": 20, "until": 20, "shape": "cosine", "end": 0.1},
        "Too soon": {"lr": 1.0, "warm_up": 20, "until": 60, "shape": "line", "end": 0.0},
        "Too high": {"lr": 1.5, "warm_up": 20, "until": 360, "shape": "line", "end": 0.0},
    }
    says: ClassVar = {"rate": "rate", "loss": "loss"}
    inches = (9.6, 4.8)

    def frame(self, **values):
        runs = _Runs(drawn(**values)(np.arange(UPDATES)))
        losses, curvatures = _lines(runs)
        lines = losses | curvatures
        gap = ends.GAP * self.screen["text"]
        names = ends.labels(losses, LOSSES, log=True, beyond=6, gap=gap)
        names |= ends.labels(curvatures, CURVATURES, log=True, beyond=0.6, gap=gap)
        return Frame(
            {
                "rate": (np.arange(UPDATES), runs.rates),
                "hand": ([max(values["until"], values["warm_up"])], [values["lr"]]),
                **lines,
                **{f"name of {name}": place for name, place in names.items()},
            },
            _describe(runs, words.settings(values, self.shown)),
            _explain(runs, values["lr"]),
            reached=not runs.lost and bool(runs.loss[-1] < 2.5e-4),
            grows={
                **dict.fromkeys(["rate", *lines], 0),
                "theory": SETTLED,
                **{f"name of {name}": name for name in lines},
            },
            facts=runs,
        )

    def draw(self, figure, frame):
        left, middle, right = figure.subplots(1, 3)
        for axes, last in ((left, UPDATES), (middle, UPDATES), (right, EARLY)):
            axes.set(xlim=(0, last), xticks=[0, last // 2, last], xlabel="updates")
        left.set(ylim=(0, 2.1), yticks=[0, 1, 2], title="Rate")
        middle.set(yscale="log", ylim=LOSSES, yticks=[1e-4, 1e-2, 1, 100], title="Loss")
        right.set(yscale="log", ylim=CURVATURES, yticks=[1, 10, 100], yticklabels=["1", "10", "100"])
        right.set_title("Curvature at first")
        middle.axvspan(TENTH, UPDATES, color="0.93", lw=0, zorder=0)
        for axes, longest in ((middle, "way left"), (right, "curvature")):
            axes.minorticks_off()
            plots.room_for_names(axes, longest)
        self.pick(left, x="until", y="lr")
        looks = {
            "loss": (middle, {"color": plots.ORANGE, "lw": 3}),
            "average": (middle, {"color": plots.GREEN}),
            "theory": (middle, {"color": plots.BLACK, "ls": "--", "lw": 1.5}),
            "way left": (middle, {"color": plots.BLUE, "lw": 1.2}),
            "curvature": (right, {"color": plots.ORANGE, "lw": 3}),
            "2/rate": (right, {"color": plots.BLACK, "ls": "--", "lw": 1.5}),
        }
        return {
            "rate": plots.empty_line(left, color=plots.VERMILION, lw=3),
            "hand": plots.empty_line(left, "o", color=plots.VERMILION, mec="white", ms=11, clip_on=False),
            **{name: plots.empty_line(axes, **look) for name, (axes, look) in looks.items()},
            **{f"name of {n}": plots.end_name(axes, look["color"]) for n, (axes, look) in looks.items()},
        }

    def python(self, **values):
        schedule = drawn(**values)
        names = "Chain, Cosine, WarmUp" if values["shape"] == "cosine" else "WarmUpStableDecay"
        return f"from course_lib.schedules import {names}\n{schedule!r}(range({UPDATES}))"


class _Runs:
    """All runs at these rates, what their averages would be, and the theory, update by update."""

    def __init__(self, rates):
        self.rates = rates
        self.way, noise = expected(rates)
        self.theory = self.way + noise
        u = across(rates)
        with divergence.allowed():
            self.loss, self.average = (_mean_loss(each) + self.way for each in (u, _averaged(u)))
            self.curvature = 1 + (u * u).mean(axis=1)
        self.lost = int(np.count_nonzero(~(np.abs(u[-1]) < Valley.start[0])))


def _mean_loss(u):
    squares = u * u
    return ((2 + squares) * squares).mean(axis=1) / 4


def _averaged(u):
    """The running average beside each run."""
    mean, means = AVERAGE.init(u[0]), np.empty_like(u)
    for t, each in enumerate(u):
        mean = AVERAGE.step(each, mean)
        means[t] = mean.w
    return means


def _lines(runs):
    """What is drawn of the losses and of the curvatures, each as far as it is seen."""
    after, first = np.arange(UPDATES + 1), slice(EARLY)
    losses = {
        "loss": (after, _drawable(runs.loss)),
        "average": (after, _drawable(runs.average)),
        "theory": (after[SETTLED:], runs.theory[SETTLED:]),
        "way left": (after, runs.way),
    }
    curvatures = {
        "curvature": (after[first], _drawable(runs.curvature[first])),
        "2/rate": (after[first], 2 / np.maximum(runs.rates[first], 2 / FAR)),
    }
    return (
        {name: _seen(line, LOSSES) for name, line in losses.items()},
        {name: _seen(line, CURVATURES) for name, line in curvatures.items()},
    )


def _drawable(heights):
    return np.minimum(np.nan_to_num(heights, nan=FAR), FAR)


def _seen(line, ylim):
    """The line up to the first point after which nothing of it is seen."""
    count = len(ends.seen(line, ylim)[0]) + 1
    return line[0][:count], line[1][:count]


def _describe(runs, settings):
    verdict = words.verdict(_manner(runs), settings)
    if runs.lost:
        return f"{verdict} Its highest rate can bear a curvature of {number(2 / runs.rates.max())}."
    return (
        f"{verdict} The loss ends at {number(runs.loss[-1])}; the theory gives {number(runs.theory[-1])}, of "
        f"which {number(runs.way[-1])} is way left along the valley. Averaged weights end at "
        f"{number(runs.average[-1])}."
    )


def _manner(runs):
    """What becomes of the runs: the verdict."""
    if runs.lost:
        return "diverges" if runs.lost == RUNS else f"loses {runs.lost} of {RUNS} runs"
    factor = runs.loss[TENTH] / runs.loss[-1]
    if factor >= 2:
        return f"divides the loss by {number(factor)} in the last tenth"
    return (
        "is still on its way along the valley"
        if runs.way[-1] > runs.theory[-1] / 2
        else "hovers at its noise floor"
    )


def _explain(runs, lr):
    room = 4 - 2 * lr
    floor = number(lr * Valley.noise**2 / room) if room > 0 else "infinity"
    return (
        "Across, an update multiplies u by 1 - rate (1 + u²), where 1 + u² is the curvature seen from the "
        "bottom: above 2/rate it leads further out. At the bottom, noise of s = "
        f"{number(Valley.noise)} keeps the loss at rate s²/(4 - 2 rate), which is {floor} at the peak. Along "
        f"the valley an update keeps 1 - {number(Valley.along)} rate, so that the sum of the rates counts: "
        f"{number(runs.rates.sum())}."
    )

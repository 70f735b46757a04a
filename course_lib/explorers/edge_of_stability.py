"""The edge of stability: training itself raises the curvature to the limit of the rate, where it stays."""

from functools import cache, lru_cache
from typing import ClassVar, NamedTuple

import numpy as np

from course_lib import datasets, plots, sharpness, theory, training
from course_lib.data_loss import DataLoss
from course_lib.explorers.live.controls import Choice, Slider
from course_lib.explorers.live.engine import Explorer, Frame
from course_lib.explorers.shared import words
from course_lib.explorers.shared.words import number
from course_lib.layers import Dense
from course_lib.models import Sequential
from course_lib.optimizers import SGD

UPDATES, LAST = 400, 100  # averaged over the last updates
EVERY = 4  # updates from one measured curvature to the next
ROWS = 50  # digits that it learns
FAR = 1e3  # a loss above this is the end of a run
CURVATURES, LOSSES = (0.15, 5), (1e-4, 1)
NEAR = 0.12  # of the edge: so far off is still at it


class FiftyDigits(DataLoss):
    """The loss of a small network on fifty digits: 20 numbers a digit, twice 12 tanh units, 10 outputs, mse.

    Its first weights are half as large as usual, so that the first curvature is small.

    >>> digits = FiftyDigits()
    >>> digits.dimensions, round(digits.value(digits.start).item(), 3)
    (538, 0.102)
    """

    def __init__(self, batch_size=ROWS):
        network = Sequential([Dense(12, activation="tanh", input_dim=20), Dense(12, activation="tanh")])
        network.add(Dense(10))
        network.compile("mean_squared_error", "sgd")
        network.w = network.w / 2
        super().__init__(network, *_fifty_digits(), batch_size)


@cache
def _fifty_digits():
    digits = datasets.load_digits(components=20)
    return digits.x_train[:ROWS], datasets.to_categorical(digits.y_train[:ROWS], classes=10)


class Trained(NamedTuple):
    """A training: the loss after each update, and the largest curvature after each fourth.

    A training that diverges ends where its loss is above 1,000.
    """

    losses: np.ndarray
    curvatures: np.ndarray

    @property
    def diverged(self):
        return len(self.losses) <= UPDATES

    @property
    def measured(self):
        """The updates after which the curvature was measured."""
        return EVERY * np.arange(len(self.curvatures))

    @property
    def last(self):
        """The largest curvature, averaged over the last updates."""
        return self.curvatures[-LAST // EVERY :].mean()

    @property
    def is_climbing(self):
        """Is the curvature higher over the last updates than over as many before?"""
        count = LAST // EVERY
        return self.last > 1.02 * self.curvatures[-2 * count : -count].mean()


@cache
def objective(batch_size):
    return FiftyDigits(batch_size)


@lru_cache(maxsize=1000)
def trained(lr, momentum=0.0, batch_size=ROWS):
    """The Trained of SGD; it is trained once, and remembered.

    >>> round(trained(lr=6.0).last, 2)
    np.float64(0.34)
    """
    run = training.run(objective(batch_size), SGD(lr=lr, momentum=momentum), steps=UPDATES)
    far = ~(run.losses < FAR)
    count = int(far.argmax()) if far.any() else UPDATES + 1
    path = np.asarray(run.path)[:count:EVERY]
    return Trained(run.losses[:count], sharpness.curvatures_along(objective(ROWS), path))


class EdgeOfStability(Explorer):
    """The largest curvature of a network while it learns, the line that it climbs to, and the loss.

    >>> figure = EdgeOfStability()
    >>> print(figure.set(lr=6.0))
    Hovers at the edge at lr 6, momentum 0, batch_size 50. Over the last 100 updates the
    largest curvature averages 0.342; the edge, 2/lr, is 0.333. The loss goes from 0.102 to
    0.00507, and up in 172 of 400 updates.
    """

    title = "The edge of stability: where the curvature climbs to"
    goal = "with a momentum of 0.5 or more, a curvature that hovers at 0.5: 0.49 to 0.51 on average."
    controls: ClassVar = {
        "lr": Slider(4.0, low=0.8, high=10, log=True),
        "momentum": Slider(0.0, low=0, high=0.9),
        "batch_size": Choice("50", ("50", "25", "10", "5"), label="batch size (samples)"),
    }
    presets: ClassVar = {
        "A small rate": {"lr": 1.0, "momentum": 0.0, "batch_size": "50"},
        "Up to the edge": {"lr": 3.0, "momentum": 0.0, "batch_size": "50"},
        "Twice the rate": {"lr": 6.0, "momentum": 0.0, "batch_size": "50"},
        "Down to the edge": {"lr": 8.0, "momentum": 0.0, "batch_size": "50"},
        "With momentum": {"lr": 5.0, "momentum": 0.4, "batch_size": "50"},
        "Small batches": {"lr": 4.0, "momentum": 0.0, "batch_size": "5"},
        "Too far": {"lr": 10.0, "momentum": 0.0, "batch_size": "50"},
    }
    says: ClassVar = {"loss": "loss", "curvature": "largest curvature"}

    def frame(self, *, lr, momentum, batch_size):
        run, edge = trained(lr, momentum, int(batch_size)), theory.stability_limit(momentum) / lr
        settings = words.settings({"lr": lr, "momentum": momentum, "batch_size": batch_size}, self.shown)
        return Frame(
            {
                "edge": ([0, UPDATES], [edge, edge]),
                "name of edge": (UPDATES + 6, edge, "edge"),
                "curvature": (run.measured, run.curvatures),
                "loss": (np.arange(len(run.losses)), run.losses),
            },
            f"{words.verdict(_manner(run, edge), settings)} {_numbers(run, edge, momentum)}",
            _why(run, edge, momentum, is_noisy=int(batch_size) < ROWS),
            reached=momentum >= 0.5 and not run.diverged and 0.49 <= run.last <= 0.51,
            grows={"curvature": run.measured, "loss": 0},
            facts=run,
        )

    def draw(self, figure, frame):
        left, right = figure.subplots(1, 2, width_ratios=[1.2, 1])
        left.set(ylim=CURVATURES, yscale="log", title="Largest curvature")
        left.set_yticks([0.2, 0.5, 1, 2, 4], ["0.2", "0.5", "1", "2", "4"])
        plots.room_for_names(left, "edge")
        right.set(ylim=LOSSES, yscale="log", title="Loss")
        for axes in (left, right):
            axes.set(xlim=(0, UPDATES), xlabel="updates", xticks=range(0, UPDATES + 1, 100))
            axes.minorticks_off()
            axes.grid(axis="y")
        return {
            "edge": plots.empty_line(left, "--", color=plots.BLACK, lw=1.5),
            "name of edge": plots.end_name(left, plots.BLACK),
            "curvature": plots.empty_line(left, color=plots.VERMILION, lw=2.5),
            "loss": plots.empty_line(right, color=plots.BLUE),
        }


def _manner(run, edge):
    """What the curvature does in the end: the verdict."""
    if run.diverged:
        return "diverges"
    if run.last > (1 + NEAR) * edge:
        return "is beyond the edge"
    if run.last > (1 - NEAR) * edge:
        return "hovers at the edge"
    return "climbs towards the edge" if run.is_climbing else "stays below the edge"


def _limit(momentum):
    return "2(1 + momentum)/lr" if momentum else "2/lr"


def _numbers(run, edge, momentum):
    said = f"the edge, {_limit(momentum)}, is {number(edge)}"
    first, last = number(run.losses[0]), number(run.losses[-1])
    if run.diverged:
        return (
            f"The largest curvature begins at {number(run.curvatures[0])}; {said}. "
            f"After {len(run.losses)} updates the loss is above {FAR:,.0f}."
        )
    rises = int((np.diff(run.losses) > 0).sum())
    return (
        f"Over the last {LAST} updates the largest curvature averages {number(run.last)}; {said}. "
        f"The loss goes from {first} to {last}, and up in {rises} of {UPDATES} updates."
    )


def _why(run, edge, momentum, is_noisy):
    return f"{_about_the_edge(momentum)} {_about_the_run(run, edge, is_noisy)}"


def _about_the_edge(momentum):
    if momentum:
        return "Along the steepest direction an error settles below 2(1 + momentum)/lr, and grows beyond it."
    return "Along the steepest direction an update keeps 1 - lr curvature of an error: it grows beyond 2/lr."


def _about_the_run(run, edge, is_noisy):
    if run.diverged:
        times = number(run.curvatures.max() / edge)
        return f"The curvature came to {times} times the edge, and the swings grew too fast to be caught."
    if is_noisy:
        return (
            "The noise of small batches makes the weights swing before the edge. The slope, averaged over "
            "a swing, leads to where the valley is wide: that keeps the curvature lower."
        )
    rises = "Below it nothing stops the curvature, which rises while there is something to learn."
    if run.last < (1 - NEAR) * edge:
        return rises
    return (
        f"{rises} Beyond it the weights swing across the valley, wider and wider. The slope, averaged over a "
        "swing, leads to where the valley is wide: the curvature falls until the swings die out."
    )

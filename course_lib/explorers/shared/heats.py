"""The heats of the race: one optimizer on one course, run once and remembered.

A runner finishes at the update from which on its loss stays below the finish line, until the race is over.
The tuned rate is chosen by the same rule.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from course_lib import compiled, datasets, plots, surfaces, training
from course_lib.base import divergence
from course_lib.base.objectives import Objective
from course_lib.data_loss import DataLoss
from course_lib.layers import Dense
from course_lib.models import Sequential
from course_lib.optimizers import (
    SGD,
    Adadelta,
    Adagrad,
    Adam,
    Adamax,
    AdamW,
    Lion,
    Nadam,
    Optimizer,
    Prodigy,
    RAdam,
    RMSprop,
    ScheduleFreeAdamW,
)

UPDATES = 200
RATES = [float(f"{digit}e{power}") for power in range(-4, 2) for digit in (1, 2, 5)] + [100.0]
BETWEEN = 1000  # rates of an outline, where runs are compiled
RUNNERS = {
    "sgd": SGD(),
    "momentum": SGD(momentum=0.9),
    "nesterov": SGD(momentum=0.9, nesterov=True),
    "rmsprop": RMSprop(),
    "adagrad": Adagrad(),
    "adadelta": Adadelta(),
    "adam": Adam(),
    "adamax": Adamax(),
    "nadam": Nadam(),
    "adamw": AdamW(),
    "lion": Lion(),
}  # of lesson 12
EVERYONE = RUNNERS | {"radam": RAdam(), "prodigy": Prodigy(), "sf_adamw": ScheduleFreeAdamW()}
COURSES = ("ravine", "booth", "rosenbrock", "beale", "himmelblau", "plateau", "digits")
OTHER_COURSES = (
    "parabola",
    "pixel_regression",
    "styblinski_tang",
    "noisy_quadratic",
)  # the rest with a minimum


class Digits(DataLoss):
    """The loss of a small network on the handwritten digits, of which each update sees 64.

    Softmax and cross-entropy over 64 pixels, 32 hidden units and 10 outputs; the first weights and the order
    of the batches are always the same.

    >>> digits = Digits()
    >>> digits.dimensions, round(digits.value(digits.start).item(), 2)
    (2410, 2.36)
    """

    minimum = 0.0

    def __init__(self):
        self.network = Sequential(
            [Dense(32, activation="tanh", input_dim=64), Dense(10, activation="softmax")]
        )
        self.network.compile("sparse_categorical_crossentropy", "sgd")
        x, y, self.x_test, self.y_test = datasets.load_digits()
        super().__init__(self.network, x, y, batch_size=64)

    def confusions(self, path):
        """For each point of a path: how many test digits of each kind (row) are taken for which (column)."""
        counts = []
        for w in path:
            answers = self.outputs(w, self.x_test).argmax(axis=-1)
            counts.append(np.bincount(10 * self.y_test + answers, minlength=100))
        return np.reshape(counts, (-1, 10, 10))


class Unseen(Objective):
    """An objective that is descended without a look at its value."""

    def __init__(self, descended):
        self.start, self.dimensions, self._descended = descended.start, descended.dimensions, descended

    def value(self, w):
        return np.zeros(np.shape(w)[1:])

    def gradient(self, w):
        return self._descended.gradient(w)

    def at(self, update):
        return self._descended.at(update)


@dataclass(frozen=True)
class Heat:
    """What the race shows of a run; row ``t`` of each array is what there is after ``t`` updates.

    ``losses``, above the minimum, and ``points``, of the path, end where the run leaves the range of numbers.
    ``points`` is empty on the digits, ``confusions`` (n, 10, 10) on a surface.
    ``finish``: the update from which on the loss stays below the finish line; infinity where there is none.
    """

    name: str
    optimizer: Optimizer
    losses: np.ndarray
    points: np.ndarray
    confusions: np.ndarray
    finish: float

    @property
    def has_finished(self):
        return self.finish <= UPDATES

    @property
    def has_diverged(self):
        """Has it left the range of numbers?"""
        return len(self.losses) <= UPDATES

    @property
    def end(self):
        """The update at which it is home, or has left the range of numbers, or the race is over."""
        return int(min(self.finish, len(self.losses) - 1))

    def accuracy(self, update):
        """The share of the test digits that the network gets right: those on the diagonal."""
        return np.trace(self.confusions[update]) / self.confusions[update].sum()


@dataclass(frozen=True)
class Valley:
    """How an optimizer does at each of the RATES.

    ``finishes``: the update from which on its loss stays below the finish line, or infinity.
    ``ends``: its loss after the last update, above the minimum.
    """

    finishes: np.ndarray
    ends: np.ndarray

    @property
    def best(self):
        """The rate that finishes first, the lowest of several; where none does, the one that ends lowest."""
        return RATES[int(self.finishes.argmin() if self.width else np.nanargmin(self.ends))]

    @property
    def width(self):
        """How many of the rates finish."""
        return int(np.isfinite(self.finishes).sum())


@cache
def objective(course):
    """The surface or the network's loss that is to be descended."""
    return Digits() if course == "digits" else surfaces.get(course)


def start_loss(descended):
    """The loss above the minimum before the first update."""
    return descended.value(np.array(descended.start)).item() - descended.minimum


def finish_line(descended):
    """The loss above the minimum to stay below: a thousandth of that at the start, or 0.5 on the digits."""
    return 0.5 if isinstance(descended, Digits) else start_loss(descended) / 1000


def finishes(run):
    """The update at which each run of a family finishes, or infinity."""
    counts = np.array(run.updates_to_stay(finish_line(run.objective) + run.objective.minimum))
    return np.where(counts < 0, np.inf, counts)


@cache
def heat(name, course, rates):
    """One optimizer's run, at its ``"documented"`` rate or at its ``"tuned"`` one."""
    descended, optimizer = objective(course), EVERYONE[name]
    if rates == "tuned":
        optimizer = optimizer.replace(lr=tuned_rate(name, course))
    run = training.run(descended, optimizer, steps=UPDATES)
    points, losses = plots.drawable(run)
    finish = finishes(run).item()
    confusions = np.empty((0, 10, 10))
    if isinstance(descended, Digits):
        points, confusions = np.empty((0, 2)), descended.confusions(run.path)
    return Heat(name, optimizer, losses, points, confusions, finish)


@cache
def valley(name, course):
    """One optimizer's runs at all of the RATES."""
    return explored(EVERYONE[name], objective(course))


@cache
def tuned_rate(name, course):
    """The best rate of the valley. On the digits, where it takes long, the rest of it is not found."""
    if course == "digits":
        return quickest(EVERYONE[name], objective(course))
    return valley(name, course).best


def explored(optimizer, descended):
    """The Valley of an optimizer on an objective. All rates run at once.

    Losses are computed from the end, of each rate only back to its finish: on the digits one costs more than
    an update.
    """
    path, line = _unseen(optimizer, descended)
    found, below = np.full(len(RATES), np.inf), np.arange(len(RATES))
    with divergence.allowed():
        ends = descended.value(path[UPDATES]) - descended.minimum
        for update in reversed(range(UPDATES + 1)):
            below = below[descended.value(path[update][:, below]) <= line]
            found[below] = update
    return Valley(found, ends)


def quickest(optimizer, descended):
    """``explored(optimizer, descended).best``, from a few of the losses.

    From the highest rate down, one is followed back to its finish only if it is home by the best one's.
    """
    path, line = _unseen(optimizer, descended)

    def is_home(rate, update):
        return descended.value(path[update][:, [rate]]).item() <= line

    with divergence.allowed():
        ends = descended.value(path[UPDATES])
        first, best = UPDATES, np.nanargmin(ends)
        for rate in reversed(np.flatnonzero(ends <= line)):
            if all(is_home(rate, update) for update in range(first, UPDATES)):
                best = rate
                while first and is_home(rate, first - 1):
                    first -= 1
    return RATES[best]


def _unseen(optimizer, descended):
    """The path of all RATES at once, no loss computed, and the loss to stay below."""
    runs = training.sweep(Unseen(descended), optimizer, steps=UPDATES, record_path=True, lr=RATES)
    return np.asarray(runs.path), finish_line(descended) + descended.minimum


def outline(name, course):
    """A valley for the eye: rates and when they finish; where runs are compiled, many between RATES, too."""
    is_fine = compiled.is_on() and not isinstance(objective(course), Digits)
    return _between(name, course) if is_fine else (RATES, valley(name, course).finishes)


@cache
def _between(name, course):
    rates = np.union1d(RATES, np.geomspace(RATES[0], RATES[-1], BETWEEN))
    return rates, finishes(training.sweep(objective(course), EVERYONE[name], steps=UPDATES, lr=rates))

"""The heats of the race: one optimizer on one course, run once and remembered."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from course_lib import datasets, plots, surfaces, training
from course_lib.data_loss import DataLoss
from course_lib.layers import Dense
from course_lib.models import Sequential
from course_lib.optimizers import SGD, Adadelta, Adagrad, Adam, Adamax, AdamW, Lion, Nadam, Optimizer, RMSprop

UPDATES = 200
RATES = [float(f"{digit}e{power}") for power in range(-4, 2) for digit in (1, 2, 5)] + [100.0]
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
}
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


@dataclass(frozen=True)
class Heat:
    """What the race shows of a run; row ``t`` of each array is what there is after ``t`` updates.

    ``losses``, above the minimum, and ``points``, of the path, end where the run leaves the range of numbers.
    ``points`` is empty on the digits, ``confusions`` (n, 10, 10) on a surface.
    ``finish``: the updates until the finish line; infinity where it never gets there.
    """

    name: str
    optimizer: Optimizer
    losses: np.ndarray
    points: np.ndarray
    confusions: np.ndarray
    finish: float

    def has_finished(self, update):
        """Is it over the finish line after so many updates?"""
        return self.finish <= update

    def has_diverged(self, update):
        """Has it left the range of numbers?"""
        return update >= len(self.losses)

    def loss(self, update):
        return np.inf if self.has_diverged(update) else self.losses[update]

    def accuracy(self, update):
        """The share of the test digits that the network gets right: those on the diagonal."""
        return np.trace(self.confusions[update]) / self.confusions[update].sum()


@cache
def objective(course):
    """The surface or the network's loss that is to be descended."""
    return Digits() if course == "digits" else surfaces.get(course)


@cache
def start_loss(course):
    """The loss above the minimum before the first update."""
    descended = objective(course)
    return descended.value(np.array(descended.start)).item() - descended.minimum


def finish_line(course):
    """The loss above the minimum that wins: a thousandth of that at the start, or 0.5 on the digits."""
    return 0.5 if course == "digits" else start_loss(course) / 1000


@cache
def heat(name, course, rates):
    """One optimizer's run, at its ``"documented"`` rate or at its ``"tuned"`` one."""
    descended = objective(course)
    optimizer = RUNNERS[name] if rates == "documented" else tuned(RUNNERS[name], descended)
    run = training.run(descended, optimizer, steps=UPDATES)
    points, losses = plots.drawable(run)
    there = losses <= finish_line(course)
    finish = int(there.argmax()) if there.any() else np.inf
    confusions = np.empty((0, 10, 10))
    if isinstance(descended, Digits):
        points, confusions = np.empty((0, 2)), descended.confusions(run.path)
    return Heat(name, optimizer, losses, points, confusions, finish)


def tuned(optimizer, descended):
    """The optimizer at the best of the RATES: the one with the lowest loss at the end, all run at once."""
    family = training.sweep(descended, optimizer, steps=UPDATES, record_every=UPDATES, lr=RATES)
    best = int(np.nanargmin(family.losses[-1]))
    return optimizer.from_config(optimizer.get_config() | {"lr": RATES[best]})

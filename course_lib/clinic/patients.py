"""The patients: a small network that learns the digits, with one thing wrong, unknown to its owner."""

from functools import cache
from typing import Any, NamedTuple

import numpy as np

from course_lib import datasets
from course_lib.base import validation
from course_lib.data_loss import DataLoss
from course_lib.layers import Dense
from course_lib.models import Sequential
from course_lib.optimizers import SGD, Adam

SAMPLES, UNSEEN, BATCH = 240, 180, 20  # to learn from, to validate on, and those of an update
BEDS = 10  # of a ward
INERT = 1e-6  # a decay that leaves the rate as it is
ENTROPY = "sparse_categorical_crossentropy"  # by which the clinic measures everybody


class Patient(NamedTuple):
    """A training. The defaults are those of a healthy one; what is wrong is in one of the fields."""

    cause: str
    seed: int  # of its samples, its first weights and its batches
    lr: Any  # what the owner wrote
    optimizer: Any  # what runs
    reads_lr: bool = True  # does the rate that the owner writes arrive?
    loss: str = ENTROPY
    batch_size: int = BATCH
    shuffled: bool = True
    resets: bool = True  # are the gradients set to 0 before each update?
    wrong_labels: float = 0.0  # the part of the labels that are not their digits'

    @property
    def line(self):
        """What its owner says of it."""
        decay = ", with decay" if self.optimizer.decay else ""
        return f"{type(self.optimizer).__name__}, lr {self.lr:g}{decay}"


def admit(cause, seed=0):
    """A patient with this cause; the seed draws its settings, its samples and its first weights.

    ValueError for an unknown cause and for a seed that is no whole number >= 0.

    >>> admit("inert decay").line
    'SGD, lr 0.51, with decay'
    """
    draw = validation.one_of("cause", cause, _DRAWN)
    seed = validation.whole_number("seed", seed, low=0)
    return _drawn(draw, cause, seed)


@cache
def _drawn(draw, cause, seed):
    """One patient each, so that the runs of one who comes again are known: no two optimizers are equal."""
    return Patient(cause, seed, **draw(np.random.default_rng([seed, CAUSES.index(cause)])))


@cache
def ward(seed=1):
    """Ten patients with ten of the eleven causes, in an order that the seed draws.

    >>> [len(ward(seed)) for seed in (1, 2)], len({patient.cause for patient in ward(1)})
    ([10, 10], 10)
    """
    seed = validation.whole_number("seed", seed, low=0)
    order = np.random.default_rng(seed).permutation(len(CAUSES))[:BEDS]
    return tuple(admit(CAUSES[number], seed) for number in order)


def with_rate(patient, lr):
    """The patient whose owner writes another rate, a number or a schedule."""
    optimizer = patient.optimizer.replace(lr=lr) if patient.reads_lr else patient.optimizer
    return patient._replace(lr=lr, optimizer=optimizer)


def descended(patient, count=SAMPLES):
    """The objective that the patient descends, on its first so many samples."""
    return _objective(patient.seed, patient.wrong_labels, patient.shuffled, patient.loss, count)


def entropy(patient, count=SAMPLES):
    """The cross-entropy of the same samples, whatever the patient's own loss is."""
    return _objective(patient.seed, patient.wrong_labels, patient.shuffled, ENTROPY, count)


@cache
def unseen(seed):
    """The cross-entropy of samples that the patient never sees; their labels are right."""
    digits = _digits()
    return DataLoss(_network(seed, ENTROPY), digits.x_test[:UNSEEN], digits.y_test[:UNSEEN])


@cache
def _objective(seed, wrong_labels, shuffled, loss, count):
    rng, digits = np.random.default_rng(seed), _digits()
    rows = rng.permutation(len(digits.x_train))[:SAMPLES]
    x, y = digits.x_train[rows], digits.y_train[rows]
    is_wrong = rng.uniform(size=SAMPLES) < wrong_labels
    y = np.where(is_wrong, (y + rng.integers(1, 10, SAMPLES)) % 10, y)
    if not shuffled:  # the file is sorted by label, and nobody shuffles it
        order = np.argsort(y, kind="stable")
        x, y = x[order], y[order]
    targets = y if loss == ENTROPY else datasets.to_categorical(y, 10)
    return DataLoss(_network(seed, loss), x[:count], targets[:count])


@cache
def _digits():
    return datasets.load_digits()


def _network(seed, loss):
    layers = [Dense(16, activation="tanh", input_dim=64), Dense(10, activation="softmax")]
    network = Sequential(layers, seed=seed)
    network.compile(loss, "sgd")
    return network


def _sgd(rng, low, high, decay=0.0):
    """SGD at a rate of two digits between these."""
    lr = float(f"{rng.uniform(low, high):.2g}")
    return {"lr": lr, "optimizer": SGD(lr=lr, decay=decay)}


def _copied(rng, low, high):
    """The same, half of them with the decay that everybody copies, and that does nothing."""
    return _sgd(rng, low, high, decay=float(rng.choice([0.0, INERT])))


def _epsilon(rng):
    return {"lr": 0.01, "optimizer": Adam(lr=0.01, epsilon=10 ** rng.uniform(-1, 0))}


def _wrong_labels(rng):
    usual = _sgd(rng, 0.3, 0.5) if rng.integers(2) else {"lr": 0.01, "optimizer": Adam(lr=0.01)}
    return {**usual, "wrong_labels": rng.uniform(0.3, 0.5)}


_DRAWN = {  # of each cause, what is drawn of a patient
    "learning rate too high": lambda rng: _copied(rng, 3.5, 6),
    "learning rate too low": lambda rng: _sgd(rng, 0.02, 0.04),
    "no warm-up": lambda rng: _sgd(rng, 1.9, 2.1),
    "noise floor": lambda rng: {**_sgd(rng, 0.42, 0.52), "batch_size": 2},
    "inert decay": lambda rng: {**_sgd(rng, 0.42, 0.52, decay=INERT), "batch_size": 2},
    "MSE on a softmax": lambda rng: _copied(rng, 0.3, 0.7) | {"loss": "mean_squared_error"},
    "renamed argument": lambda rng: _sgd(rng, 0.3, 0.7) | {"optimizer": SGD(), "reads_lr": False},
    "epsilon too large": _epsilon,
    "gradients not reset": lambda rng: {**_sgd(rng, 0.08, 0.16), "resets": False},
    "unshuffled data": lambda rng: {**_copied(rng, 0.2, 0.3), "shuffled": False, "batch_size": 8},
    "wrong labels": _wrong_labels,
}
CAUSES = tuple(_DRAWN)

"""How far above the bottom a training hovers: from the noise of its batches, and measured."""

from typing import NamedTuple

import numpy as np

from course_lib import training
from course_lib.base import divergence
from course_lib.base.batches import count

MOST_BATCHES, ROWS = 20, 50


def noise(model, w):
    """The mean squared length by which a batch's gradient is off at ``w``, over at most 20 batches."""
    whole = model.gradient(w)
    batches = max(1, min(count(model.samples, model.batch_size) - 1, MOST_BATCHES))  # the last may be smaller
    return sum(((model.at(t).gradient(w) - whole) ** 2).sum(axis=0) for t in range(batches)) / batches


def predicted_floor(lr, noise, momentum=0.0):
    """The loss above the bottom at which SGD hovers: ``lr * noise / (4 * (1 - momentum))``, at a small rate.

    Each direction of curvature c adds ``c * variance / 2`` to the loss, with lesson 9's variance
    ``lr * s**2 / (2 * c * (1 - momentum))``: the curvatures cancel. ``noise`` is the sum of all ``s**2``.

    >>> predicted_floor(lr=0.5, noise=0.08), predicted_floor(lr=0.25, noise=0.08, momentum=0.5)
    (0.01, 0.01)
    """
    return lr * noise / (4 * (1 - momentum))


class Floors(NamedTuple):
    """Of each rate: the floor that the noise predicts, and the one that was measured."""

    rates: np.ndarray
    predicted: np.ndarray
    measured: np.ndarray


def floors(model, sgd, rates, updates=400):
    """The Floors of SGD, with its momentum, after so many updates at each of the rates."""
    every = max(1, updates // ROWS)
    found = []
    for lr in rates:
        line = sgd.replace(lr=lr)
        found.append(floor_of(training.run(model, line, steps=updates, record_every=every)))
    return Floors(np.array(rates), *np.transpose(found))


def floor_of(run):
    """The floor that is predicted for the second half of a Run of SGD, and the one measured there.

    Measured is the mean loss less the loss of the mean weights, which do not shake.
    """
    half = len(run.losses) // 2
    with divergence.allowed():
        centre = run.path[half:].mean(axis=0)
        shaken = run.losses[half:].mean(axis=0) - run.objective.value(centre)
        sgd = run.optimizer
        return predicted_floor(sgd.lr, noise(run.objective, centre), sgd.momentum), shaken

"""A patient's run, and what the clinic watches of it."""

from typing import NamedTuple

import numpy as np

from course_lib.base import batches, divergence
from course_lib.clinic import patients

UPDATES, EVERY = 300, 3


class Course(NamedTuple):
    """What was watched of a run, at ``updates``: 0, 3, 6 ...

    ``loss``, ``val_loss``: the cross-entropy of the samples it learns from, and of others.
    ``norm``: of the gradient that the optimizer is given there.
    ``best``: the weights with the lowest ``val_loss``.
    """

    updates: np.ndarray
    loss: np.ndarray
    val_loss: np.ndarray
    norm: np.ndarray
    best: np.ndarray


def run(patient, w=None):
    """300 updates from the weights ``w``, by default the first ones: a Course.

    >>> course = run(patients.admit("learning rate too low"))
    >>> len(course.updates), bool(course.loss[-1] < course.loss[0])
    (101, True)
    """
    objective, unseen = patients.entropy(patient), patients.unseen(patient.seed)
    first = objective.start if w is None else w
    rows, best, lowest = [], first, np.inf
    for t, (w, g) in enumerate(walk(patient, first, epochs(patient), UPDATES)):
        if t % EVERY == 0:
            rows.append((t, objective.value(w), unseen.value(w), np.linalg.norm(g)))
            if rows[-1][2] < lowest:
                best, lowest = w, rows[-1][2]
    updates, loss, val_loss, norm = np.array(rows, float).T
    return Course(updates, loss, val_loss, norm, best)


def walk(patient, w, slopes, updates):
    """The weights, and the gradient that the optimizer is given there: before each update, and at the end.

    ``slopes``: for each update the function that gives its batch's gradient.
    """
    state, given = patient.optimizer.init(w), 0.0
    with divergence.allowed():
        for slope, _ in zip(slopes, range(updates + 1), strict=False):
            given = slope(w) if patient.resets else slope(w) + given
            yield w, given
            w, state = patient.optimizer.step(w, given, state)


def epochs(patient):
    """The gradient on each batch, epoch after epoch; without shuffling in the same order every time."""
    objective, epoch = patients.descended(patient), 0
    while True:
        order = patient.seed if patient.shuffled else None
        for rows in batches.of_epoch(len(objective.x), patient.batch_size, order, epoch):
            x, y = batches.take(objective.x, rows), batches.take(objective.y, rows)
            yield lambda w, x=x, y=y: objective.slope(w, x, y)
        epoch += 1


def end(losses):
    """Where a run ends: the median of the last ten that were watched."""
    return float(np.median(losses[-10:]))

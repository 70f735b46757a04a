"""The tests that can be ordered. Each is computed by really running it, and answers in a word or two."""

from functools import cache
from itertools import repeat
from typing import NamedTuple

import numpy as np

from course_lib import sharpness
from course_lib.base import validation
from course_lib.clinic import answers, patients, running
from course_lib.optimizers import SGD

MOST = 3  # tests a patient may be given
WELL = 0.4  # the cross-entropy of a patient that is well again
BY_HEART, ON_ONE_BATCH = 0.2, 100  # the cross-entropy of a batch that is learned by heart, and the updates
SMALL, GROWN, DEAD = 0.2, 2.5, 0.01  # a norm at first; how many times as long in the end; and how short
LIMIT, CRAWLING = 2.0, 0.15  # of lr * curvature in plain descent, and what is far below it


class Result(NamedTuple):
    """``word``: what the test shows; ``number``: what was measured; ``curve``: against which updates."""

    word: str
    number: float
    curve: tuple = ((), ())


def result(test, patient):
    """What a test shows. ValueError for a test that there is not.

    >>> print(result("lr / 10", patients.admit("renamed argument")).word)
    changes nothing
    """
    return validation.one_of("test", test, TESTS)(patient)


@cache
def untreated(patient):
    """The run with which the patient comes."""
    return running.run(patient)


@cache
def lr_over_ten(patient):
    """The whole run again, from the first weights, with a tenth of the rate that the owner wrote."""
    slow = running.run(patients.with_rate(patient, patient.lr / 10))
    last, same = running.end(slow.loss), np.array_equal(slow.loss, untreated(patient).loss)
    word = answers.NOTHING if same else answers.CURES if last < WELL else answers.NO_CURE
    return Result(word, last, (slow.updates, slow.loss))


@cache
def one_batch(patient):
    """100 updates on the same 20 samples. A network of this size can learn them by heart."""
    objective, measure = (make(patient, patients.BATCH) for make in (patients.descended, patients.entropy))
    path = running.walk(patient, objective.start, repeat(objective.gradient), ON_ONE_BATCH)
    losses = np.array([measure.value(w) for w, _ in path])
    last = running.end(losses)
    word = answers.LEARNED if last < BY_HEART else answers.NOT_LEARNED
    return Result(word, last, (np.arange(len(losses)), losses))


@cache
def gradient_norm(patient):
    """How long the gradient is that the optimizer is given, at first and in the end."""
    norm = untreated(patient).norm
    first, last = float(np.median(norm[:5])), running.end(norm)
    growth = {
        answers.DIES: last < DEAD * norm[0],
        answers.SMALL: first < SMALL,
        answers.GROWS: last > GROWN * first,
    }
    word = next((word for word, holds in growth.items() if holds), answers.USUAL)
    return Result(word, last, (untreated(patient).updates, norm))


@cache
def curvature(patient):
    """The owner's rate times the largest curvature at the first weights. Adam has no limit for it."""
    objective = patients.descended(patient)
    product = float(patient.lr * sharpness.largest_curvature(objective, objective.start))
    if not isinstance(patient.optimizer, SGD):
        return Result(answers.NO_LIMIT, product)
    word = _beside_the_limit(product)
    return Result(word, product)


def _beside_the_limit(product):
    if product > LIMIT:
        return answers.OVER
    return answers.FAR_BELOW if product < CRAWLING else answers.UNDER


TESTS = {
    "lr / 10": lr_over_ten,
    "one batch": one_batch,
    "gradient norm": gradient_norm,
    "lr * curvature": curvature,
}

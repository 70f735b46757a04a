"""What each cause shows: in the chart, which costs nothing, and in each of the tests.

The clinic's whole knowledge is one table; docs/clinic.md says how often it is right. A cause is left as
long as nothing that was seen speaks against it.
"""

from functools import cache

import numpy as np

from course_lib import optimizers
from course_lib.clinic import ordered, patients, running
from course_lib.clinic.answers import (
    ADAM,
    CURES,
    DECAY,
    DIES,
    FAR_BELOW,
    GROWS,
    LEARNED,
    LOWER,
    NO_CURE,
    NO_DECAY,
    NO_LIMIT,
    NO_WAVES,
    NOT_LEARNED,
    NOT_LOWER,
    NOTHING,
    OVER,
    SGD,
    SMALL,
    UNDER,
    USUAL,
    WAVES,
)

BELOW = 0.9  # a validation loss that is clearly lower than the training loss, as a part of it
IN_STEP = 0.47  # how well the loss's jumps must agree with those one epoch later


def _shows(over_ten, batch, norm, curvature, *, optimizer=None, decay=None, loss=None, below=NOT_LOWER):
    """Sign -> the words that fit; without the signs that say nothing of the cause."""
    words = {
        **{"optimizer": optimizer, "decay": decay, "loss": loss, "validation loss": below},
        **{"lr / 10": over_ten, "one batch": batch, "gradient norm": norm, "lr * curvature": curvature},
    }
    return {
        sign: (word,) if isinstance(word, str) else word for sign, word in words.items() if word is not None
    }


SIGNS = {
    "learning rate too high": _shows(CURES, NOT_LEARNED, DIES, OVER),
    "learning rate too low": _shows(NO_CURE, NOT_LEARNED, USUAL, FAR_BELOW, optimizer=SGD),
    "no warm-up": _shows(CURES, None, USUAL, OVER),
    "noise floor": _shows(NO_CURE, LEARNED, USUAL, UNDER, decay=NO_DECAY, loss=NO_WAVES),
    "inert decay": _shows(NO_CURE, LEARNED, USUAL, UNDER, decay=DECAY, loss=NO_WAVES),
    "MSE on a softmax": _shows(NO_CURE, NOT_LEARNED, SMALL, FAR_BELOW),
    "renamed argument": _shows(NOTHING, NOT_LEARNED, USUAL, UNDER),
    "epsilon too large": _shows(NO_CURE, NOT_LEARNED, USUAL, NO_LIMIT, optimizer=ADAM),
    "gradients not reset": _shows(CURES, LEARNED, GROWS, UNDER),
    "unshuffled data": _shows(NO_CURE, LEARNED, USUAL, UNDER, loss=WAVES),
    "wrong labels": _shows(NO_CURE, LEARNED, USUAL, (UNDER, NO_LIMIT), below=LOWER),
}


@cache
def chart(patient):
    """The signs that every patient brings along: sign -> word."""
    course = ordered.untreated(patient)
    lag = patients.SAMPLES // patient.batch_size // running.EVERY  # an epoch, in what was watched
    jumps, part = np.diff(course.loss), np.mean(course.val_loss[10:]) / np.mean(course.loss[10:])
    is_alike = _agreement(jumps[:-lag], jumps[lag:]) > IN_STEP
    return {
        "optimizer": SGD if type(patient.optimizer) is optimizers.SGD else ADAM,
        "decay": DECAY if patient.optimizer.decay else NO_DECAY,
        "loss": WAVES if is_alike else NO_WAVES,
        "validation loss": LOWER if part < BELOW else NOT_LOWER,
    }


@cache
def fits(sign):
    """The answers that a test or another sign can have, and the matrix of causes (rows) by answers (columns):
    1 where the answer fits the cause, else 0.

    >>> answers, matrix = fits("one batch")
    >>> answers, matrix.sum(axis=0)
    (('is learned by heart', 'is not learned'), array([6., 6.]))
    """
    answers = tuple(sorted({word for shown in SIGNS.values() for word in shown.get(sign, ())}))
    rows = [[word in shown.get(sign, answers) for word in answers] for shown in SIGNS.values()]
    return answers, np.array(rows, float)


def _agreement(one, other):
    """The correlation of two series; 0 where one of them never moves."""
    one, other = one - one.mean(), other - other.mean()
    size = np.sqrt((one @ one) * (other @ other))
    return one @ other / size if size > 0 else 0.0


def seen(patient, tests):
    """All signs that are known after these tests: sign -> word."""
    return chart(patient) | {test: ordered.result(test, patient).word for test in tests}


MEANS = {
    "learning rate too high": "each update overshoots, until the units are saturated and no gradient is left",
    "learning rate too low": "each step is right and far too short",
    "no warm-up": "the rate suits the run, but not its start, where the loss is steepest",
    "noise floor": "tiny batches and a constant rate keep the weights moving around the minimum",
    "inert decay": "a decay of 1e-6 leaves the rate as it is, and the noise floor with it",
    "MSE on a softmax": "the slopes of MSE and of the softmax are multiplied, and both are small",
    "renamed argument": "the rate is written under a name that nobody reads, and the default of 0.01 runs",
    "epsilon too large": "Adam divides by epsilon instead of by its gradients: slow SGD is left",
    "gradients not reset": "every update adds to the gradients of all before: a momentum of 1",
    "unshuffled data": "the samples come sorted by label, and each batch pulls to its own digit",
    "wrong labels": "the digits are learned as they are; the labels that are wrong are not there to be found",
}


def against(cause, signs):
    """The signs that speak against a cause."""
    return [sign for sign, word in signs.items() if word not in SIGNS[cause].get(sign, (word,))]


def left(signs):
    """The causes against which nothing speaks."""
    return [cause for cause in patients.CAUSES if not against(cause, signs)]

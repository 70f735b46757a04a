"""Losses of a row of logits that add something to cross-entropy: a bound for their size, a teacher."""

import numpy as np

from course_lib.base import formulas, validation
from course_lib.base.formulas import times
from course_lib.losses.base import PROBABILITIES, Loss
from course_lib.losses.classification import CategoricalCrossentropy

CROSSENTROPY = CategoricalCrossentropy(from_logits=True)


class ZLoss(Loss, names=["z_loss"]):
    """Cross-entropy that keeps the logits small: ``-sum(y * log(p)) + k * Z**2`` over a row of logits ``z``.

    ``p = softmax(z)`` does not change if all of z is moved; ``Z = log(sum(exp(z)))`` does, and is drawn to 0.
    The slope is ``p * sum(y) - y + 2 * k * Z * p``. ``k`` >= 0; ``y_true`` holds probabilities.

    Source: B. Zoph and others (2022), ST-MoE; T5X, losses.cross_entropy_with_logits.

    >>> round(ZLoss(k=1e-4)([[1, 0, 0]], [[2.0, 1.0, 0.1]]), 8)
    0.41761422
    """

    domain = PROBABILITIES
    from_logits = True

    def __init__(self, k=1e-4):
        self.k = validation.number("k", k, lambda k: k >= 0, "a number >= 0")

    def row(self, y_true, y_pred):
        return CROSSENTROPY.row(y_true, y_pred) + times(self.k, _log_sum_exp(y_pred)[..., 0] ** 2)

    def row_slope(self, y_true, y_pred):
        p, _ = formulas.softmax(y_pred)
        return CROSSENTROPY.row_slope(y_true, y_pred) + times(p, 2 * self.k * _log_sum_exp(y_pred))


class Distillation(Loss, names=["distillation"]):
    """A student learns from a teacher's logits: ``T**2 * sum(q * log(q / p))`` over a row.

    ``q = softmax(y_true / T)`` is what the teacher thinks, ``p = softmax(y_pred / T)`` what the student does;
    both are logits, ``y_true`` any finite numbers. The slope is ``T * (p - q)``: the factor ``T**2`` keeps it
    from vanishing at a high ``temperature`` T > 0. Mostly it is mixed with the cross-entropy of the labels,
    which is a loss of its own: add the two, weighed.

    Source: G. Hinton, O. Vinyals and J. Dean (2015), Distilling the knowledge in a neural network.

    >>> loss = Distillation(temperature=2.0)
    >>> loss([[2.0, 0.0]], [[7.0, 5.0]])
    0.0
    >>> loss.gradient([[2.0, 0.0]], [[0.0, 0.0]]).round(6)
    array([[-0.462117,  0.462117]])
    """

    def __init__(self, temperature=2.0):
        self.temperature = validation.number("temperature", temperature, lambda t: t > 0, "a number > 0")

    def row(self, y_true, y_pred):
        (q, _), log_q = formulas.softmax(y_true / self.temperature), self._log(y_true)
        return self.temperature**2 * times(q, log_q - self._log(y_pred)).sum(axis=-1)

    def row_slope(self, y_true, y_pred):
        q, not_q = formulas.softmax(y_true / self.temperature)
        p, not_p = formulas.softmax(y_pred / self.temperature)
        return self.temperature * np.where(p < not_p, p - q, not_q - not_p)  # the smaller is the exacter

    def _log(self, logits):
        return formulas.log_softmax(logits / self.temperature)


def _log_sum_exp(z):
    """``log(sum(exp(z)))`` of each row, shape (..., 1): the largest z, and what the others add to it."""
    return z.max(axis=-1, keepdims=True) - formulas.log_softmax(z).max(axis=-1, keepdims=True)

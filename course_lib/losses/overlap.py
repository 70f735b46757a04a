"""Losses for overlap: how much of two sets, such as the pixels of a shape, is common to both.

Each row is one picture; to treat a whole batch as one, as Keras does unless told an axis, flatten it to
a single row.
"""

from course_lib.base import validation
from course_lib.losses.base import EPSILON, PROBABILITIES, Loss


class Tversky(Loss, names=["tversky"]):
    """``1 - common / (common + alpha * false_alarms + beta * misses)``.

    ``common = sum(y * p)``, ``false_alarms = sum((1 - y) * p)``, ``misses = sum(y * (1 - p))``; EPSILON is
    added to the denominator. ``alpha``, ``beta`` >= 0 weigh the two kinds of error; ``y_true`` in [0, 1].

    Smooth. ``alpha`` weighs the false alarms, as in the paper; in Keras 3's code it weighs the misses.

    Source: S. S. M. Salehi and others (2017); Keras 3, losses.Tversky.

    >>> round(Tversky()([[1, 1, 0, 0]], [[1.0, 0.0, 1.0, 0.0]]), 6)
    0.5
    """

    domain = PROBABILITIES

    def __init__(self, alpha=0.5, beta=0.5):
        self.alpha = validation.number("alpha", alpha, lambda a: a >= 0, "a number >= 0")
        self.beta = validation.number("beta", beta, lambda b: b >= 0, "a number >= 0")

    def row(self, y_true, y_pred):
        common, whole = self._parts(y_true, y_pred)
        return (1 - common / whole)[..., 0]

    def row_slope(self, y_true, y_pred):
        common, whole = self._parts(y_true, y_pred)
        common_slope = y_true
        whole_slope = y_true + self.alpha * (1 - y_true) - self.beta * y_true
        return -(common_slope * whole - common * whole_slope) / whole**2

    def _parts(self, y, p):
        common = (y * p).sum(axis=-1, keepdims=True)
        false_alarms = ((1 - y) * p).sum(axis=-1, keepdims=True)
        misses = (y * (1 - p)).sum(axis=-1, keepdims=True)
        return common, common + self.alpha * false_alarms + self.beta * misses + EPSILON


class Dice(Loss, names=["dice"]):
    """``1 - 2 * sum(y * p) / (sum(y) + sum(p) + EPSILON)``: Tversky with both errors weighed 1/2.

    ``y_true`` lies in [0, 1]. Smooth.

    Source: F. Milletari and others (2016); Keras 3, losses.Dice.

    >>> round(Dice()([[1, 1, 0, 0]], [[1.0, 0.0, 1.0, 0.0]]), 6)
    0.5
    """

    domain = PROBABILITIES

    def row(self, y_true, y_pred):
        common, both = self._parts(y_true, y_pred)
        return (1 - 2 * common / both)[..., 0]

    def row_slope(self, y_true, y_pred):
        common, both = self._parts(y_true, y_pred)
        return -2 * (y_true * both - common) / both**2

    def _parts(self, y, p):
        common = (y * p).sum(axis=-1, keepdims=True)
        return common, (y + p).sum(axis=-1, keepdims=True) + EPSILON

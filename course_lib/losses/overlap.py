"""Losses for overlap: how much of two sets, such as the pixels of a shape, is common to both.

Each row is one picture; to treat a whole batch as one, as Keras does unless told an axis, flatten it to
a single row.
"""

from course_lib.base import validation
from course_lib.base.formulas import EPSILON
from course_lib.losses.base import PROBABILITIES, Loss


class Tversky(Loss, names=["tversky"]):
    """``1 - common / (common + alpha * false_alarms + beta * misses)``.

    ``common = sum(y * p)``, ``false_alarms = sum((1 - y) * p)``, ``misses = sum(y * (1 - p))``; EPSILON is
    added to the denominator. ``alpha``, ``beta`` >= 0 weigh the two kinds of error; ``y_true`` in [0, 1].

    Smooth. ``alpha`` weighs the false alarms, as in the paper; in Keras 3 it weighed the misses up to 3.15.1.

    Source: S. S. M. Salehi and others (2017); Keras 3, losses.Tversky.

    >>> round(Tversky()([[1, 1, 0, 0]], [[1.0, 0.0, 1.0, 0.0]]), 6)
    0.5
    """

    domain = PROBABILITIES
    by_output = True
    epsilon = EPSILON

    def __init__(self, alpha=0.5, beta=0.5):
        self.alpha = validation.number("alpha", alpha, lambda a: a >= 0, "a number >= 0")
        self.beta = validation.number("beta", beta, lambda b: b >= 0, "a number >= 0")

    def row(self, y_true, y_pred):
        common, apart = self._parts(y_true, y_pred)
        return (apart / (common + apart))[..., 0]

    def row_slope(self, y_true, y_pred):
        common, apart = self._parts(y_true, y_pred)
        whole = common + apart
        for_1 = self.beta * common + apart  # how much more of p helps, where y is 1 ...
        for_0 = self.alpha * common  # ... and hurts, where it is 0
        return ((1 - y_true) * for_0 - y_true * for_1) / whole / whole

    def _parts(self, y, p):
        """What is common to both, and what is not, as the two errors are weighed; with it EPSILON."""
        common = (y * p).sum(axis=-1, keepdims=True)
        false_alarms = ((1 - y) * p).sum(axis=-1, keepdims=True)
        misses = (y * (1 - p)).sum(axis=-1, keepdims=True)
        return common, self.alpha * false_alarms + self.beta * misses + self.epsilon


class Dice(Tversky, names=["dice"]):
    """``1 - 2 * sum(y * p) / (sum(y) + sum(p) + EPSILON)``: Tversky with both errors weighed 1/2.

    ``y_true`` lies in [0, 1]. Smooth.

    Source: F. Milletari and others (2016); Keras 3, losses.Dice.

    >>> round(Dice()([[1, 1, 0, 0]], [[1.0, 0.0, 1.0, 0.0]]), 6)
    0.5
    """

    epsilon = EPSILON / 2  # the whole fraction is halved

    def __init__(self):
        super().__init__(alpha=0.5, beta=0.5)

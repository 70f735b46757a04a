"""Losses for numbers: how far off, and how much a large miss counts."""

from math import log

import numpy as np

from course_lib.base import validation
from course_lib.base.formulas import EPSILON, across, length
from course_lib.losses.base import AT_LEAST_0, Loss, PointwiseLoss


class MeanSquaredError(PointwiseLoss, names=["mean_squared_error", "mse", "MSE"]):
    """The squared distance: ``mean((y_pred - y_true)**2)``.

    Smooth everywhere. Its slope grows with the error, so one outlier can outvote many points, and the
    best constant prediction is the mean.

    Source: Keras 1.2.2, objectives.mean_squared_error.

    >>> loss = MeanSquaredError()
    >>> loss([1.0, 2.0], [1.0, 4.0])
    2.0
    >>> loss.gradient([1.0, 2.0], [1.0, 4.0])
    array([0., 2.])
    """

    def value(self, y_true, y_pred):
        return (y_pred - y_true) ** 2

    def slope(self, y_true, y_pred):
        return 2 * (y_pred - y_true)


class RootMeanSquaredError(Loss, names=["root_mean_squared_error", "rmse", "RMSE"]):
    """The root of each sample's mean squared distance: ``sqrt(mean((y_pred - y_true)**2))``.

    The root is taken in each row, and then the mean over the rows, as Keras 0.3 did. Kink where a row is
    exactly right; the slope is taken as 0 there.

    Source: Keras 0.3.0 and 0.3.1, objectives.root_mean_squared_error (gone since 1.0).

    >>> RootMeanSquaredError()([[3.0, 4.0]], [[0.0, 0.0]])
    3.5355339059327373
    """

    def row(self, y_true, y_pred):
        return length(y_pred - y_true)[..., 0] / y_pred.shape[-1] ** 0.5

    def row_slope(self, y_true, y_pred):
        root = self.row(y_true, y_pred)[..., None]
        return np.where(root == 0, 0, (y_pred - y_true) / np.where(root == 0, 1, root) / y_pred.shape[-1])


class MeanAbsoluteError(PointwiseLoss, names=["mean_absolute_error", "mae", "MAE"]):
    """The distance: ``mean(abs(y_pred - y_true))``.

    Its slope is -1 or +1 however far off a point is, so the best constant prediction is the median.
    Kink at ``y_pred = y_true``, where the slope is taken as 0.

    Source: Keras 1.2.2, objectives.mean_absolute_error.

    >>> loss = MeanAbsoluteError()
    >>> loss([1.0, 2.0], [1.0, 4.0])
    1.0
    >>> loss.gradient([1.0, 2.0], [1.0, 4.0])
    array([0. , 0.5])
    """

    def value(self, y_true, y_pred):
        return np.abs(y_pred - y_true)

    def slope(self, y_true, y_pred):
        return np.sign(y_pred - y_true)


class MeanAbsolutePercentageError(PointwiseLoss, names=["mean_absolute_percentage_error", "mape", "MAPE"]):
    """The distance in per cent of the truth.

    ``100 * mean(abs(y_true - y_pred) / max(abs(y_true), EPSILON))``. A truth of 0 is replaced by EPSILON,
    which makes any miss there enormous. Kink at ``y_pred = y_true``, where the slope is taken as 0.

    Source: Keras 1.2.2, objectives.mean_absolute_percentage_error.

    >>> MeanAbsolutePercentageError()([4.0, 10.0], [5.0, 10.0])
    12.5
    """

    def row(self, y_true, y_pred):
        return 100 * self._share(y_true, y_pred).mean(axis=-1)

    def value(self, y_true, y_pred):
        return 100 * self._share(y_true, y_pred)

    def slope(self, y_true, y_pred):
        return 100 * np.sign(y_pred - y_true) / np.maximum(np.abs(y_true), EPSILON)

    def _share(self, y_true, y_pred):
        return np.abs(y_true - y_pred) / np.maximum(np.abs(y_true), EPSILON)


class MeanSquaredLogarithmicError(PointwiseLoss, names=["mean_squared_logarithmic_error", "msle", "MSLE"]):
    """The squared distance of the logarithms: ``mean((log(p + 1) - log(y + 1))**2)``.

    ``p`` and ``y`` are y_pred and y_true, raised to EPSILON where they are smaller; there the slope is 0.
    ``y_true`` must be >= 0. It punishes ratios: 10 for 5 costs about as much as 100 for 50.

    Source: Keras 1.2.2, objectives.mean_squared_logarithmic_error.

    >>> round(MeanSquaredLogarithmicError()([0.0], [np.e - 1]), 6)
    1.0
    """

    domain = AT_LEAST_0

    def value(self, y_true, y_pred):
        return self._difference(y_true, y_pred) ** 2

    def slope(self, y_true, y_pred):
        inside = y_pred >= EPSILON
        return np.where(inside, 2 * self._difference(y_true, y_pred) / (np.maximum(y_pred, EPSILON) + 1), 0)

    def _difference(self, y_true, y_pred):
        y, p = np.maximum(y_true, EPSILON), np.maximum(y_pred, EPSILON)
        apart = (p - y) / (y + 1)
        near = np.abs(apart) < 1 / 8  # there two logarithms would cancel
        return np.where(near, np.log1p(apart), np.log(p + 1) - np.log(y + 1))


class Huber(PointwiseLoss, names=["huber", "huber_loss"]):
    """Squared near the truth, straight beyond ``delta``.

    With ``e = abs(y_pred - y_true)``: ``e**2 / 2`` where ``e <= delta``, else ``delta * e - delta**2 / 2``.
    Its slope is the error, cut to [-delta, delta].

    Source: P. J. Huber (1964); Keras 3, losses.Huber.

    >>> loss = Huber(delta=1.0)
    >>> loss([0.0, 0.0], [0.5, 3.0]), loss.gradient([0.0, 0.0], [0.5, 3.0])
    (1.3125, array([0.25, 0.5 ]))
    """

    def __init__(self, delta=1.0):
        self.delta = validation.number("delta", delta, lambda d: d > 0, "a number > 0")

    def value(self, y_true, y_pred):
        e = np.abs(y_pred - y_true)
        return np.where(e <= self.delta, 0.5 * e**2, self.delta * e - 0.5 * self.delta**2)

    def slope(self, y_true, y_pred):
        return np.clip(y_pred - y_true, -self.delta, self.delta)


class LogCosh(PointwiseLoss, names=["log_cosh", "logcosh"]):
    """A Huber loss without corners: ``mean(log(cosh(e)))`` with ``e = y_pred - y_true``, slope ``tanh(e)``.

    Computed as ``log(1 + 2 * sinh(e / 2)**2)``, which does not cancel near 0 and beyond 20 is
    ``abs(e) - log(2)``, which does not overflow.

    Source: Keras 3, losses.LogCosh.

    >>> LogCosh()([0.0], [1e4])
    9999.30685281944
    """

    def value(self, y_true, y_pred):
        e = np.abs(y_pred - y_true)
        half = np.sinh(np.minimum(e, 20) / 2)
        return np.where(e > 20, e - log(2), np.log1p(2 * half * half))

    def slope(self, y_true, y_pred):
        return np.tanh(y_pred - y_true)


class Pinball(PointwiseLoss, names=["pinball", "quantile"]):
    """Too low costs ``quantile`` a unit, too high ``1 - quantile``: the best constant is that quantile.

    ``max(quantile * (y_true - y_pred), (quantile - 1) * (y_true - y_pred))``; 0.5 is half the absolute error.
    Kink at ``y_pred = y_true``, where the slope is taken as 0.

    Source: R. Koenker and G. Bassett (1978), Regression Quantiles.

    >>> Pinball(quantile=0.9)([10.0, 10.0], [9.0, 11.0])
    0.5
    """

    def __init__(self, quantile=0.5):
        self.quantile = validation.number(
            "quantile", quantile, lambda q: (q > 0) & (q < 1), "a number in (0, 1)"
        )

    def value(self, y_true, y_pred):
        short = y_true - y_pred
        return np.maximum(self.quantile * short, (self.quantile - 1) * short)

    def slope(self, y_true, y_pred):
        short = y_true - y_pred
        slope = np.where(short > 0, -self.quantile, np.where(short < 0, 1 - self.quantile, 0))
        return slope.astype(short.dtype)


class Poisson(PointwiseLoss, names=["poisson"]):
    """For counts: ``mean(y_pred - y_true * log(y_pred + EPSILON))``.

    The negative log-likelihood of a Poisson count, without the part that does not depend on y_pred.
    ``y_true`` must be >= 0, and ``y_pred`` > -EPSILON; smooth there. The best constant is the mean.

    Source: Keras 1.2.2, objectives.poisson.

    >>> round(Poisson()([2.0], [1.0]), 6)
    1.0
    """

    domain = AT_LEAST_0

    def value(self, y_true, y_pred):
        return y_pred - y_true * np.log(y_pred + EPSILON)

    def slope(self, y_true, y_pred):
        return (y_pred - y_true + EPSILON) / (y_pred + EPSILON)  # 1 - y / (p + eps) would cancel near 0


class CosineProximity(Loss, names=["cosine_proximity", "cosine"]):
    """How well the directions agree, whatever the lengths; more negative is better.

    With ``a`` and ``b`` the rows of y_true and y_pred scaled to length 1: ``-mean(a * b)`` in Keras 1, where
    a perfect match in d dimensions gives -1/d; ``-sum(a * b)`` from 2.0.9 on (``reduction="sum"``), where it
    gives -1. A row shorter than EPSILON counts as one of that length; there is a kink at that length, and
    nowhere else.

    Source: Keras 1.2.2, objectives.cosine_proximity; Keras 3, losses.CosineSimilarity.

    >>> CosineProximity()([[1.0, 1.0]], [[2.0, 2.0]]), CosineProximity("sum")([[1.0, 1.0]], [[2.0, 2.0]])
    (-0.4999999999999999, -0.9999999999999998)
    """

    def __init__(self, reduction="mean"):
        self.reduction = validation.one_of("reduction", reduction, {"mean": "mean", "sum": "sum"})

    def row(self, y_true, y_pred):
        return -(_unit(y_true) * _unit(y_pred)).sum(axis=-1) / self._divisor(y_pred)

    def row_slope(self, y_true, y_pred):
        long = _length(y_pred) > EPSILON  # a longer row would only be scaled back
        turning = np.where(long, across(y_true, y_pred), y_true)
        return -turning / _length(y_true) / _length(y_pred) / self._divisor(y_pred)

    def _divisor(self, y_pred):
        return y_pred.shape[-1] if self.reduction == "mean" else 1


def _length(rows):
    return np.maximum(length(rows), EPSILON)


def _unit(rows):
    return rows / _length(rows)

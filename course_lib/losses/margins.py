"""Losses for margins: right is not enough, it must be right by a distance of 1."""

import numpy as np

from course_lib.base.formulas import times
from course_lib.losses.base import ONE_HOT, SIGNS, Loss, PointwiseLoss


class Hinge(PointwiseLoss, names=["hinge"]):
    """``mean(max(1 - y_true * y_pred, 0))``, for labels -1 and +1.

    Kink at ``y_true * y_pred = 1``, where the slope is taken as 0. (Keras 3 also takes labels 0 and 1 and
    turns them into -1 and +1; Keras 1 computes with them as they are, which is hardly ever meant.)

    Source: Keras 1.2.2, objectives.hinge.

    >>> Hinge()([1, -1], [0.5, -2.0])
    0.25
    """

    domain = SIGNS
    by_output = True

    def value(self, y_true, y_pred):
        return np.maximum(1 - y_true * y_pred, 0)

    def slope(self, y_true, y_pred):
        return np.where(y_true * y_pred < 1, -y_true, 0)


class SquaredHinge(PointwiseLoss, names=["squared_hinge"]):
    """``mean(max(1 - y_true * y_pred, 0)**2)``, for labels -1 and +1; smooth.

    Source: Keras 1.2.2, objectives.squared_hinge.

    >>> SquaredHinge()([1, -1], [0.5, -2.0])
    0.125
    """

    domain = SIGNS
    by_output = True

    def value(self, y_true, y_pred):
        return np.maximum(1 - y_true * y_pred, 0) ** 2

    def slope(self, y_true, y_pred):
        return -2 * y_true * np.maximum(1 - y_true * y_pred, 0)


class CategoricalHinge(Loss, names=["categorical_hinge"]):
    """The right class must beat the best wrong one by 1: ``max(wrong - right + 1, 0)`` over a row.

    ``right = sum(y_true * y_pred)``, ``wrong = max((1 - y_true) * y_pred)``, for one-hot rows. The right
    class counts as a 0 among the wrong ones, so ``wrong`` is never below 0. Kinks where the loss becomes 0,
    where ``wrong`` does, and where two wrong classes tie; the slope goes to the first of them.

    Source: Keras 3, losses.CategoricalHinge.

    >>> CategoricalHinge()([[0, 1, 0]], [[0.5, 1.0, 0.25]])
    0.5
    """

    domain = ONE_HOT

    def row(self, y_true, y_pred):
        right = times(y_true, y_pred).sum(axis=-1)
        wrong = times(1 - y_true, y_pred).max(axis=-1)
        short = np.where(right < 2, 1 - right + wrong, wrong - right + 1)  # what may cancel is exact
        return np.maximum(short, 0)

    def row_slope(self, y_true, y_pred):
        wrong = times(1 - y_true, y_pred)
        strongest = np.arange(y_pred.shape[-1]) == wrong.argmax(axis=-1)[..., None]
        slope = strongest * (1 - y_true) - y_true
        return np.where(self.row(y_true, y_pred)[..., None] > 0, slope, 0)

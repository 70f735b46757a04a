"""Losses: what the model is punished for, and the slope that training follows.

A loss is called as ``loss(y_true, y_pred)``. Both arrays have the same shape; the last axis holds the
outputs of one sample, the axes before it count the samples (a 1-D array is one sample). Three things
can be asked of each loss:

=============================  ==================================================  =================
``loss(y_true, y_pred)``       the mean over the samples                           one float
``loss.per_sample(...)``       the loss of each sample                             ``y.shape[:-1]``
``loss.gradient(...)``         d loss / d y_pred: where the mean's 1/N comes in    ``y.shape``
=============================  ==================================================  =================

Names, formulas and clipping are those of Keras 1.x (``keras/objectives.py``, release 1.2.2). float32 is
kept, everything else is computed in float64. ``y_true`` must be finite and in the loss's domain;
``y_pred`` may be NaN or infinite, because a diverging model predicts just that.
"""

import numpy as np

from course_lib import divergence, validation

EPSILON = 1e-7  # Keras 1.x writes it 10e-8
_by_name = {}


def get(identifier):
    """The loss of that name, or the loss itself.

    >>> get("mse")
    MeanSquaredError()
    >>> get("huge")
    Traceback (most recent call last):
    ValueError: loss must be one of MAE, MSE, ...; got 'huge'
    """
    return identifier if isinstance(identifier, Loss) else validation.one_of("loss", identifier, _by_name)


def names():
    """Every name that ``get`` knows, each with its loss."""
    return dict(_by_name)


def register(*names):
    """Make a loss class known to ``get`` under its name and its aliases."""

    def add(loss_class):
        loss = loss_class()
        loss.name = names[0]
        _by_name.update(dict.fromkeys(names, loss))
        return loss_class

    return add


class Loss:
    """What every loss shares. A subclass writes ``row`` and ``row_slope``: a sample's loss and its slope."""

    name = "loss"
    accepts = "finite numbers"  # what y_true may hold, in words

    def row(self, y_true, y_pred):
        raise NotImplementedError

    def row_slope(self, y_true, y_pred):
        raise NotImplementedError

    def in_domain(self, y_true) -> bool:
        return True

    def __call__(self, y_true, y_pred):
        with divergence.allowed():
            return self.per_sample(y_true, y_pred).mean().item()

    def per_sample(self, y_true, y_pred):
        with divergence.allowed():
            return self.row(*self._arrays(y_true, y_pred))

    def gradient(self, y_true, y_pred):
        with divergence.allowed():
            return self.mean_slope(*self._arrays(y_true, y_pred))

    def mean_slope(self, y_true, y_pred):
        """``gradient`` without the checks: the one place where 1 / (number of samples) stands."""
        samples = y_pred.size // y_pred.shape[-1]
        return self.row_slope(y_true, y_pred) / samples

    def check_true(self, y_true):
        """``y_true`` as a float array; ValueError where it is not finite or not in the loss's domain."""
        y_true = np.atleast_1d(validation.finite_array("y_true", y_true))
        if not self.in_domain(y_true):
            raise ValueError(
                f"y_true must hold {self.accepts} for {self.name}; got {validation.shorten(y_true)}"
            )
        return y_true

    def _arrays(self, y_true, y_pred):
        y_true = self.check_true(y_true)
        y_pred = np.atleast_1d(validation.float_array("y_pred", y_pred))
        validation.same_shape("y_pred", y_pred, "y_true", y_true)
        return y_true, y_pred

    def __repr__(self):
        return f"{type(self).__name__}()"


class PointwiseLoss(Loss):
    """A loss that treats each output alone: ``value`` and ``slope`` of one number, averaged over a row."""

    def value(self, y_true, y_pred):
        raise NotImplementedError

    def slope(self, y_true, y_pred):
        raise NotImplementedError

    def row(self, y_true, y_pred):
        return self.value(y_true, y_pred).mean(axis=-1)

    def row_slope(self, y_true, y_pred):
        return self.slope(y_true, y_pred) / y_pred.shape[-1]


@register("mean_squared_error", "mse", "MSE")
class MeanSquaredError(PointwiseLoss):
    """The squared distance: ``mean((y_pred - y_true)**2)``.

    Smooth everywhere. Its slope grows with the error, so one outlier can outvote many points, and the
    best constant prediction is the mean.

    Source: Keras 1.2.2, objectives.mean_squared_error.

    >>> mean_squared_error([1.0, 2.0], [1.0, 4.0])
    2.0
    >>> mean_squared_error.gradient([1.0, 2.0], [1.0, 4.0])
    array([0., 2.])
    """

    def value(self, y_true, y_pred):
        return (y_pred - y_true) ** 2

    def slope(self, y_true, y_pred):
        return 2 * (y_pred - y_true)


@register("mean_absolute_error", "mae", "MAE")
class MeanAbsoluteError(PointwiseLoss):
    """The distance: ``mean(abs(y_pred - y_true))``.

    Its slope is -1 or +1 however far off a point is, so the best constant prediction is the median.
    Kink at ``y_pred = y_true``, where the slope is taken as 0.

    Source: Keras 1.2.2, objectives.mean_absolute_error.

    >>> mean_absolute_error([1.0, 2.0], [1.0, 4.0])
    1.0
    >>> mean_absolute_error.gradient([1.0, 2.0], [1.0, 4.0])
    array([0. , 0.5])
    """

    def value(self, y_true, y_pred):
        return np.abs(y_pred - y_true)

    def slope(self, y_true, y_pred):
        return np.sign(y_pred - y_true)


@register("categorical_crossentropy")
class CategoricalCrossentropy(Loss):
    """How surprised the prediction is by the right class: ``-sum(y_true * log(p))``.

    ``p = y_pred / sum(y_pred)``, then clipped to [EPSILON, 1 - EPSILON], as Keras 1.x does; each row of
    ``y_true`` holds probabilities, mostly a single 1. Where the clip bites, the gradient is 0: a surely
    wrong prediction is stuck at -log(1e-7) = 16.118.

    Source: Keras 1.2.2, objectives.categorical_crossentropy and its Theano/TensorFlow back ends.

    >>> round(categorical_crossentropy([[0, 1]], [[0.5, 0.5]]), 4)
    0.6931
    >>> categorical_crossentropy.gradient([[0, 1]], [[0.5, 0.5]])
    array([[ 1., -1.]])
    """

    accepts = "probabilities in [0, 1] (one-hot rows)"

    def in_domain(self, y_true):
        return bool(np.all((y_true >= 0) & (y_true <= 1)))

    def row(self, y_true, y_pred):
        p = y_pred / y_pred.sum(axis=-1, keepdims=True)
        return -(y_true * np.log(np.clip(p, EPSILON, 1 - EPSILON))).sum(axis=-1)

    def row_slope(self, y_true, y_pred):
        total = y_pred.sum(axis=-1, keepdims=True)
        p = y_pred / total
        unclipped = (p >= EPSILON) & (p <= 1 - EPSILON)
        slope_in_p = np.where(unclipped, -y_true / np.clip(p, EPSILON, 1 - EPSILON), 0)
        return (slope_in_p - (slope_in_p * p).sum(axis=-1, keepdims=True)) / total


mean_squared_error = get("mean_squared_error")
mean_absolute_error = get("mean_absolute_error")
categorical_crossentropy = get("categorical_crossentropy")

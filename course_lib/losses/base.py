"""What every loss shares: the checks, the mean over the samples, sample weights, the gradient's 1/N."""

from collections.abc import Callable
from typing import ClassVar, NamedTuple

import numpy as np

from course_lib.base import divergence, validation
from course_lib.base.registry import Registered

EPSILON = 1e-7  # Keras 1.x writes it 10e-8


class Domain(NamedTuple):
    """What ``y_true`` may hold: in words, and as a test of each entry."""

    words: str
    holds: Callable


NUMBERS = Domain("finite numbers", np.isfinite)
AT_LEAST_0 = Domain("numbers >= 0", lambda y: y >= 0)
PROBABILITIES = Domain("probabilities in [0, 1]", lambda y: (y >= 0) & (y <= 1))
ONE_HOT = Domain("the numbers 0 and 1 (one-hot rows)", lambda y: (y == 0) | (y == 1))
SIGNS = Domain("the labels -1 and +1", lambda y: np.abs(y) == 1)
LABELS = Domain("whole numbers from 0 up", lambda y: (y >= 0) & (y == np.floor(y)))


class Loss(Registered, kind="loss"):
    """A loss writes ``row`` and ``row_slope``: the loss of each sample, and its slope in ``y_pred``.

    ``y_true`` and ``y_pred`` have the same shape; the last axis holds a sample's outputs.
    """

    domain: ClassVar[Domain] = NUMBERS

    def row(self, y_true, y_pred) -> np.ndarray:
        """The loss of each sample, shape ``y.shape[:-1]``."""
        raise NotImplementedError

    def row_slope(self, y_true, y_pred) -> np.ndarray:
        """d ``row`` / d y_pred, shape ``y.shape``."""
        raise NotImplementedError

    def __call__(self, y_true, y_pred, sample_weight=None, keras=1):
        """The mean over the samples, as a float.

        ``sample_weight``: one number >= 0 a sample. The generations of Keras divide differently:
        ``keras=1`` by the count of weights that are not 0, ``keras=3`` by the count of samples.
        """
        with divergence.allowed():
            score = self.per_sample(y_true, y_pred)
            return (score * sample_scale(sample_weight, score.shape, keras)).mean().item()

    def per_sample(self, y_true, y_pred):
        """The loss of each sample, shape ``y.shape[:-1]``."""
        with divergence.allowed():
            return self.row(*self._arrays(y_true, y_pred))

    def gradient(self, y_true, y_pred, sample_weight=None, keras=1):
        """d loss / d y_pred, shape ``y.shape``."""
        with divergence.allowed():
            y_true, y_pred = self._arrays(y_true, y_pred)
            scale = sample_scale(sample_weight, y_pred.shape[:-1], keras)
            slope = self.mean_slope(y_true, y_pred)
            return slope * np.expand_dims(scale, -1).astype(slope.dtype)

    def mean_slope(self, y_true, y_pred, samples=None):
        """``gradient`` without checks and weights: the one place where 1 / (number of samples) stands.

        ``samples``: how many there are, where ``y_pred`` holds many models, shape (R, samples, outputs).
        """
        samples = y_pred.size // y_pred.shape[-1] if samples is None else samples
        return self.row_slope(y_true, y_pred) / samples

    def check_true(self, y_true, shape):
        """``y_true`` as a float array that fits predictions of this shape; else ValueError."""
        y_true = self._in_domain(y_true)
        if y_true.shape != shape:
            hint = " (datasets.to_categorical turns labels into rows)" if y_true.shape == shape[:-1] else ""
            raise ValueError(
                f"y_true must have the shape of the predictions, {shape}; got {y_true.shape}{hint}"
            )
        return y_true

    def _in_domain(self, y_true):
        y_true = np.atleast_1d(validation.finite_array("y_true", y_true))
        wrong = ~self.domain.holds(y_true)
        if wrong.any():
            name, got = type(self).__name__, y_true[wrong][0]
            raise ValueError(f"y_true must hold {self.domain.words} for {name}; got {got:g}")
        return y_true

    def _arrays(self, y_true, y_pred):
        """Both as float arrays that fit each other."""
        y_pred = np.atleast_1d(validation.float_array("y_pred", y_pred))
        return self.check_true(y_true, y_pred.shape).astype(y_pred.dtype, copy=False), y_pred


class PointwiseLoss(Loss):
    """A loss that treats each output alone: ``value`` and ``slope`` of one number, averaged over a row."""

    def value(self, y_true, y_pred) -> np.ndarray:
        """The loss of one output."""
        raise NotImplementedError

    def slope(self, y_true, y_pred) -> np.ndarray:
        """d ``value`` / d y_pred."""
        raise NotImplementedError

    def row(self, y_true, y_pred):
        return self.value(y_true, y_pred).mean(axis=-1)

    def row_slope(self, y_true, y_pred):
        return self.slope(y_true, y_pred) / y_pred.shape[-1]


def sample_scale(sample_weight, shape, keras):
    """What each sample's loss is multiplied by before the mean is taken."""
    if keras not in (1, 3):
        raise ValueError(f"keras must be the generation 1 or 3; got {validation.shorten(keras)}")
    if sample_weight is None:
        return np.ones(shape)
    weight = validation.finite_array("sample_weight", sample_weight)
    if weight.shape != shape or (weight < 0).any():
        raise ValueError(
            f"sample_weight must hold a number >= 0 for each sample, shape {shape}; "
            f"got {validation.shorten(weight)}"
        )
    if not weight.any():
        raise ValueError("sample_weight must hold at least one number > 0; got only zeros")
    return weight / np.mean(weight != 0) if keras == 1 else weight

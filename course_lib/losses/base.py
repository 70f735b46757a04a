"""What every loss shares: the checks, the mean over the samples, sample weights, the gradient's 1/N."""

from collections.abc import Callable
from typing import ClassVar, NamedTuple

import numpy as np

from course_lib.base import divergence, validation
from course_lib.base.formulas import EPSILON as EPSILON
from course_lib.base.formulas import times
from course_lib.base.registry import Registered


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

MEAN = "sum_over_batch_size"  # Keras 3's word
REDUCTIONS = {name: name for name in (MEAN, "sum", "none")}


class Loss(Registered, kind="loss"):
    """A loss writes ``row`` and ``row_slope``: the loss of each sample, and its slope in ``y_pred``.

    ``y_true`` and ``y_pred`` have the same shape; the last axis holds a sample's outputs.
    """

    domain: ClassVar[Domain] = NUMBERS
    from_logits: bool = False  # is y_pred the sums before a sigmoid or softmax?
    by_output: ClassVar[bool] = False  # does each output answer a yes-or-no question of its own?

    @property
    def threshold(self):
        """Above it a single output says yes: 0.5 for probabilities, 0 for logits and for labels -1 and +1."""
        return 0.0 if self.from_logits or self.domain is SIGNS else 0.5

    @property
    def negative_label(self):
        """How the truth writes no, where yes is 1: as 0, or as -1."""
        return -1 if self.domain is SIGNS else 0

    def row(self, y_true, y_pred) -> np.ndarray:
        """The loss of each sample, shape ``y.shape[:-1]``."""
        raise NotImplementedError

    def row_slope(self, y_true, y_pred) -> np.ndarray:
        """d ``row`` / d y_pred, shape ``y.shape``."""
        raise NotImplementedError

    def __call__(self, y_true, y_pred, sample_weight=None, keras=1, reduction=MEAN):
        """One float from all samples: their mean, unless told otherwise.

        ``sample_weight``: one number >= 0 a sample; what has weight 0 counts nothing, be it nan. The
        generations of Keras divide differently: ``keras=1`` by the count of weights that are not 0,
        ``keras=3`` by the count of samples.
        ``reduction``, in Keras 3's words: "sum_over_batch_size" is the mean, "sum" the sum of the weighted
        losses, "none" an array of them.
        """
        with divergence.allowed():
            score = self.per_sample(y_true, y_pred)
            weight, divisor = weighing(sample_weight, score.shape, keras, reduction)
            weighted = times(weight, score) / divisor
            if reduction == "none":
                return weighted.astype(score.dtype)
            return (weighted.mean() if reduction == MEAN else weighted.sum()).item()

    def per_sample(self, y_true, y_pred):
        """The loss of each sample, shape ``y.shape[:-1]``."""
        with divergence.allowed():
            return self.row(*self._arrays(y_true, y_pred))

    def gradient(self, y_true, y_pred, sample_weight=None, keras=1, reduction=MEAN):
        """d loss / d y_pred, shape ``y.shape``; with ``reduction="none"`` that of each sample's own loss."""
        with divergence.allowed():
            y_true, y_pred = self._arrays(y_true, y_pred)
            weight, divisor = weighing(sample_weight, y_pred.shape[:-1], keras, reduction)
            samples = weight.size if reduction == MEAN else 1
            slope = self.row_slope(y_true, y_pred)
            return times(np.expand_dims(weight * (1 / samples / divisor), -1).astype(slope.dtype), slope)

    def mean_slope(self, y_true, y_pred, samples=None):
        """``gradient`` of the mean, without checks and weights: what training follows.

        ``samples``: how many there are, where ``y_pred`` holds many models, shape (R, samples, outputs).
        """
        samples = y_pred.size // y_pred.shape[-1] if samples is None else samples
        return self.row_slope(y_true, y_pred) * (1 / samples)

    def check_true(self, y_true, shape):
        """``y_true`` as a float array that fits predictions of this shape; else ValueError."""
        y_true = np.atleast_1d(validation.finite_array("y_true", y_true))
        if y_true.shape != shape:
            raise ValueError(
                f"y_true must have the shape of the predictions, {shape}; "
                f"got {y_true.shape}{self._way_out(y_true, shape)}"
            )
        return self._in_domain(y_true)

    def _way_out(self, y_true, shape):
        """A hint at what turns ``y_true`` into the shape of the predictions, if that is plain."""
        if len(shape) != 2 or y_true.shape not in (shape[:1], (shape[0], 1)):
            return ""
        if shape[1] == 1:
            return " (y[:, None] has it)"
        flat, classes = "y" if y_true.ndim == 1 else "y[:, 0]", shape[1]
        labels = self.domain is not SIGNS and LABELS.holds(y_true).all() and y_true.max() < classes
        return f" (datasets.to_categorical({flat}, {classes}) turns labels into rows)" if labels else ""

    def _in_domain(self, y_true):
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


def weighing(sample_weight, shape, keras, reduction):
    """What each sample's loss is multiplied by, and what all of them are then divided by."""
    validation.one_of("reduction", reduction, REDUCTIONS)
    if keras not in (1, 3):
        raise ValueError(f"keras must be the generation 1 or 3; got {validation.shorten(keras)}")
    if sample_weight is None:
        return np.ones(shape), 1.0
    weight = validation.finite_array("sample_weight", sample_weight)
    if weight.shape != shape or (weight < 0).any():
        raise ValueError(
            f"sample_weight must hold a number >= 0 for each sample, shape {shape}; "
            f"got {validation.shorten(weight)}"
        )
    if not weight.any():
        raise ValueError("sample_weight must hold at least one number > 0; got only zeros")
    return weight, np.mean(weight != 0) if (keras, reduction) == (1, MEAN) else 1.0

"""Constraints: what a weight array may become, applied to it after each update.

``constraint(w)`` returns the allowed array nearest in spirit. A norm is taken over axis 0: over the inputs
of each unit of a Dense layer, over the coordinates of each run of a family. ``EPSILON`` keeps a norm of 0
from dividing.

Source: Keras 1.2.2, constraints.
"""

import numpy as np

from course_lib.base import divergence, validation
from course_lib.base.formulas import EPSILON
from course_lib.base.registry import Registered


class Constraint(Registered, kind="constraint"):
    """A rule that a weight array keeps."""

    def __call__(self, w):
        """The weights as the rule allows them; the shape stays."""
        return self.allowed(validation.float_array("w", w))

    def allowed(self, w) -> np.ndarray:
        """The rule itself, for a float array."""
        raise NotImplementedError


def get(identifier):
    """A constraint from its name with its defaults, from a dict of class_name and config, or as it is.

    >>> get("maxnorm")
    MaxNorm(m=2.0, axis=0)
    """
    return Constraint.get(identifier)


def names():
    """Every name that ``get`` knows, each with its class."""
    return dict(Constraint.known)


class MaxNorm(Constraint, names=["maxnorm", "max_norm"]):
    """``w * clip(norm, 0, m) / (EPSILON + norm)``: no column longer than ``m``.

    >>> MaxNorm(m=1)(np.array([3.0, 4.0])).round(6)
    array([0.6, 0.8])
    """

    def __init__(self, m=2.0, axis=0):
        self.m, self.axis = _length("m", m), _axis(axis)

    def allowed(self, w):
        norm = _norm(w, self.axis)
        return w * (np.clip(norm, 0, self.m) / (EPSILON + norm))


class NonNeg(Constraint, names=["nonneg", "non_neg"]):
    """``w`` where it is >= 0, else 0.

    >>> NonNeg()(np.array([3.0, -4.0]))
    array([3., 0.])
    """

    def allowed(self, w):
        return np.where(w < 0, 0, w).astype(w.dtype)  # NaN stays


class UnitNorm(Constraint, names=["unitnorm", "unit_norm"]):
    """``w / (EPSILON + norm)``: every column of length 1.

    >>> UnitNorm()(np.array([3.0, 4.0])).round(6)
    array([0.6, 0.8])
    """

    def __init__(self, axis=0):
        self.axis = _axis(axis)

    def allowed(self, w):
        return w / (EPSILON + _norm(w, self.axis))


class MinMaxNorm(Constraint, names=["minmaxnorm", "min_max_norm"]):
    """``w * (rate * clip(norm, low, high) + (1 - rate) * norm) / (EPSILON + norm)``.

    Every column's length is drawn into [low, high]: at once with ``rate=1``, by degrees below that.

    >>> MinMaxNorm(low=0.0, high=1.0, rate=0.5)(np.array([3.0, 4.0])).round(6)
    array([1.8, 2.4])
    """

    def __init__(self, low=0.0, high=1.0, rate=1.0, axis=0):
        self.low, self.high, self.axis = _length("low", low), _length("high", high), _axis(axis)
        self.rate = validation.setting("rate", rate, lambda r: (r >= 0) & (r <= 1), "a number in [0, 1]")
        if np.any(np.asarray(self.low) > self.high):
            limit, got = validation.shorten(high), validation.shorten(low)
            raise ValueError(f"low must be a number <= high = {limit}; got {got}")

    def allowed(self, w):
        norm = _norm(w, self.axis)
        desired = self.rate * np.clip(norm, self.low, self.high) + (1 - self.rate) * norm
        return w * (desired / (EPSILON + norm))


def _norm(w, axis):
    if axis >= w.ndim:
        raise ValueError(f"axis must be a whole number below {w.ndim}, for w of shape {w.shape}; got {axis}")
    with divergence.allowed():
        norm = np.sqrt(np.sum(np.square(w), axis=axis, keepdims=True))
        if np.all(norm < np.inf):
            return norm
        largest = np.abs(w).max(axis=axis, keepdims=True)  # divided by it, no square is too large
        scaled = largest * np.sqrt(np.sum(np.square(w / largest), axis=axis, keepdims=True))
        return np.where(norm < np.inf, norm, scaled)


def _axis(axis):
    return validation.whole_number("axis", axis, low=0)


def _length(name, value):
    return validation.setting(name, value, lambda x: x >= 0, "a length >= 0")

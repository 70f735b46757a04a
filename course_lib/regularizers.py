"""Regularizers: what a loss adds for large weights, so that training prefers small ones.

``regularizer(w)`` is the sum over all entries of a weight array. It comes on top of the loss that ``fit`` and
``evaluate`` report, and its slope on top of the gradient; it is not divided by the number of samples.
``value`` and ``slope`` are those of each entry, without checks.

Strengths are finite numbers >= 0; ValueError otherwise. Biases are regularized only where asked.

Source: Keras 1.2.2, regularizers.
"""

from numbers import Real

import numpy as np

from course_lib.base import divergence, validation
from course_lib.base.registry import Registered


class Regularizer(Registered, kind="regularizer"):
    """A price for weights: ``value`` of each entry and its ``slope``."""

    def __call__(self, w):
        """The price of the whole array, as a float."""
        with divergence.allowed():
            return self.value(validation.float_array("w", w)).sum().item()

    def value(self, w) -> np.ndarray:
        """What each entry costs."""
        raise NotImplementedError

    def slope(self, w) -> np.ndarray:
        """d ``value`` / d w."""
        raise NotImplementedError


class L1(Regularizer, names=["l1"]):
    """``l * |w|``: pulls every weight towards 0 by the same force, so that many get there. Slope 0 at 0.

    >>> L1(0.5)([1.0, -2.0])
    1.5
    """

    def __init__(self, l=0.01):
        self.l = _strength("l", l)

    def value(self, w):
        return self.l * np.abs(w)

    def slope(self, w):
        return self.l * np.sign(w)


class L2(Regularizer, names=["l2"]):
    """``l * w**2``: pulls a weight the harder the larger it is. (``l`` times the square, and not half of it.)

    >>> L2(0.5)([1.0, -2.0])
    2.5
    """

    def __init__(self, l=0.01):
        self.l = _strength("l", l)

    def value(self, w):
        return self.l * np.square(w)

    def slope(self, w):
        return self.l * 2 * w


class L1L2(Regularizer, names=["l1l2", "l1_l2"]):
    """``l1 * |w| + l2 * w**2``: both at once.

    >>> L1L2(l1=0.5, l2=0.1)([1.0, -2.0])
    2.0
    """

    def __init__(self, l1=0.01, l2=0.01):
        self.l1, self.l2 = _strength("l1", l1), _strength("l2", l2)

    def value(self, w):
        return self.l1 * np.abs(w) + self.l2 * np.square(w)

    def slope(self, w):
        return self.l1 * np.sign(w) + self.l2 * 2 * w


l1, l2, l1l2 = L1, L2, L1L2  # as Keras writes them


def get(identifier):
    """A regularizer from its name, a dict of class_name and config, or as it is; a number is an L2's.

    >>> get("l1"), get(0.001)
    (L1(l=0.01), L2(l=0.001))
    """
    number = isinstance(identifier, Real) and not isinstance(identifier, bool)
    return L2(float(identifier)) if number else Regularizer.get(identifier)


def names():
    """Every name that ``get`` knows, each with its class."""
    return dict(Regularizer.known)


def _strength(name, value):
    return validation.number(name, value, lambda x: x >= 0, "a finite number >= 0")

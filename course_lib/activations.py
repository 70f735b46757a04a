"""Activations: what a layer does to its sums. Each slope is written in terms of the output ``a``.

``function(z)`` maps sums of any shape to outputs of that shape; the last axis holds a sample's outputs, and
only softmax looks along it. Every finite ``z`` is in the domain. float32 stays float32, everything else is
computed in float64; ValueError for what is not a number. ``value`` is the same without checks, and
``backward(a, slope)`` turns d loss / d a into d loss / d z.

Source: Keras 1.2.2, activations.
"""

import numpy as np

from course_lib.base import validation
from course_lib.base.registry import Registered


class ActivationFunction(Registered, kind="activation"):
    """A function of the sums ``z``, and what its output tells of its slope."""

    def __call__(self, z):
        """The output for ``z``: a number, a list or an array. A single number counts as a row of one."""
        return self.value(np.atleast_1d(validation.float_array("z", z)))

    def value(self, z):
        """The output ``a`` for the sums ``z``."""
        raise NotImplementedError

    def backward(self, a, slope):
        """d loss / d z, from the output ``a`` and ``slope`` = d loss / d a."""
        raise NotImplementedError


def get(identifier):
    """An activation from its name, or as it is.

    >>> get("tanh")
    Tanh()
    >>> get("tahn")
    Traceback (most recent call last):
    ValueError: activation must be one of linear, tanh, sigmoid, ...; got 'tahn'
    """
    return ActivationFunction.get(identifier)


def names():
    """Every name that ``get`` knows, each with its class."""
    return dict(ActivationFunction.known)


class Linear(ActivationFunction, names=["linear"]):
    """``a = z``: nothing happens. Slope 1, no kinks.

    >>> Linear()([-2, 0, 2])
    array([-2., 0., 2.])
    """

    def value(self, z):
        return z

    def backward(self, a, slope):
        return slope


class Tanh(ActivationFunction, names=["tanh"]):
    """``a = tanh(z)``, in (-1, 1). Slope ``1 - a**2``: 1 in the middle, near 0 at both ends; no kinks.

    >>> Tanh()([-2, 0, 2]).round(4)
    array([-0.964, 0. , 0.964])
    """

    def value(self, z):
        return np.tanh(z)

    def backward(self, a, slope):
        return slope * (1 - a * a)


class Sigmoid(ActivationFunction, names=["sigmoid"]):
    """``a = 1 / (1 + exp(-z))``, in (0, 1). Slope ``a * (1 - a)``: at most 1/4, near 0 at the ends; no kinks.

    Written as ``(1 + tanh(z / 2)) / 2``, the same function, so that exp cannot overflow; it is exact to
    1e-16, so below z = -37 it is 0.

    >>> Sigmoid()([-2, 0, 2]).round(4)
    array([0.1192, 0.5 , 0.8808])
    """

    def value(self, z):
        return 0.5 * (1 + np.tanh(0.5 * z))

    def backward(self, a, slope):
        return slope * a * (1 - a)


class HardSigmoid(ActivationFunction, names=["hard_sigmoid"]):
    """``a = clip(0.2 * z + 0.5, 0, 1)``: a sigmoid of three lines, in [0, 1].

    Slope 0.2 between the kinks at -2.5 and 2.5; there and beyond it is taken as 0. Keras 3 has a slope of
    1/6 and the kinks at -3 and 3.

    >>> HardSigmoid()([-3, 0, 1])
    array([0. , 0.5, 0.7])
    """

    def value(self, z):
        return np.clip(0.2 * z + 0.5, 0, 1)

    def backward(self, a, slope):
        return slope * 0.2 * ((a > 0) & (a < 1))


class Relu(ActivationFunction, names=["relu"]):
    """``a = max(z, 0)``. Slope 0 or 1; the kink is at 0, where the slope is taken as 0.

    >>> Relu()([-2, 0, 2])
    array([0., 0., 2.])
    """

    def value(self, z):
        return np.maximum(z, 0)

    def backward(self, a, slope):
        return slope * (a > 0)


class Softplus(ActivationFunction, names=["softplus"]):
    """``a = log(1 + exp(z))``: a relu without the kink, > 0. Slope ``sigmoid(z) = 1 - exp(-a)``.

    Written as ``max(z, 0) + log(1 + exp(-abs(z)))``, the same function, so that exp cannot overflow.

    >>> Softplus()([-2, 0, 1000]).round(4)
    array([1.269e-01, 6.931e-01, 1.000e+03])
    """

    def value(self, z):
        return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))

    def backward(self, a, slope):
        return slope * -np.expm1(-a)


class Softsign(ActivationFunction, names=["softsign"]):
    """``a = z / (1 + abs(z))``, in (-1, 1). Slope ``(1 - abs(a))**2``: it dies more slowly than tanh's.

    No kink in the function; its slope has one at 0.

    >>> Softsign()([-3, 0, 1])
    array([-0.75, 0. , 0.5 ])
    """

    def value(self, z):
        return z / (1 + np.abs(z))

    def backward(self, a, slope):
        return slope * (1 - np.abs(a)) ** 2


class Softmax(ActivationFunction, names=["softmax"]):
    """``a = exp(z) / sum(exp(z))`` over a row: in (0, 1), and each row sums to 1.

    Every output depends on every sum of its row: ``d a_i / d z_j = a_i * ((i == j) - a_j)``. No kinks.
    The largest z is taken off first, which changes nothing and keeps exp from overflowing.

    >>> Softmax()([[0, 0], [1000, 0]])
    array([[0.5, 0.5], [1. , 0. ]])
    """

    def value(self, z):
        e = np.exp(z - z.max(axis=-1, keepdims=True))
        return e / e.sum(axis=-1, keepdims=True)

    def backward(self, a, slope):
        return a * (slope - (slope * a).sum(axis=-1, keepdims=True))

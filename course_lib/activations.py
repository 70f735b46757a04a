"""Activations: what a layer does to its sums, and how steep it is there.

``function(z)`` maps sums of any shape to outputs of that shape; the last axis holds a sample's outputs, and
only softmax looks along it. Every finite ``z`` is in the domain, and infinity where there is a limit. float32
stays float32, everything else is computed in float64; ValueError for what is not a number. ``value`` is the
same without checks, and ``backward(z, a, slope)`` turns d loss / d a into d loss / d z. Each slope is written
in terms of the output ``a`` where that tells it.

Source: Keras 1.2.2, activations; what came later says so.
"""

from math import erfc, pi

import numpy as np

from course_lib.base import divergence, formulas, validation
from course_lib.base.formulas import times
from course_lib.base.registry import Registered


class ActivationFunction(Registered, kind="activation"):
    """A function of the sums ``z``, and its slope."""

    def __call__(self, z):
        """The output for ``z``: a number, a list or an array. A single number counts as a row of one."""
        with divergence.allowed():
            return self.value(np.atleast_1d(validation.float_array("z", z)))

    def value(self, z):
        """The output ``a`` for the sums ``z``."""
        raise NotImplementedError

    def backward(self, z, a, slope):
        """d loss / d z, from the sums ``z``, the output ``a`` and ``slope`` = d loss / d a."""
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

    def backward(self, z, a, slope):
        return slope


class Tanh(ActivationFunction, names=["tanh"]):
    """``a = tanh(z)``, in (-1, 1). Slope ``1 - a**2``: 1 in the middle, near 0 at both ends; no kinks.

    >>> Tanh()([-2, 0, 2]).round(4)
    array([-0.964, 0. , 0.964])
    """

    def value(self, z):
        return np.tanh(z)

    def backward(self, z, a, slope):
        return slope * (1 - a * a)


class Sigmoid(ActivationFunction, names=["sigmoid"]):
    """``a = 1 / (1 + exp(-z))``, in (0, 1). Slope ``a * (1 - a)``: at most 1/4, near 0 at the ends; no kinks.

    Right in both tails: at -40 it is 4e-18, and at 40 its slope is. There ``1 - a`` is ``sigmoid(-z)``.

    >>> Sigmoid()([-2, 0, 2]).round(4)
    array([0.1192, 0.5 , 0.8808])
    """

    def value(self, z):
        return formulas.sigmoid(z)

    def backward(self, z, a, slope):
        return slope * a * np.where(z < 4, 1 - a, formulas.sigmoid(-z))


class HardSigmoid(ActivationFunction, names=["hard_sigmoid"]):
    """``a = clip(0.2 * z + 0.5, 0, 1)``: a sigmoid of three lines, in [0, 1].

    Slope 0.2 between the kinks at -2.5 and 2.5; there and beyond it is taken as 0. Keras 3 has a slope of
    1/6 and the kinks at -3 and 3.

    >>> HardSigmoid()([-3, 0, 1])
    array([0. , 0.5, 0.7])
    """

    def value(self, z):
        return np.clip(0.2 * z + 0.5, 0, 1)

    def backward(self, z, a, slope):
        return slope * 0.2 * ((a > 0) & (a < 1))


class Relu(ActivationFunction, names=["relu"]):
    """``a = max(z, 0)``. Slope 0 or 1; the kink is at 0, where the slope is taken as 0.

    >>> Relu()([-2, 0, 2])
    array([0., 0., 2.])
    """

    def value(self, z):
        return np.maximum(z, 0)

    def backward(self, z, a, slope):
        return slope * (a > 0)


class Softplus(ActivationFunction, names=["softplus"]):
    """``a = log(1 + exp(z))``: a relu without the kink, > 0. Slope ``sigmoid(z)``.

    >>> Softplus()([-2, 0, 1000]).round(4)
    array([1.269e-01, 6.931e-01, 1.000e+03])
    """

    def value(self, z):
        return formulas.softplus(z)

    def backward(self, z, a, slope):
        return slope * formulas.sigmoid(z)


class Softsign(ActivationFunction, names=["softsign"]):
    """``a = z / (1 + abs(z))``, in (-1, 1). Slope ``(1 - abs(a))**2``: it dies more slowly than tanh's.

    No kink in the function; its slope has one at 0.

    >>> Softsign()([-3, 0, 1])
    array([-0.75, 0. , 0.5 ])
    """

    def value(self, z):
        return z / (1 + np.abs(z))

    def backward(self, z, a, slope):
        return slope * (1 - np.abs(a)) ** 2


class Softmax(ActivationFunction, names=["softmax"]):
    """``a = exp(z) / sum(exp(z))`` over a row: in (0, 1), and each row sums to 1.

    Every output depends on every sum of its row: ``d a_i / d z_j = a_i * ((i == j) - a_j)``. No kinks.
    The largest z is taken off first, which changes nothing and keeps exp from overflowing. A class with
    z = -inf is masked: its output is 0. A row with z = inf gives nan, so that divergence shows.

    >>> Softmax()([[0, 0], [1000, 0]])
    array([[0.5, 0.5], [1. , 0. ]])
    """

    def value(self, z):
        e = np.exp(z - z.max(axis=-1, keepdims=True))
        return e / e.sum(axis=-1, keepdims=True)

    def backward(self, z, a, slope):
        return a * (slope - (slope * a).sum(axis=-1, keepdims=True))


class Elu(ActivationFunction, names=["elu"]):
    """``a = z`` above 0, ``alpha * (exp(z) - 1)`` below: a relu that goes on down to ``-alpha``.

    Slope 1 above 0, ``alpha * exp(z) = a + alpha`` below and at 0. A kink at 0 unless ``alpha`` is 1.
    ``alpha`` is a number >= 0.

    Source: D.-A. Clevert and others (2015); Keras 1.2.2, activations.elu.

    >>> Elu()([-2, 0, 2]).round(4)
    array([-0.8647, 0. , 2. ])
    """

    def __init__(self, alpha=1.0):
        self.alpha = validation.number("alpha", alpha, lambda alpha: alpha >= 0, "a number >= 0")

    def value(self, z):
        return np.where(z > 0, z, self.alpha * np.expm1(np.minimum(z, 0)))

    def backward(self, z, a, slope):
        return slope * np.where(z > 0, 1, self.alpha * np.exp(np.minimum(z, 0)))


class LeakyRelu(ActivationFunction, names=["leaky_relu"]):
    """``a = z`` above 0, ``negative_slope * z`` below: a relu that never dies.

    Slope 1 or ``negative_slope``; the kink is at 0, where the slope is taken as ``negative_slope``, which is
    a number >= 0. (In Keras 1 it is a layer, LeakyReLU, with a slope of 0.3.)

    Source: A. Maas and others (2013); Keras 3, activations.leaky_relu.

    >>> LeakyRelu()([-2, 0, 2])
    array([-0.4, 0. , 2. ])
    """

    def __init__(self, negative_slope=0.2):
        self.negative_slope = validation.number(
            "negative_slope", negative_slope, lambda slope: slope >= 0, "a number >= 0"
        )

    def value(self, z):
        return z * self._slope(z)

    def backward(self, z, a, slope):
        return slope * self._slope(z)

    def _slope(self, z):
        return np.where(z > 0, 1, self.negative_slope).astype(z.dtype)


class Silu(ActivationFunction, names=["silu", "swish"]):
    """``a = z * sigmoid(z)``: nearly a relu, without the kink, and with a dip to -0.278 at z = -1.278.

    Slope ``sigmoid(z) * (1 + z * sigmoid(-z))``. Two z share an output, so the output cannot tell the slope.

    Source: S. Elfwing and others (2017); Keras 3, activations.silu.

    >>> Silu()([-2, 0, 2]).round(4)
    array([-0.2384, 0. , 1.7616])
    """

    def value(self, z):
        return times(formulas.sigmoid(z), z)

    def backward(self, z, a, slope):
        return slope * times(formulas.sigmoid(z), 1 + times(formulas.sigmoid(-z), z))


class Gelu(ActivationFunction, names=["gelu"]):
    """``a = z * share(z)``, where ``share`` is the part of a normal distribution that lies below z.

    Much like silu; it dips to -0.17 at z = -0.75. Slope ``share(z) + z * density(z)`` with the density
    ``exp(-z**2 / 2) / sqrt(2 * pi)``. ``approximate``: ``share(z)`` is taken as ``sigmoid(2 * u)``, where
    ``u = sqrt(2 / pi) * (z + 0.044715 * z**3)``, which is up to 0.0005 off; it is also written
    ``(1 + tanh(u)) / 2``. No kinks.

    Source: D. Hendrycks and K. Gimpel (2016); Keras 3, activations.gelu.

    >>> Gelu()([-2, 0, 2]).round(4), Gelu(approximate=True)([-2, 0, 2]).round(4)
    (array([-0.0455, 0. , 1.9545]), array([-0.0454, 0. , 1.9546]))
    """

    def __init__(self, approximate=False):
        self.approximate = validation.flag("approximate", approximate)

    def value(self, z):
        return times(self._share(z), z)

    def backward(self, z, a, slope):
        return slope * (self._share(z) + times(self._density(z), z))

    def _share(self, z):
        if self.approximate:
            return formulas.sigmoid(2 * self._u(z))
        return (_erfc(-z / 2**0.5) / 2).astype(z.dtype)

    def _density(self, z):
        """d share / d z."""
        if self.approximate:
            both = formulas.sigmoid(2 * self._u(z)) * formulas.sigmoid(-2 * self._u(z))
            return times(both, 2 * (2 / pi) ** 0.5 * (1 + 3 * 0.044715 * z * z))
        return np.exp(-z * z / 2) / (2 * pi) ** 0.5

    def _u(self, z):
        return (2 / pi) ** 0.5 * (z + 0.044715 * z * z * z)


_erfc = np.vectorize(erfc, otypes=[np.float64])  # numpy has none

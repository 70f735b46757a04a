"""Activations: what a layer does to its sums. Each slope is written in terms of the output ``a``.

``value(z)`` maps the sums to the output; ``backward(a, slope)`` turns d loss / d a into d loss / d z.

Source: Keras 1.2.2, activations.
"""

import numpy as np

from course_lib.registry import Registered


class ActivationFunction(Registered, kind="activation"):
    """A function of the sums ``z``, and what its output tells of its slope."""

    def value(self, z):
        """The output ``a`` for the sums ``z``."""
        raise NotImplementedError

    def backward(self, a, slope):
        """d loss / d z, from the output ``a`` and ``slope`` = d loss / d a."""
        raise NotImplementedError


def get(identifier):
    """An activation from its name, or as it is.

    >>> get("tanh").value(np.array([0.0]))
    array([0.])
    """
    return ActivationFunction.get(identifier)


def names():
    """Every name that ``get`` knows, each with its class."""
    return dict(ActivationFunction.known)


class Linear(ActivationFunction, names=["linear"]):
    """``a = z``, slope 1."""

    def value(self, z):
        return z

    def backward(self, a, slope):
        return slope


class Tanh(ActivationFunction, names=["tanh"]):
    """``a = tanh(z)``, in (-1, 1), slope ``1 - a**2``."""

    def value(self, z):
        return np.tanh(z)

    def backward(self, a, slope):
        return slope * (1 - a * a)


class Sigmoid(ActivationFunction, names=["sigmoid"]):
    """``a = 1 / (1 + exp(-z))``, in (0, 1), slope ``a * (1 - a)``: at most 1/4, and near 0 at both ends."""

    def value(self, z):
        return 0.5 * (1 + np.tanh(0.5 * z))  # the same function, and exp cannot overflow

    def backward(self, a, slope):
        return slope * a * (1 - a)


class HardSigmoid(ActivationFunction, names=["hard_sigmoid"]):
    """``a = clip(0.2 * z + 0.5, 0, 1)``: a sigmoid of three lines. Kinks at z = -2.5 and 2.5.

    Keras 3 has a slope of 1/6 and the kinks at -3 and 3.
    """

    def value(self, z):
        return np.clip(0.2 * z + 0.5, 0, 1)

    def backward(self, a, slope):
        return slope * np.where((a > 0) & (a < 1), 0.2, 0)


class Relu(ActivationFunction, names=["relu"]):
    """``a = max(z, 0)``, slope 1 or 0. Kink at 0, where the slope is taken as 0."""

    def value(self, z):
        return np.maximum(z, 0)

    def backward(self, a, slope):
        return slope * (a > 0)


class Softplus(ActivationFunction, names=["softplus"]):
    """``a = log(1 + exp(z))``, a smooth relu; slope ``sigmoid(z) = 1 - exp(-a)``."""

    def value(self, z):
        return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))

    def backward(self, a, slope):
        return slope * -np.expm1(-a)


class Softsign(ActivationFunction, names=["softsign"]):
    """``a = z / (1 + abs(z))``, in (-1, 1), slope ``(1 - abs(a))**2``."""

    def value(self, z):
        return z / (1 + np.abs(z))

    def backward(self, a, slope):
        return slope * (1 - np.abs(a)) ** 2


class Softmax(ActivationFunction, names=["softmax"]):
    """``a = exp(z) / sum(exp(z))`` over a row: positive, and each row sums to 1.

    Every output depends on every sum of its row: ``d a_i / d z_j = a_i * ((i == j) - a_j)``.
    """

    def value(self, z):
        e = np.exp(z - z.max(axis=-1, keepdims=True))  # the shift keeps exp from overflowing
        return e / e.sum(axis=-1, keepdims=True)

    def backward(self, a, slope):
        return a * (slope - (slope * a).sum(axis=-1, keepdims=True))

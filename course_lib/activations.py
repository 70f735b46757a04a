"""Activations: what a layer does to its sums. Each slope is written in terms of the output ``a``.

``value(z)`` maps the sums to the output; ``backward(a, slope)`` turns d loss / d a into d loss / d z.

Source: Keras 1.2.2, activations.
"""

import numpy as np

from course_lib import validation

_by_name = {}


def get(identifier):
    """The activation of that name, or the activation itself.

    >>> get("tanh").value(np.array([0.0]))
    array([0.])
    """
    return (
        identifier
        if isinstance(identifier, Function)
        else validation.one_of("activation", identifier, _by_name)
    )


class Function:
    """What every activation shares: it is known to ``get`` under its class's name in lower case."""

    def __init_subclass__(cls):
        _by_name[cls.__name__.lower()] = cls()

    def value(self, z):
        raise NotImplementedError

    def backward(self, a, slope):
        raise NotImplementedError

    def __repr__(self):
        return type(self).__name__.lower()


class Linear(Function):
    """``a = z``, slope 1."""

    def value(self, z):
        return z

    def backward(self, a, slope):
        return slope


class Tanh(Function):
    """``a = tanh(z)``, in (-1, 1), slope ``1 - a**2``."""

    def value(self, z):
        return np.tanh(z)

    def backward(self, a, slope):
        return slope * (1 - a * a)


class Softmax(Function):
    """``a = exp(z) / sum(exp(z))`` over a row: positive, and each row sums to 1.

    Every output depends on every sum of its row: ``d a_i / d z_j = a_i * ((i == j) - a_j)``.
    """

    def value(self, z):
        e = np.exp(z - z.max(axis=-1, keepdims=True))  # the shift keeps exp from overflowing
        return e / e.sum(axis=-1, keepdims=True)

    def backward(self, a, slope):
        return a * (slope - (slope * a).sum(axis=-1, keepdims=True))

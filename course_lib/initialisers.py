"""Initialisers: the weights before the first update.

``initialiser(rng, inputs, outputs)`` draws an array of shape ``(inputs, outputs)`` from the numpy generator
``rng``: equal generators give equal weights. How large the weights should be depends on how many of them meet
in a sum: Glorot counts the inputs and the outputs, He the inputs alone.

Keras 1 draws its normals from the whole bell; Keras 3 cuts glorot_normal and he_normal off at two standard
deviations and widens the rest to the same deviation.

Source: Keras 1.2.2, initializations. X. Glorot and Y. Bengio (2010); K. He and others (2015).
"""

from collections.abc import Callable

import numpy as np

from course_lib.base import validation
from course_lib.base.registry import Registered


class Initialiser(Registered, kind="init"):
    """How the first weights are drawn."""

    def __call__(self, rng, inputs, outputs) -> np.ndarray:
        """Weights of shape ``(inputs, outputs)``."""
        raise NotImplementedError


def get(identifier) -> Callable:
    """An initialiser from its name, a dict of class_name and config, or a function of your own as it is.

    >>> get("zeros")(np.random.default_rng(0), 1, 2)
    array([[0., 0.]])
    >>> get("ufinorm")
    Traceback (most recent call last):
    ValueError: init must be one of uniform, normal, ...; got 'ufinorm'
    """
    function = callable(identifier) and not isinstance(identifier, type)
    return identifier if function else Initialiser.get(identifier)


def names():
    """Every name that ``get`` knows, each with its class."""
    return dict(Initialiser.known)


class Uniform(Initialiser, names=["uniform"]):
    """Evenly from [-scale, scale]: the 0.05 is Keras 1's, whatever the size of the layer.

    >>> abs(Uniform()(np.random.default_rng(0), 200, 100)).max().round(4)
    np.float64(0.05)
    """

    def __init__(self, scale=0.05):
        self.scale = _scale(scale)

    def __call__(self, rng, inputs, outputs):
        return rng.uniform(-self.scale, self.scale, size=(inputs, outputs))


class Normal(Initialiser, names=["normal"]):
    """From the bell curve of mean 0 and standard deviation ``scale``.

    >>> Normal()(np.random.default_rng(0), 200, 100).std().round(3)
    np.float64(0.05)
    """

    def __init__(self, scale=0.05):
        self.scale = _scale(scale)

    def __call__(self, rng, inputs, outputs):
        return rng.normal(0, self.scale, size=(inputs, outputs))


class Zeros(Initialiser, names=["zeros"]):
    """All 0. Fine for a bias; in a hidden layer every unit would learn the same.

    >>> Zeros()(None, 1, 2)
    array([[0., 0.]])
    """

    def __call__(self, rng, inputs, outputs):
        return np.zeros((inputs, outputs))


class Ones(Initialiser, names=["ones"]):
    """All 1.

    >>> Ones()(None, 1, 2)
    array([[1., 1.]])
    """

    def __call__(self, rng, inputs, outputs):
        return np.ones((inputs, outputs))


class GlorotUniform(Initialiser, names=["glorot_uniform"]):
    """Evenly from [-s, s] with ``s = sqrt(6 / (inputs + outputs))``: signals and slopes keep their size.

    >>> abs(GlorotUniform()(np.random.default_rng(0), 300, 300)).max().round(4)
    np.float64(0.1)
    """

    def __call__(self, rng, inputs, outputs):
        return Uniform(np.sqrt(6 / (inputs + outputs)))(rng, inputs, outputs)


class GlorotNormal(Initialiser, names=["glorot_normal"]):
    """From the bell curve of standard deviation ``sqrt(2 / (inputs + outputs))``.

    >>> GlorotNormal()(np.random.default_rng(0), 100, 100).std().round(2)
    np.float64(0.1)
    """

    def __call__(self, rng, inputs, outputs):
        return Normal(np.sqrt(2 / (inputs + outputs)))(rng, inputs, outputs)


class HeUniform(Initialiser, names=["he_uniform"]):
    """Evenly from [-s, s] with ``s = sqrt(6 / inputs)``: for relu, which stops half of the signal.

    >>> abs(HeUniform()(np.random.default_rng(0), 600, 100)).max().round(4)
    np.float64(0.1)
    """

    def __call__(self, rng, inputs, outputs):
        return Uniform(np.sqrt(6 / inputs))(rng, inputs, outputs)


class HeNormal(Initialiser, names=["he_normal"]):
    """From the bell curve of standard deviation ``sqrt(2 / inputs)``.

    >>> HeNormal()(np.random.default_rng(0), 200, 100).std().round(2)
    np.float64(0.1)
    """

    def __call__(self, rng, inputs, outputs):
        return Normal(np.sqrt(2 / inputs))(rng, inputs, outputs)


def _scale(scale):
    return validation.number("scale", scale, lambda s: s >= 0, "a finite number >= 0")

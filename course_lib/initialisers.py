"""Initialisers: the weights before the first update.

Each is a function of ``(rng, inputs, outputs)`` and draws an array of shape ``(inputs, outputs)`` from the
numpy generator ``rng``: equal generators give equal weights. How large the weights should be depends on how
many of them meet in a sum: Glorot counts the inputs and the outputs, He the inputs alone.

Keras 1 draws its normals from the whole bell; Keras 3 cuts glorot_normal and he_normal off at two standard
deviations and widens the rest to the same deviation.

Source: Keras 1.2.2, initializations. X. Glorot and Y. Bengio (2010); K. He and others (2015).
"""

import numpy as np

from course_lib.base import validation


def get(identifier):
    """An initialiser from its name, or a function of ``(rng, inputs, outputs)`` as it is.

    >>> get("zeros")(np.random.default_rng(0), 1, 2)
    array([[0., 0.]])
    >>> get("ufinorm")
    Traceback (most recent call last):
    ValueError: init must be one of glorot_normal, glorot_uniform, ...; got 'ufinorm'
    """
    return identifier if callable(identifier) else validation.one_of("init", identifier, names())


def names():
    """Every name that ``get`` knows, each with its function."""
    known = (uniform, normal, zeros, ones, glorot_uniform, glorot_normal, he_uniform, he_normal)
    return {function.__name__: function for function in known}


def uniform(rng, inputs, outputs, scale=0.05):
    """Evenly from [-scale, scale]: the 0.05 is Keras 1's, whatever the size of the layer.

    >>> abs(uniform(np.random.default_rng(0), 200, 100)).max().round(4)
    np.float64(0.05)
    """
    return rng.uniform(-scale, scale, size=(inputs, outputs))


def normal(rng, inputs, outputs, scale=0.05):
    """From the bell curve of mean 0 and standard deviation ``scale``.

    >>> normal(np.random.default_rng(0), 200, 100).std().round(3)
    np.float64(0.05)
    """
    return rng.normal(0, scale, size=(inputs, outputs))


def zeros(rng, inputs, outputs):
    """All 0. Fine for a bias; in a hidden layer every unit would learn the same.

    >>> zeros(None, 1, 2)
    array([[0., 0.]])
    """
    return np.zeros((inputs, outputs))


def ones(rng, inputs, outputs):
    """All 1.

    >>> ones(None, 1, 2)
    array([[1., 1.]])
    """
    return np.ones((inputs, outputs))


def glorot_uniform(rng, inputs, outputs):
    """Evenly from [-s, s] with ``s = sqrt(6 / (inputs + outputs))``: signals and slopes keep their size.

    >>> abs(glorot_uniform(np.random.default_rng(0), 300, 300)).max().round(4)
    np.float64(0.1)
    """
    return uniform(rng, inputs, outputs, np.sqrt(6 / (inputs + outputs)))


def glorot_normal(rng, inputs, outputs):
    """From the bell curve of standard deviation ``sqrt(2 / (inputs + outputs))``.

    >>> glorot_normal(np.random.default_rng(0), 100, 100).std().round(2)
    np.float64(0.1)
    """
    return normal(rng, inputs, outputs, np.sqrt(2 / (inputs + outputs)))


def he_uniform(rng, inputs, outputs):
    """Evenly from [-s, s] with ``s = sqrt(6 / inputs)``: for relu, which stops half of the signal.

    >>> abs(he_uniform(np.random.default_rng(0), 600, 100)).max().round(4)
    np.float64(0.1)
    """
    return uniform(rng, inputs, outputs, np.sqrt(6 / inputs))


def he_normal(rng, inputs, outputs):
    """From the bell curve of standard deviation ``sqrt(2 / inputs)``.

    >>> he_normal(np.random.default_rng(0), 200, 100).std().round(2)
    np.float64(0.1)
    """
    return normal(rng, inputs, outputs, np.sqrt(2 / inputs))

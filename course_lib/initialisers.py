"""Initialisers: the weights before the first update.

Source: Keras 1.2.2, initializations.
"""

import numpy as np

from course_lib import validation


def get(name):
    """The initialiser of that name: a function of ``(rng, inputs, outputs)``."""
    return validation.one_of("init", name, _by_name)


def uniform(rng, inputs, outputs):
    """Evenly from [-0.05, 0.05]: the 0.05 is Keras 1's, whatever the size of the layer."""
    return rng.uniform(-0.05, 0.05, size=(inputs, outputs))


def zeros(rng, inputs, outputs):
    """All 0. Fine for a bias; in a hidden layer every unit would learn the same."""
    return np.zeros((inputs, outputs))


def glorot_uniform(rng, inputs, outputs):
    """Evenly from [-s, s] with ``s = sqrt(6 / (inputs + outputs))``: keeps the signals' variance steady."""
    s = np.sqrt(6 / (inputs + outputs))
    return rng.uniform(-s, s, size=(inputs, outputs))


_by_name = {f.__name__: f for f in (uniform, zeros, glorot_uniform)}

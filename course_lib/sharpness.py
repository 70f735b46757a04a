"""SAM: the gradient is taken a little further uphill, so that the descent avoids sharp minima.

It is no optimizer: any optimizer descends what ``SharpnessAware`` makes of an objective.
"""

from copy import copy

import numpy as np

from course_lib.base import divergence, validation
from course_lib.base.objectives import Objective


def uphill(w, g, rho):
    """``w + rho * g / norm(g)``, with the norm along axis 0; ``w`` itself where ``g`` is 0.

    >>> uphill(np.array([1.0, 1.0]), np.array([3.0, 4.0]), 0.5)
    array([1.3, 1.4])
    """
    largest = np.abs(g).max(axis=0)
    g = g / np.where(largest > 0, largest, 1)  # or the squares of tiny and huge gradients are lost
    norm = np.sqrt(np.square(g).sum(axis=0))
    return w + rho * g / np.where(norm > 0, norm, 1)


class SharpnessAware(Objective):
    """A surface or a DataLoss whose gradient is that of the highest place within ``rho``, nearly.

    ``gradient(w) = g(w + rho * g(w) / norm(g(w)))`` with the objective's own ``g``; of a mini-batch both are
    taken on the same samples. ``value(w)`` is the objective's. An update costs two gradients.

    ``objective``: an Objective. ``rho``: >= 0, a number or an array for a family; 0 is the objective itself.

    Source: P. Foret and others (2021), Sharpness-Aware Minimization.

    >>> from course_lib import optimizers, surfaces, training
    >>> sharp = SharpnessAware(surfaces.get("ravine"), rho=0.05)
    >>> training.run(sharp, optimizers.SGD(lr=0.1), steps=1).w.round(4)
    array([-1.592,  0.715])
    """

    def __init__(self, objective, rho=0.05):
        if not isinstance(objective, Objective):
            got = validation.shorten(objective)
            raise ValueError(f"objective must be a surface or a DataLoss; got {got}")
        self.objective, self.rho = objective, validation.at_least_0("rho", rho)
        self.start, self.dimensions = objective.start, objective.dimensions

    def value(self, w):
        return self.objective.value(w)

    def gradient(self, w):
        with divergence.allowed():
            return self.objective.gradient(uphill(w, self.objective.gradient(w), self.rho))

    def at(self, update):
        seen = copy(self)
        seen.objective = self.objective.at(update)
        return seen

    def __repr__(self):
        return f"SharpnessAware({self.objective!r}, rho={self.rho})"

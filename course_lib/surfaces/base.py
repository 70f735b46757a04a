"""What every surface shares: its place on the map."""

from math import sqrt

import numpy as np

from course_lib.base import validation
from course_lib.base.objectives import Objective
from course_lib.base.registry import Registered


class Surface(Objective, Registered, kind="surface"):
    """A function of one or two weights, and what a figure and a run need to know of it."""

    free = frozenset({"start"})
    start: tuple  # where a run begins unless told otherwise
    domain: tuple  # (low, high) of each coordinate: what a picture shows
    minima: tuple = ()  # every point where the value is lowest; none if it falls for ever
    minimum: float = 0.0  # the value there
    curvatures: tuple  # eigenvalues of the Hessian at the first minimum, or else at the origin
    quadratic: bool = False  # are they the same everywhere?

    def f(self, w) -> np.ndarray:
        """The formula of the value, for a float array ``w``."""
        raise NotImplementedError

    def slope(self, w) -> np.ndarray:
        """The formula of the gradient, for a float array ``w``."""
        raise NotImplementedError

    def value(self, w):
        """f(w), shape ``R`` for ``w`` of shape ``(D, *R)``; ValueError for another number of coordinates."""
        return self.f(self._coordinates(w))

    def gradient(self, w):
        """d f / d w, in the shape of ``w``; ValueError for another number of coordinates."""
        return self.slope(self._coordinates(w))

    def unchecked(self):
        mine = type(self)
        is_usual = mine.value is Surface.value and mine.gradient is Surface.gradient
        return (self.f, self.slope) if is_usual else (self.value, self.gradient)

    @property
    def dimensions(self):
        """How many coordinates a point has."""
        return len(self.domain)

    def _coordinates(self, w):
        if type(w) is not np.ndarray or w.dtype != np.float64:  # what a run hands over needs no look
            w = validation.float_array("w", w).astype(np.float64, copy=False)
        if w.ndim == 0 or len(w) != self.dimensions:
            raise ValueError(f"w must have {self.dimensions} coordinates first; got shape {w.shape}")
        return w


def eigenvalues(a, b, c):
    """Of the symmetric matrix [[a, b], [b, c]], the smaller first.

    >>> eigenvalues(2, 1, 2)
    (1.0, 3.0)
    """
    middle, radius = (a + c) / 2, sqrt((a - c) ** 2 / 4 + b * b)
    return middle - radius, middle + radius

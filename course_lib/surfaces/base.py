"""What every surface shares: its place on the map."""

from math import sqrt

from course_lib.objectives import Objective
from course_lib.registry import Registered


class Surface(Objective, Registered, kind="surface"):
    """A function of one or two weights, and what a figure and a run need to know of it."""

    start: tuple  # where a run begins unless told otherwise
    domain: tuple  # (low, high) of each coordinate: what a picture shows
    minima: tuple = ()  # every point where the value is lowest; none if it falls for ever
    minimum: float = 0.0  # the value there
    curvatures: tuple  # eigenvalues of the Hessian at the first minimum, or else at the origin
    quadratic: bool = False  # are they the same everywhere?

    @property
    def dimensions(self):
        return len(self.domain)


def eigenvalues(a, b, c):
    """Of the symmetric matrix [[a, b], [b, c]], the smaller first.

    >>> eigenvalues(2, 1, 2)
    (1.0, 3.0)
    """
    middle, radius = (a + c) / 2, sqrt((a - c) ** 2 / 4 + b * b)
    return middle - radius, middle + radius

"""Surfaces to descend: functions of one or two weights whose value, gradient and minima are known.

Coordinates come first, as in ``x, y = w``; any axes behind them (a path, a mesh, a family of runs) pass
through, so ``value`` maps shape ``(D, *R)`` to ``R`` and ``gradient`` maps it to ``(D, *R)``.
Products rather than powers keep one run and a family of runs equal to the last bit.
"""

from math import cos, radians, sin

import numpy as np

from course_lib import validation
from course_lib.registry import Registered


class Surface(Registered, kind="surface"):
    """What a figure and a run need to know. ``curvatures`` are the Hessian's eigenvalues at the minimum."""

    start: tuple  # where a run begins unless told otherwise
    domain: tuple  # (low, high) of each coordinate: what a picture shows
    minima: tuple  # every point where the value is lowest
    minimum = 0.0  # the value there
    curvatures: tuple
    quadratic = False  # is ``curvatures`` true everywhere?

    def value(self, w):
        raise NotImplementedError

    def gradient(self, w):
        raise NotImplementedError

    @property
    def dimensions(self):
        return len(self.domain)


def get(identifier, **settings):
    """A surface from its name and settings, from a dict of class_name and config, or as it is.

    >>> get("ravine", condition=10)
    Ravine(condition=10.0, angle=0.0)
    """
    return Surface.named(identifier).from_config(settings) if settings else Surface.get(identifier)


def names():
    """Every name that ``get`` knows, each with its class."""
    return dict(Surface.known)


class Parabola(Surface, names=["parabola"]):
    """One weight: ``f(w) = curvature / 2 * w**2``, slope ``curvature * w``, minimum 0 at 0.

    >>> Parabola(curvature=4).gradient([0.5])
    array([2.])
    """

    quadratic = True
    start = (-1.0,)
    domain = ((-1.6, 1.6),)
    minima = ((0.0,),)

    def __init__(self, curvature=1.0):
        self.curvature = validation.setting("curvature", curvature, lambda c: c > 0, "a number > 0")
        self.curvatures = (self.curvature,)

    def value(self, w):
        (w,) = np.asarray(w)
        return self.curvature / 2 * w * w

    def gradient(self, w):
        return self.curvature * np.asarray(w)


class Ravine(Surface, names=["ravine"]):
    """A long valley: curvature 1 across it and ``1 / condition`` along it, turned by ``angle`` degrees.

    With ``u`` along and ``v`` across: ``f = (u**2 / condition + v**2) / 2``, minimum 0 at the origin.
    ``condition`` >= 1 is the ratio of the curvatures; 1 is a round bowl.

    >>> Ravine(condition=10).gradient([1.0, 1.0])
    array([0.1, 1. ])
    """

    quadratic = True
    start = (-1.6, 0.8)
    domain = ((-2.0, 2.0), (-1.4, 1.4))
    minima = ((0.0, 0.0),)

    def __init__(self, condition=20.0, angle=0.0):
        self.condition = validation.setting("condition", condition, lambda c: c >= 1, "a number >= 1")
        self.angle = validation.setting("angle", angle, np.isfinite, "a number of degrees")
        self.curvatures = (1 / self.condition, 1.0)

    def value(self, w):
        u, v = _turn(w, -self.angle)
        along, _ = self.curvatures
        return 0.5 * (along * u * u + v * v)

    def gradient(self, w):
        turned = _turn(w, -self.angle)
        curvatures = np.reshape(self.curvatures, (2, *(1 for _ in turned.shape[1:])))
        return _turn(curvatures * turned, self.angle)


def _turn(w, degrees):
    """The vectors ``w`` turned anticlockwise."""
    if degrees == 0:
        return np.asarray(w)
    x, y = np.asarray(w)
    cosine, sine = cos(radians(degrees)), sin(radians(degrees))
    return np.stack([cosine * x - sine * y, sine * x + cosine * y])


class Rosenbrock(Surface, names=["rosenbrock"]):
    """A curved valley with a flat floor: ``f = (1 - x)**2 + 100 * (y - x**2)**2``, minimum 0 at (1, 1).

    Easy to reach the valley, slow to follow it: at the minimum the curvatures are 0.4 and 1001.6.

    Source: H. H. Rosenbrock (1960), An automatic method for finding the greatest or least value of a
    function, The Computer Journal 3.

    >>> Rosenbrock().gradient([0.0, 0.0])
    array([-2.,  0.])
    """

    start = (-1.2, 1.0)
    domain = ((-2.0, 2.0), (-0.8, 2.8))
    minima = ((1.0, 1.0),)
    curvatures = (501 - 250601**0.5, 501 + 250601**0.5)  # of the Hessian [[802, -400], [-400, 200]]

    def value(self, w):
        x, y = np.asarray(w)
        across = y - x * x
        return (1 - x) * (1 - x) + 100 * across * across

    def gradient(self, w):
        x, y = np.asarray(w)
        across = y - x * x
        return np.stack([-2 * (1 - x) - 400 * x * across, 200 * across])


class Himmelblau(Surface, names=["himmelblau"]):
    """Four valleys: ``f = (x**2 + y - 11)**2 + (x + y**2 - 7)**2``, minimum 0 at four points.

    Which one a run ends in depends on where it starts and on how far its steps carry it.

    Source: D. M. Himmelblau (1972), Applied Nonlinear Programming.

    >>> Himmelblau().value([3.0, 2.0]).item()
    0.0
    """

    start = (-0.5, -0.5)
    domain = ((-6.0, 6.0), (-6.0, 6.0))
    minima = (
        (3.0, 2.0),
        (-2.805118086952745, 3.131312518250573),
        (-3.779310253377747, -3.283185991286170),
        (3.584428340330492, -1.848126526964404),
    )
    curvatures = (54 - 800**0.5, 54 + 800**0.5)  # at (3, 2), of the Hessian [[74, 20], [20, 34]]

    def value(self, w):
        x, y = np.asarray(w)
        a, b = x * x + y - 11, x + y * y - 7
        return a * a + b * b

    def gradient(self, w):
        x, y = np.asarray(w)
        a, b = x * x + y - 11, x + y * y - 7
        return np.stack([4 * x * a + 2 * b, 2 * a + 4 * y * b])

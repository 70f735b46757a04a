"""Surfaces to descend: functions of one or two weights whose value, gradient and minima are known.

Coordinates come first, as in ``x, y = w``; any axes behind them (a path, a mesh, a family of runs) pass
through, so ``value`` maps shape ``(D, *R)`` to ``R`` and ``gradient`` maps it to ``(D, *R)``, in float64.
Products rather than powers keep one run and a family of runs equal to the last bit.
"""

from course_lib.surfaces.base import Surface
from course_lib.surfaces.flats import MonkeySaddle, Plateau, Saddle
from course_lib.surfaces.quadratics import Booth, NoisyQuadratic, Parabola, PixelRegression, Ravine
from course_lib.surfaces.valleys import Beale, Himmelblau, Rosenbrock, StyblinskiTang

__all__ = [
    "Beale",
    "Booth",
    "Himmelblau",
    "MonkeySaddle",
    "NoisyQuadratic",
    "Parabola",
    "PixelRegression",
    "Plateau",
    "Ravine",
    "Rosenbrock",
    "Saddle",
    "StyblinskiTang",
    "Surface",
]


def get(identifier, **settings):
    """A surface from its name and settings, from a dict of class_name and config, or as it is.

    >>> get("ravine", condition=10)
    Ravine(condition=10.0, angle=0.0)
    """
    return Surface.named(identifier).from_config(settings) if settings else Surface.get(identifier)


def names():
    """Every name that ``get`` knows, each with its class."""
    return dict(Surface.known)

"""Sharpness: how much a loss bends where it bends most, and a descent that avoids places where that is much.

The curvature is measured by gradients alone: for how the gradient changes along a direction tells how the
loss bends there, and a direction that is turned into that change again and again becomes the steepest.

SAM is no optimizer: any optimizer descends what ``SharpnessAware`` makes of an objective.
"""

from copy import copy

import numpy as np

from course_lib.base import divergence, validation
from course_lib.base.objectives import Objective

STEP = 1e-4  # to either side, between which a gradient's change is measured
DIRECTIONS = 4  # that are turned together
FIRST, ALL = 12, 112  # turns at most of directions that begin at random: along a path, and at a single point
SETTLED = 1e-10  # part of itself by which a curvature still changes in a turn that is the last


def largest_curvature(objective, w, seed=0):
    """The largest eigenvalue of the Hessian at ``w``: how much the loss bends along its steepest direction.

    ``directions = H @ directions``, made orthogonal and of length 1 again, from four random ones, until the
    largest eigenvalue of ``directions.T @ H @ directions`` has settled; 112 times at most. This is the power
    iteration, of several directions at once, so that steep ones are told apart. ``H @ directions`` is a
    difference of gradients; there is no Hessian.

    ``objective``: an Objective. ``w``: shape (D,); where numbers run out, nan comes back. An iteration finds
    the eigenvalues that are largest in size: four negative ones that outdo all others would hide these.
    ValueError for what is no objective, and for ``w`` of another shape.

    Source: R. von Mises and H. Pollaczek-Geiringer (1929); B. A. Pearlmutter (1994) for ``H @ direction``.

    >>> from course_lib import surfaces
    >>> round(largest_curvature(surfaces.Parabola(curvature=3), [0.5]), 6)
    3.0
    """
    w, dimensions = validation.float_array("w", w), _an_objective(objective).dimensions
    if w.shape != (dimensions,):
        raise ValueError(f"w must have shape ({dimensions},); got shape {w.shape}")
    return float(_turned(objective, w, _at_random(dimensions, seed), ALL)[0])


def curvatures_along(objective, path, seed=0):
    """The largest curvature at every point of a path, as ``largest_curvature`` has it, but sooner.

    At the first point the directions are turned 12 times. Each of the others begins with those of the point
    before and turns them once: that is enough for points a few updates apart.

    ``path``: shape (n, D), as a Run has it. Returns shape (n,); nan for the points where numbers run out.
    ValueError as there.

    >>> from course_lib import optimizers, surfaces, training
    >>> ravine = surfaces.get("ravine")
    >>> curvatures_along(ravine, training.run(ravine, optimizers.SGD(lr=0.1), steps=2).path).round(6)
    array([1., 1., 1.])
    """
    path, dimensions = validation.float_array("path", path), _an_objective(objective).dimensions
    if path.ndim != 2 or path.shape[1] != dimensions:
        raise ValueError(f"path must have shape (n, D) with D = {dimensions}; got shape {path.shape}")
    directions, curvatures = _at_random(dimensions, seed), np.empty(len(path))
    for place, w in enumerate(path):
        curvatures[place], directions = _turned(objective, w, directions, 1 if place else FIRST)
    return curvatures


def _at_random(dimensions, seed):
    """Directions at right angles, as columns."""
    rng = np.random.default_rng(validation.whole_number("seed", seed, low=0))
    return np.linalg.qr(rng.normal(size=(dimensions, min(DIRECTIONS, dimensions))))[0]


def _turned(objective, w, directions, turns):
    """The largest curvature along the directions before the last turn, and the directions after it.

    There are so many ``turns``, or fewer where the curvature settles.
    """
    curvature = np.nan
    for _ in range(turns):
        bent = bend(objective, w, directions)
        if not np.isfinite(bent).all():
            break
        before, curvature = curvature, np.linalg.eigvalsh(directions.T @ bent)[-1]
        directions, _ = np.linalg.qr(bent)
        if abs(curvature - before) <= SETTLED * abs(curvature):
            break
    return curvature, directions


def bend(objective, w, directions):
    """``H @ directions``: how the gradient at ``w`` changes along each column, a direction of length 1.

    >>> from course_lib import surfaces
    >>> bend(surfaces.Ravine(condition=20), np.array([0.5, 0.5]), np.eye(2)).round(6)
    array([[0.05, 0.  ],
           [0.  , 1.  ]])
    """
    sides = w[:, None] + STEP * np.hstack([directions, -directions])
    with divergence.allowed():
        there, back = np.hsplit(objective.gradient(sides), 2)
        return (there - back) / (2 * STEP)


def _an_objective(objective):
    if not isinstance(objective, Objective):
        got = validation.shorten(objective)
        raise ValueError(f"objective must be a surface or a DataLoss; got {got}")
    return objective


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
        self.objective, self.rho = _an_objective(objective), validation.at_least_0("rho", rho)
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

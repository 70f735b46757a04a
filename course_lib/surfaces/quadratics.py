"""Quadratics: the surfaces on which the theory is exact."""

from functools import cache
from math import cos, radians, sin

import numpy as np

from course_lib import datasets
from course_lib.base import validation
from course_lib.surfaces.base import Surface, eigenvalues


class Parabola(Surface, names=["parabola"]):
    """One weight: ``f(w) = curvature / 2 * w**2``, slope ``curvature * w``, minimum 0 at 0.

    Smooth. Source: the quadratic model that every text on optimization begins with.

    >>> Parabola(curvature=4).gradient([0.5])
    array([2.])
    """

    quadratic = True
    start = (-1.0,)
    domain = ((-1.6, 1.6),)
    minima = ((0.0,),)

    def __init__(self, curvature=1.0):
        self.curvature = validation.number("curvature", curvature, lambda c: c > 0, "a number > 0")
        self.curvatures = (self.curvature,)

    def f(self, w):
        (w,) = w
        return self.curvature / 2 * w * w

    def slope(self, w):
        return self.curvature * w


class Ravine(Surface, names=["ravine"]):
    """A long valley: curvature 1 across it and ``1 / condition`` along it, turned by ``angle`` degrees.

    With ``u`` along and ``v`` across: ``f = (u**2 / condition + v**2) / 2``, minimum 0 at the origin.
    ``condition`` >= 1 is the ratio of the curvatures; 1 is a round bowl. Smooth.

    Source: B. T. Polyak (1964), on whose quadratics momentum was first understood.

    >>> Ravine(condition=10).gradient([1.0, 1.0])
    array([0.1, 1. ])
    """

    quadratic = True
    start = (-1.6, 0.8)
    domain = ((-2.0, 2.0), (-1.4, 1.4))
    minima = ((0.0, 0.0),)

    def __init__(self, condition=20.0, angle=0.0):
        self.condition = validation.number("condition", condition, lambda c: c >= 1, "a number >= 1")
        self.angle = validation.number("angle", angle, np.isfinite, "a number of degrees")
        self.curvatures = (1 / self.condition, 1.0)

    def f(self, w):
        u, v = _turn(w, -self.angle)
        along, _ = self.curvatures
        return 0.5 * (along * u * u + v * v)

    def slope(self, w):
        turned = _turn(w, -self.angle)
        return _turn(_column(self.curvatures, turned.ndim) * turned, self.angle)


class Booth(Surface, names=["booth"]):
    """A tilted bowl: ``f = (x + 2*y - 7)**2 + (2*x + y - 5)**2``, minimum 0 at (1, 3), curvatures 2 and 18.

    Source: the collection of test functions of S. Surjanovic and D. Bingham, Simon Fraser University.

    >>> Booth().gradient([0.0, 0.0])
    array([-34., -38.])
    """

    quadratic = True
    start = (-6.0, 4.0)
    domain = ((-10.0, 10.0), (-10.0, 10.0))
    minima = ((1.0, 3.0),)
    curvatures = eigenvalues(10, 8, 10)

    def f(self, w):
        x, y = w
        a, b = x + 2 * y - 7, 2 * x + y - 5
        return a * a + b * b

    def slope(self, w):
        x, y = w
        a, b = x + 2 * y - 7, 2 * x + y - 5
        return np.stack([2 * a + 4 * b, 4 * a + 2 * b])


class NoisyQuadratic(Surface, names=["noisy_quadratic"]):
    """A parabola for each of two weights, seen through noise: as a mini-batch sees a loss.

    ``f = curvature / 2 * (x**2 + y**2)``. The gradient of an update is ``curvature * w`` plus normal noise of
    standard deviation ``noise`` in each coordinate; ``seed`` fixes it. With ``shared=True`` all members of a
    family meet the same noise, else each its own.

    Source: H. Robbins and S. Monro (1951), A Stochastic Approximation Method.

    >>> surface = NoisyQuadratic(noise=0.0)
    >>> surface.at(7).gradient([1.0, 2.0])
    array([1., 2.])
    """

    quadratic = True
    start = (-1.6, 0.8)
    domain = ((-2.0, 2.0), (-1.4, 1.4))
    minima = ((0.0, 0.0),)

    def __init__(self, curvature=1.0, noise=1.0, seed=0, shared=True):
        self.curvature = validation.number("curvature", curvature, lambda c: c > 0, "a number > 0")
        self.noise = validation.number("noise", noise, lambda s: s >= 0, "a number >= 0")
        self.seed = validation.whole_number("seed", seed, low=0)
        self.shared = validation.flag("shared", shared)
        self.curvatures = (self.curvature, self.curvature)

    def f(self, w):
        x, y = w
        return self.curvature / 2 * (x * x + y * y)

    def slope(self, w):
        return self.curvature * w

    def at(self, update):
        return _OneUpdate(self, validation.whole_number("update", update, low=0))


class _OneUpdate(Surface):
    """The noisy quadratic as one update sees it."""

    def __init__(self, surface, update):
        self.surface, self.update, self.domain = surface, update, surface.domain

    def f(self, w):
        return self.surface.f(w)

    def slope(self, w):
        slope = self.surface.slope(w)
        shape = (2, *(1 for _ in slope.shape[1:])) if self.surface.shared else slope.shape
        rng = np.random.default_rng([self.surface.seed, self.update])
        return slope + self.surface.noise * rng.normal(size=shape)


class PixelRegression(Surface, names=["pixel_regression"]):
    """A real loss: guess a pixel of a handwritten digit from the pixels to its left and above it.

    ``f(w) = mean((x @ w - y)**2) / 2`` over the 1,437 digits of the training part, where ``y`` is the ink of
    pixel (4, 4) and ``x`` that of (4, 3) and (3, 4). A quadratic with the Hessian ``x.T @ x / N``.
    ``centred=True`` takes each pixel's mean away first, and the condition number falls from 7.2 to 1.4.

    Source: made for this course, on the digits of E. Alpaydin and C. Kaynak (1998).

    >>> [round(c, 2) for surface in (PixelRegression(), PixelRegression(True)) for c in surface.curvatures]
    [0.12, 0.89, 0.12, 0.18]
    """

    quadratic = True
    start = (-0.6, 1.2)
    domain = ((-1.0, 1.6), (-0.6, 1.6))

    def __init__(self, centred=False):
        self.centred = validation.flag("centred", centred)
        x, y = _neighbours(self.centred)
        (a, b), (_, c) = (x.T @ x / len(y)).tolist()
        self._hessian = a, b, c
        self.curvatures = eigenvalues(a, b, c)
        best = np.linalg.lstsq(x, y, rcond=None)[0]
        self.minima = (tuple(best.tolist()),)
        self.minimum = float(np.mean((x @ best - y) ** 2) / 2)

    def f(self, w):
        x, y = self._from_minimum(w)
        a, b, c = self._hessian
        return self.minimum + 0.5 * (a * x * x + 2 * b * x * y + c * y * y)

    def slope(self, w):
        x, y = self._from_minimum(w)
        a, b, c = self._hessian
        return np.stack([a * x + b * y, b * x + c * y])

    def _from_minimum(self, w):
        x, y = w
        ((best_x, best_y),) = self.minima
        return x - best_x, y - best_y


@cache
def _neighbours(centred):
    """The two neighbours of pixel (4, 4), shape (N, 2), and the pixel itself, shape (N,)."""
    pictures = datasets.load_digits().x_train.reshape(-1, 8, 8)
    x, y = np.stack([pictures[:, 4, 3], pictures[:, 3, 4]], axis=1), pictures[:, 4, 4]
    return (x - x.mean(axis=0), y - y.mean()) if centred else (x, y)


@cache
def _column(numbers, ndim):
    """The numbers along the first of so many axes. Kept, for to make it takes as long as to use it."""
    return np.reshape(numbers, (-1, *(1,) * (ndim - 1)))


def _turn(w, degrees):
    """The vectors ``w`` turned anticlockwise."""
    if degrees == 0:
        return w
    x, y = w
    cosine, sine = cos(radians(degrees)), sin(radians(degrees))
    return np.stack([cosine * x - sine * y, sine * x + cosine * y])

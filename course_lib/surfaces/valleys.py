"""Valleys that bend, fork and flatten: well-known test functions."""

import numpy as np

from course_lib.surfaces.base import Surface, eigenvalues


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
    curvatures = eigenvalues(802, -400, 200)

    def f(self, w):
        x, y = w
        ahead, across = 1 - x, y - x * x
        return ahead * ahead + 100 * across * across

    def slope(self, w):
        x, y = w
        upward = 200 * (y - x * x)
        return np.array([-2 * (1 - x + x * upward), upward])


class Beale(Surface, names=["beale"]):
    """A flat valley between steep corners.

    ``f = (1.5 - x + x*y)**2 + (2.25 - x + x*y**2)**2 + (2.625 - x + x*y**3)**2``, minimum 0 at (3, 0.5).

    Source: E. M. L. Beale (1958), On an iterative method for finding a local minimum.

    >>> Beale().value([3.0, 0.5]).item()
    0.0
    """

    start = (1.0, 1.5)
    domain = ((-4.5, 4.5), (-4.5, 4.5))
    minima = ((3.0, 0.5),)
    curvatures = eigenvalues(3.15625, -11.4375, 46.125)

    def f(self, w):
        a, b, c = self._terms(w)
        return a * a + b * b + c * c

    def slope(self, w):
        x, y = w
        a, b, c = self._terms(w)
        slope_x = a * (y - 1) + b * (y * y - 1) + c * (y * y * y - 1)
        slope_y = x * (a + 2 * b * y + 3 * c * y * y)
        return np.stack([2 * slope_x, 2 * slope_y])

    def _terms(self, w):
        x, y = w
        return 1.5 - x + x * y, 2.25 - x + x * y * y, 2.625 - x + x * y * y * y


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
    curvatures = eigenvalues(74, 20, 34)

    def f(self, w):
        x, y = w
        a, b = x * x + y - 11, x + y * y - 7
        return a * a + b * b

    def slope(self, w):
        x, y = w
        a, b = x * x + y - 11, x + y * y - 7
        return np.stack([4 * x * a + 2 * b, 2 * a + 4 * y * b])


class StyblinskiTang(Surface, names=["styblinski_tang"]):
    """One deep valley among four: ``f = sum(w**4 - 16 * w**2 + 5 * w) / 2``.

    Its minimum is -78.332, at (-2.904, -2.904).

    Source: M. A. Styblinski and T.-S. Tang (1990), Experiments in nonconvex optimization.

    >>> StyblinskiTang().gradient([0.0, 1.0])
    array([  2.5, -11.5])
    """

    start = (0.6, 4.5)
    domain = ((-5.0, 5.0), (-5.0, 5.0))
    minima = ((-2.9035340277711770, -2.9035340277711770),)
    minimum = -78.33233140754282
    curvatures = (34.58305910255069, 34.58305910255069)

    def f(self, w):
        x, y = 0.5 * (w * w * w * w - 16 * w * w + 5 * w)
        return x + y

    def slope(self, w):
        return 0.5 * (4 * w * w * w - 32 * w + 5)

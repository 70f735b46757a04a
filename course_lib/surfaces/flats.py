"""Places where the slope is 0 and nothing is won: saddles, and a plateau."""

import numpy as np

from course_lib.surfaces.base import Surface


class Saddle(Surface, names=["saddle"]):
    """A pass: up along x, down along y; ``f = (x**2 - y**2) / 2``. It falls for ever, so there is no minimum.

    From a start with y = 0 exactly, descent runs into the saddle point and stays there.

    Source: the hyperbolic paraboloid of every text on calculus.

    >>> Saddle().gradient([1.0, 1.0])
    array([ 1., -1.])
    """

    start = (-1.6, 0.001)
    domain = ((-2.0, 2.0), (-2.0, 2.0))
    minimum = -np.inf
    curvatures = (-1.0, 1.0)
    quadratic = True

    def f(self, w):
        x, y = w
        return 0.5 * (x * x - y * y)

    def slope(self, w):
        x, y = w
        return np.stack([x, -y])


class MonkeySaddle(Surface, names=["monkey_saddle"]):
    """A saddle with three ways down (two legs and a tail): ``f = x**3 - 3 * x * y**2``. No minimum.

    At the origin even the curvature is 0, so a descent slows down more and more as it comes near.

    Source: D. Hilbert and S. Cohn-Vossen (1932), Anschauliche Geometrie.

    >>> MonkeySaddle().gradient([1.0, 1.0])
    array([ 0., -6.])
    """

    start = (0.9, 0.001)
    domain = ((-1.5, 1.5), (-1.5, 1.5))
    minimum = -np.inf
    curvatures = (0.0, 0.0)

    def f(self, w):
        x, y = w
        return x * (x * x - 3 * y * y)

    def slope(self, w):
        x, y = w
        return np.stack([3 * (x * x - y * y), -6 * x * y])


class Plateau(Surface, names=["plateau"]):
    """A hole in a plain: ``f = 1 - exp(-(x**2 + y**2) / 2)``, minimum 0 at the origin, curvature 1 there.

    Three steps away the slope has almost gone, as that of a saturated unit has.

    Source: made for this course.

    >>> Plateau().gradient([3.0, 0.0]).round(4)
    array([0.0333, 0.    ])
    """

    start = (-2.4, 1.2)
    domain = ((-4.0, 4.0), (-3.0, 3.0))
    minima = ((0.0, 0.0),)
    curvatures = (1.0, 1.0)

    def f(self, w):
        return 1 - self._hole(w)

    def slope(self, w):
        return w * self._hole(w)

    def _hole(self, w):
        x, y = w
        return np.exp(-0.5 * (x * x + y * y))

"""The two roots of SGD's update in the plane of complex numbers, for the steepest and the flattest direction.

An update multiplies the error by a mixture of both. Inside the unit circle it shrinks; off the real axis it
swings. While ``lr`` moves them there, they stay on one circle, the *swing circle*.
"""

import numpy as np

from course_lib import plots, theory

AROUND = np.linspace(0, 2 * np.pi, 121)
LIMITS = -1.25, 1.25


def farthest(surface, lr, momentum, nesterov):
    """How far the outermost root is from the middle: the factor on the error per update in the long run."""
    sizes = [theory.contraction(lr * curvature, momentum, nesterov) for curvature in surface.curvatures]
    return np.max(sizes, axis=0)


def swing_circle(momentum, nesterov):
    """Where the complex roots are, whatever ``lr``: x and y, for a line.

    The heavy ball's have the size ``sqrt(momentum)``. Nesterov's obey ``|z|**2 = 2 * r * real(z)`` with
    ``r = momentum / (1 + momentum)``, which is a circle through 0.
    """
    radius = momentum / (1 + momentum) if nesterov else np.sqrt(momentum)
    middle = radius if nesterov else 0.0
    return middle + radius * np.cos(AROUND), radius * np.sin(AROUND)


def draw(axes):
    """The plane with the unit circle, dashed as the limit is on the map."""
    axes.set(xlim=LIMITS, ylim=LIMITS, xticks=[], yticks=[], aspect="equal", title="Roots")
    axes.spines[:].set_visible(False)
    axes.axhline(0, color=plots.FAINT, lw=0.6)
    axes.axvline(0, color=plots.FAINT, lw=0.6)
    axes.plot(np.cos(AROUND), np.sin(AROUND), "--", color=plots.BLACK)


def marks(axes, color):
    """The artists of one kind of update: its swing circle, dotted as on the map, and its roots."""
    return {
        "swing circle": plots.empty_line(axes, ":", color=color),
        "flattest": plots.empty_line(axes, "o", color=color, mfc="white", mew=2, ms=9, label="flattest"),
        "steepest": plots.empty_line(axes, "o", color=color, mec="white", ms=9, label="steepest"),
    }


def shown(surface, lr, momentum, nesterov):
    """What the artists of ``marks`` show."""
    flattest, steepest = (
        theory.roots(lr * curvature, momentum, nesterov)
        for curvature in (min(surface.curvatures), max(surface.curvatures))
    )
    return {
        "swing circle": swing_circle(momentum, nesterov),
        "flattest": (flattest.real, flattest.imag),
        "steepest": (steepest.real, steepest.imag),
    }

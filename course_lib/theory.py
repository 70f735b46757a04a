"""What the theory predicts for SGD on a quadratic, in one direction of curvature ``curvature``.

Everything depends on the product ``lr * curvature`` and on ``momentum``. One update maps
``(w_t, w_{t-1})`` to the next pair by a 2 x 2 matrix; the larger modulus of its eigenvalues is the
factor by which the error shrinks (or grows) per update. All functions take numbers, lists or arrays;
ValueError for a momentum outside [0, 1) and a ``nesterov`` that is neither True nor False.

Source: B. T. Polyak (1964), Some methods of speeding up the convergence of iteration methods.
"""

import numpy as np

from course_lib.base import validation


def stability_limit(momentum=0.0, nesterov=False):
    """The ``lr * curvature`` at and above which SGD no longer converges.

    ``2 * (1 + momentum)``; with Nesterov ``2 * (1 + momentum) / (1 + 2 * momentum)``, which is smaller
    than plain descent's 2.

    >>> stability_limit([0.0, 0.9]), stability_limit([0.0, 0.9], nesterov=True).round(3)
    (array([2. , 3.8]), array([2.   , 1.357]))
    """
    momentum = _momentum(momentum)
    limit = 2 * (1 + momentum)
    return np.where(_switch(nesterov), limit / (1 + 2 * momentum), limit)[()]


def roots(lr_times_curvature, momentum=0.0, nesterov=False):
    """The two numbers ``z`` that an update can multiply the error by, complex, shape ``(2, *R)``.

    The solutions of ``z**2 = (1 + momentum - lr * curvature) * z - momentum``; with Nesterov of
    ``z**2 = (1 + momentum) * c * z - momentum * c``, where ``c = 1 - lr * curvature``. A mixture of the two
    is what becomes of an error: ``w_t = a * z1**t + b * z2**t``.

    >>> roots(0.1, momentum=0.0).real
    array([0.9, 0. ])
    >>> roots(1.0, momentum=0.81).round(3)
    array([0.405+0.804j, 0.405-0.804j])
    """
    trace, determinant = _characteristic(lr_times_curvature, momentum, nesterov)
    apart = np.sqrt(trace * trace - 4 * determinant + 0j)
    return np.stack([trace + apart, trace - apart]) / 2


def contraction(lr_times_curvature, momentum=0.0, nesterov=False):
    """The factor on the error per update in the long run: below 1 converges, above 1 diverges.

    The size of the larger of the two ``roots``.

    >>> contraction(0.1, momentum=np.array([0.0, 0.9])).round(6)
    array([0.9     , 0.948683])
    """
    return np.abs(roots(lr_times_curvature, momentum, nesterov)).max(axis=0)[()]


def oscillates(lr_times_curvature, momentum=0.0, nesterov=False):
    """Does the error keep changing its sign? True where the roots are complex or the larger is negative.

    >>> bool(oscillates(0.5)), bool(oscillates(1.5)), bool(oscillates(0.5, momentum=0.9))
    (False, True, True)
    """
    trace, determinant = _characteristic(lr_times_curvature, momentum, nesterov)
    return (trace * trace < 4 * determinant) | (trace < 0)


def _characteristic(lr_times_curvature, momentum, nesterov):
    """Trace and determinant of the update's matrix."""
    momentum, kept = _momentum(momentum), 1 - _product(lr_times_curvature)
    nesterov = _switch(nesterov)
    trace = np.where(nesterov, (1 + momentum) * kept, kept + momentum)
    determinant = np.where(nesterov, momentum * kept, momentum)
    return trace, determinant


def _momentum(momentum):
    return np.asarray(validation.fraction("momentum", momentum))


def _switch(nesterov):
    return validation.switch("nesterov", nesterov)


def _product(lr_times_curvature):
    accepts = "a finite number"
    return np.asarray(validation.setting("lr_times_curvature", lr_times_curvature, np.isfinite, accepts))

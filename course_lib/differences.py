"""Finite differences: slopes that are measured, and how far off they are.

A forward difference, ``(f(x + h) - f(x)) / h``, errs by about ``h`` for the curve's bend; a central one,
``(f(x + h) - f(x - h)) / (2 * h)``, by about ``h**2``. Both err by about ``eps / h`` for rounding.

Source: W. H. Press et al. (2007), Numerical Recipes, section 5.7.
"""

import numpy as np

RANDOM = np.random.default_rng(0)
Y_TRUE, Y_PRED = RANDOM.uniform(0, 5, 1000), RANDOM.uniform(0.5, 5, 1000)  # where slopes are measured


def value(loss, y_true, y_pred, precision=np.float64):
    """The loss of each output, computed in that precision and given in float64."""
    return loss.value(precision(y_true), precision(y_pred)).astype(np.float64)


def errors(loss, h, precision=np.float64):
    """The median relative error of 1,000 measured slopes, for each ``h``.

    ``loss``: a pointwise one of ``course_lib.losses``. ``h``: a number or a row of them, above 0. Returns the
    errors of forward and of central differences, shape (2, number of h).

    >>> from course_lib import losses
    >>> errors(losses.poisson, [1e-2, 1e-3]).round(7)
    array([[5.5499e-03, 5.5690e-04],
           [1.5800e-05, 2.0000e-07]])
    """
    h = np.reshape(h, (-1, 1))
    before, here, after = (value(loss, Y_TRUE, x, precision) for x in (Y_PRED - h, Y_PRED, Y_PRED + h))
    slopes = np.stack([(after - here) / h, (after - before) / (2 * h)])
    return np.median(np.abs(slopes / loss.slope(Y_TRUE, Y_PRED) - 1), axis=-1)

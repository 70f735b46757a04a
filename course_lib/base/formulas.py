"""Formulas that more than one module needs, each written once, so that it stays right at both ends.

Arrays come in and go out; a row lies along the last axis. float32 stays float32. Infinite numbers give the
limit where there is one, and nan where there is none.
"""

import numpy as np

EPSILON = 1e-7  # Keras 1.x writes it 10e-8


def sigmoid(z):
    """``1 / (1 + exp(-z))``; right in its tail too, where it is about ``exp(z)``.

    >>> sigmoid(np.array([-40.0, 0.0, np.inf]))
    array([4.24835426e-18, 5.00000000e-01, 1.00000000e+00])
    """
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-z))


def softplus(z):
    """``log(1 + exp(z))``, as ``max(z, 0) + log(1 + exp(-abs(z)))``, in which exp cannot overflow.

    >>> softplus(np.array([-40.0, 0.0, 1000.0]))
    array([4.24835426e-18, 6.93147181e-01, 1.00000000e+03])
    """
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


def shares(row):
    """The part ``p`` that each entry has of its row's sum, and ``1 - p`` without the rounding of ``p``.

    >>> shares(np.array([1e-20, 1.0]))
    (array([1.e-20, 1.e+00]), array([1.e+00, 1.e-20]))
    """
    largest, others = _largest(row)
    total = row.sum(axis=-1, keepdims=True)
    p = row / total
    return p, np.where(largest, others / total, 1 - p)


def softmax(z):
    """``shares(exp(z))``: the probabilities and what they lack to 1. The largest z is taken off first."""
    return shares(np.exp(_shifted(z)))


def log_softmax(z):
    """``log(softmax(z))``; where a probability is nearly 1, to the last digit of what it lacks.

    >>> log_softmax(np.array([40.0, 0.0]))
    array([-4.24835426e-18, -4.00000000e+01])
    """
    z = _shifted(z)
    _, others = _largest(np.exp(z))
    return z - np.log1p(others)


def log(p, complement):
    """``log(p)``; near p = 1 by the ``complement`` 1 - p, if that is known better than p can tell.

    >>> log(np.array([1.0]), complement=np.array([1e-20]))
    array([-1.e-20])
    """
    return np.where(complement < 0.01, np.log1p(-complement), np.log(p))


def times(weight, x):
    """``weight * x``, where a weight of 0 counts nothing, not even times nan or infinity."""
    return np.where(weight == 0, 0, weight * x)


def length(row):
    """The root of the sum of the squares, shape (..., 1); no square overflows or underflows.

    The row is scaled by a power of 2 on the way, which costs no digit.

    >>> length(np.array([3e200, 4e200]))
    array([5.e+200])
    """
    scaled, exponent = _scaled(row)
    return np.ldexp(np.sqrt((scaled**2).sum(axis=-1, keepdims=True)), exponent)


def across(a, b):
    """``a`` without its part along ``b``: ``a - sum(a * b) / sum(b * b) * b``, even if nearly all goes.

    What goes is taken off twice: the second time takes what rounding left of it the first time.

    >>> across(np.array([1.0, 1e-20]), np.array([2.0, 0.0]))
    array([0.e+00, 1.e-20])
    """
    (rest, exponent), (b, _) = _scaled(a.astype(np.float64)), _scaled(b.astype(np.float64))
    for _ in range(2):
        share = (rest * b).sum(axis=-1, keepdims=True) / (b * b).sum(axis=-1, keepdims=True)
        product, missing = _product(share, b)
        rest = rest - product - missing
    return np.ldexp(rest, exponent).astype(a.dtype)


def _shifted(z):
    """``z`` less the largest of its row, so that exp cannot overflow. Infinity wins over all finite z."""
    return np.where(z == np.inf, 0, z - z.max(axis=-1, keepdims=True))


def _scaled(row):
    """The row times a power of 2 that brings its largest entry below 1, and that power's exponent."""
    _, exponent = np.frexp(np.abs(row).max(axis=-1, keepdims=True))
    return np.ldexp(row, -exponent), exponent


def _product(a, b):
    """``a * b`` as it is rounded, and what rounding took off. (T. J. Dekker, 1971)"""
    (a_high, a_low), (b_high, b_low) = _halves(a), _halves(b)
    product = a * b
    return product, a_high * b_high - product + a_high * b_low + a_low * b_high + a_low * b_low


def _halves(x):
    """Two numbers of half as many digits that add up to x, so that a product of two such is exact."""
    high = x * (2**27 + 1)
    high = high - (high - x)
    return high, x - high


def _largest(row):
    """Where the (first) largest entry of a row stands, and the sum of all others, shape (..., 1)."""
    largest = np.arange(row.shape[-1]) == row.argmax(axis=-1)[..., None]
    return largest, np.where(largest, 0, row).sum(axis=-1, keepdims=True)

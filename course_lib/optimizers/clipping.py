"""A gradient that is too long is shortened, whatever the size of its numbers."""

from functools import cache

import numpy as np

from course_lib.base import divergence


def shorten(g, longest):
    """``g * longest / length`` where the length of ``g`` along axis 0 is ``longest`` or more, else ``g``.

    A gradient that holds NaN or infinity has no length, so all of it becomes NaN.

    Source: Keras 1.2.2, optimizers.clip_norm.

    >>> shorten(np.array([3.0, 4.0]), 1.0)
    array([0.6, 0.8])
    """
    with divergence.allowed():
        squares, part, scale = sum_of_squares(g), g, 1.0
        exact = (squares > len(g) * _smallest(g.dtype)) & (squares < np.inf)
        if not exact.all():  # squares too large or too small for their float type: divide by the largest
            largest = np.abs(g).max(axis=0, initial=0)
            scale = np.where(exact | (largest == 0), 1, largest).astype(g.dtype)
            part = g / scale
            squares = sum_of_squares(part)
        length = np.sqrt(squares)
        return np.where(length < longest / scale, g, part * longest / length).astype(g.dtype, copy=False)


def sum_of_squares(g):
    """The squared length along axis 0."""
    return total(np.square(g))


def total(x):
    """The sum along axis 0, to the last bit the same for a member of a family as for one run.

    Left to itself, numpy adds along axis 0 in another order than along a row.
    """
    coordinates_last = x.transpose(*range(1, x.ndim), 0)
    return np.ascontiguousarray(coordinates_last).sum(axis=-1)


def mean(x):
    """The mean along axis 0, likewise."""
    return total(x) / len(x)


@cache
def _smallest(float_type):
    """The square of a number that still has all its digits."""
    limits = np.finfo(float_type)
    return limits.tiny / limits.eps

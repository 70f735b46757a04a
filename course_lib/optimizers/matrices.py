"""Weights that are a matrix: row after row in ``w``, as Sequential and ``ravel`` lay them."""

import numpy as np

from course_lib.base import validation


def shape(name, value):
    """``value`` as the shape of a matrix, or None: then the weights are one column."""
    if value is None:
        return None
    if not isinstance(value, tuple | list) or len(value) != 2:
        got = validation.shorten(value)
        raise ValueError(f"{name} must be a pair (rows, columns), or None for one column; got {got}")
    return tuple(validation.whole_number(name, length, low=1) for length in value)


def size_of(w, shape):
    """Rows and columns of the weights ``w``, shape ``(D, *R)``; ValueError if D is another number."""
    rows, columns = shape or (len(w), 1)
    if len(w) != rows * columns:
        raise ValueError(f"w must have {rows * columns} coordinates first, as shape={shape}; got {w.shape}")
    return rows, columns


def matrices(w, shape):
    """``w``, shape ``(D, *R)``, as matrices, shape ``(*R, rows, columns)``.

    >>> matrices(np.arange(6.0), (2, 3))
    array([[0., 1., 2.],
           [3., 4., 5.]])
    """
    coordinates_last = w.transpose(*range(1, w.ndim), 0)
    return np.ascontiguousarray(coordinates_last).reshape(*w.shape[1:], *size_of(w, shape))


def weights(matrices):
    """The other way: ``(*R, rows, columns)`` as ``(D, *R)``."""
    coordinates_last = matrices.reshape(*matrices.shape[:-2], -1)
    return coordinates_last.transpose(-1, *range(coordinates_last.ndim - 1))

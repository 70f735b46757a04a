"""Errors that help: each names the argument, what it got and what it accepts."""

from typing import Any

import numpy as np

from course_lib.base import divergence


def finite_array(name, value):
    """``value`` as a float array: float32 stays float32, everything else becomes float64.

    Raises ValueError for an empty array, for NaN or infinity, and for what is not a number.

    >>> finite_array("y_true", [1, 2])
    array([1., 2.])
    """
    array = float_array(name, value)
    if array.size == 0:
        raise ValueError(f"{name} must hold at least one number; got an empty array of shape {array.shape}")
    broken = np.count_nonzero(~np.isfinite(array))
    if broken:
        raise ValueError(
            f"{name} must hold finite numbers; got NaN or infinity in {broken} of {array.size} places"
        )
    return array


def float_array(name, value):
    """``value`` as a float array that may hold NaN and infinity, as predictions of a diverged model do."""
    array = _array(name, value, kinds="biuf")
    if array is None:
        raise ValueError(f"{name} must be a number or an array of numbers; got {shorten(value)}")
    return array if array.dtype == np.float32 else array.astype(np.float64, copy=False)


def same_shape(name, array, other_name, other):
    """Raise ValueError unless the two arrays have one shape."""
    if array.shape != other.shape:
        raise ValueError(f"{name} must have the shape of {other_name}, {other.shape}; got {array.shape}")


def setting(name, value, holds, accepts) -> Any:
    """A hyper-parameter: a float, or a float array with one entry for each member of a family.

    >>> setting("lr", 1, lambda lr: lr >= 0, "a number >= 0")
    1.0
    >>> setting("lr", -1, lambda lr: lr >= 0, "a number >= 0")
    Traceback (most recent call last):
    ValueError: lr must be a number >= 0; got -1
    """
    array = _array(name, value, kinds="iuf")
    if array is None or array.size == 0:
        raise ValueError(f"{name} must be {accepts}; got {shorten(value)}")
    array = np.array(array, np.float64, order="C")  # a copy, which nobody can change behind the check
    array.flags.writeable = False
    with divergence.allowed():  # the test of infinity may come out as nan
        wrong = ~(np.isfinite(array) & holds(array))
    if wrong.any():
        got = array[wrong][0].item() if array.ndim else value
        raise ValueError(f"{name} must be {accepts}; got {shorten(got)}")
    return array.item() if array.ndim == 0 else array


def at_least_0(name, value):
    """A setting that is a finite number >= 0."""
    return setting(name, value, lambda x: x >= 0, "a finite number >= 0")


def above_0(name, value):
    """A setting that is a finite number > 0."""
    return setting(name, value, lambda x: x > 0, "a finite number > 0")


def fraction(name, value):
    """A setting in [0, 1): a part that is kept, such as a momentum."""
    return setting(name, value, lambda x: (x >= 0) & (x < 1), "a number in [0, 1)")


def number(name, value, holds, accepts):
    """A setting that is one number and never an array."""
    checked = setting(name, value, holds, accepts)
    if not isinstance(checked, float):
        raise ValueError(f"{name} must be {accepts}, and one only; got {shorten(value)}")
    return checked


def switch(name, value) -> Any:
    """A hyper-parameter that is on or off: a bool, or a bool array for a family."""
    array = _array(name, value, kinds="b")
    if array is None or array.size == 0:
        raise ValueError(f"{name} must be True or False; got {shorten(value)}")
    if array.ndim == 0:
        return array.item()
    array = array.copy()
    array.flags.writeable = False
    return array


def flag(name, value):
    """One bool."""
    if not isinstance(value, bool | np.bool_):
        raise ValueError(f"{name} must be True or False; got {shorten(value)}")
    return bool(value)


def whole_number(name, value, low):
    """``value`` as an int of at least ``low``."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < low:
        raise ValueError(f"{name} must be a whole number >= {low}; got {shorten(value)}")
    return int(value)


def one_of(name, value, choices):
    """``choices[value]``, or a ValueError that lists what there is."""
    if not isinstance(value, str) or value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(sorted(choices))}; got {shorten(value)}")
    return choices[value]


def shorten(value, width=60):
    """``repr`` of a value, cut to one line that fits an error message."""
    return shorten_text(" ".join(repr(value).split()), width)


def shorten_text(text, width):
    """The text, cut to ``width`` characters."""
    return text if len(text) <= width else text[: width - 3] + "..."


def _array(name, value, kinds):
    """``value`` as an array, or None if its numpy kind is another: text, complex numbers, ragged lists."""
    parts = value if isinstance(value, list | tuple) else [value]
    if any(isinstance(part, np.ma.MaskedArray) for part in parts):
        raise ValueError(
            f"{name} must be without a mask, which would be lost; got a masked array: "
            "leave those entries out, or give .filled(number)"
        )
    try:
        array = np.asarray(value)
    except ValueError:  # numpy makes no array of lists of different lengths
        return None
    return array if array.dtype.kind in kinds else None

"""Is what a learner returned small enough to be looked at? Asked before anything else walks through it.

A value may be quick to make and endless to walk through: a list that holds itself, or an array of shape
``(6,) * 22 + (0,)``, which has no numbers and more empty rows than anybody can count.
"""

import math
from collections import deque

import numpy as np

MOST = 10**5  # numbers, entries and characters of an answer
SETTINGS = 1000  # and of settings, with which something is computed
DEPTH = 50  # lists in lists
DIMENSIONS = 32  # of an array
DIGITS = 1000  # of a whole number


def excess(value, most=MOST):
    """What is too much about a value, as a sentence; "" if nothing is. No more than ``most`` is walked.

    What counts is the room on paper: an empty row is an entry too, what is there twice counts twice, and
    beside a long text every entry is as long, as it would be in an array.

    >>> excess([1.0, {"w": np.ones(3)}])
    ''
    >>> excess(np.zeros((6,) * 22 + (0,)))
    'it returns more than 100000 numbers, entries or characters: too much to be looked at'
    """
    try:
        return _excess(value, most)
    except Exception as error:  # what a learner returns may have methods that raise
        return f"it returns what cannot be looked at ({type(error).__name__})"


def _excess(value, most):
    entries, longest, waiting = 1, 1, [(value, 0)]
    while waiting:
        one, depth = waiting.pop()
        if depth > DEPTH:
            return f"it returns lists in lists, more than {DEPTH} deep: too deep to be looked at"
        if isinstance(one, np.ndarray) and one.ndim > DIMENSIONS:
            return f"it returns an array of more than {DIMENSIONS} dimensions"
        if isinstance(one, int) and int.bit_length(one) > DIGITS * math.log2(10):
            return f"it returns a whole number of more than {DIGITS} digits"
        entries, longest = entries + _entries(one), max(longest, _characters(one))
        if entries * longest > most:
            return f"it returns more than {most} numbers, entries or characters: too much to be looked at"
        waiting += [(part, depth + 1) for part in _parts(one) if not isinstance(part, float | None)]
    return ""


def _entries(one):
    """How many it holds; an array also its empty rows."""
    if isinstance(one, np.ndarray):
        return math.prod(max(1, length) for length in one.shape)
    if isinstance(one, range):
        return abs(one.stop - one.start) // abs(one.step)
    return len(one) if isinstance(one, list | tuple | dict | set | frozenset | deque) else 0


def _characters(one):
    """The length of a text, or of the entries of an array that is not one of numbers."""
    if isinstance(one, str | bytes | bytearray):
        return len(one)
    return one.dtype.itemsize if isinstance(one, np.ndarray | np.generic) and one.dtype.kind in "SUV" else 1


def _parts(one):
    if isinstance(one, dict):
        return [*one.keys(), *one.values()]
    if isinstance(one, np.ndarray | np.generic):
        return np.ravel(one).tolist() if one.dtype.hasobject else []
    return one if isinstance(one, list | tuple | set | frozenset | deque) else []

"""Is what came what was expected? If not, say what is different."""

import numpy as np

from course_lib.checks import words

OTHER = "that is not it"  # of the right form, with another value
SINGLE = 1e-5  # how close numbers of single precision come, against the largest of them


def difference(got, expected, rtol=1e-6, atol=1e-9, discreet=False):
    """What is wrong with ``got``, as the end of a sentence; "" if nothing is.

    ``discreet``: without what it is instead, and without the answer.

    >>> difference([1.0, 2.0], np.array([1.0, 2.0]))
    ''
    >>> difference(np.ones((1, 3)), np.ones(3))
    'its shape is (1, 3) and not (3,)'
    >>> difference(None, 1.0)
    'it returns nothing: is there a return?'
    """
    if got is None and expected is not None:
        return "it returns nothing: is there a return?"
    if isinstance(expected, tuple):
        return _of_tuples(got, expected, rtol, atol, discreet)
    if isinstance(expected, bool | np.bool_):
        if not isinstance(got, bool | np.bool_):
            return f"it returns {_kind(got)}; True or False is asked for"
        return "" if got == expected else OTHER
    if isinstance(expected, str):
        return _of_words(got, expected, discreet)
    return _of_numbers(got, np.asarray(expected), rtol, atol, discreet)


def far_out(got, expected, rtol=1e-6, atol=1e-9):
    """Where numbers of the right form first differ, if that is too far out to be shown; else "".

    >>> far_out(np.arange(20) ** 2, np.arange(20) * np.minimum(np.arange(20), 17))
    'the first that differs is [18]: 324; expected 306'
    """
    if isinstance(expected, tuple):
        told = [far_out(*pair, rtol, atol) for pair in zip(got, expected, strict=True)]
        return next((f"of value {place} {says}" for place, says in enumerate(told, 1) if says), "")
    if isinstance(expected, bool | np.bool_ | str) or np.shape(got) != np.shape(expected):
        return ""
    got, expected = np.asarray(got), np.asarray(expected)
    place = next(map(tuple, np.argwhere(~_close(got, expected, rtol, atol)).tolist()), ())
    if max(place, default=0) < words.MANY:
        return ""
    one, other = words.two(got[place], expected[place])
    return f"the first that differs is {list(place)}: {one}; expected {other}"


def precision(got):
    """What to know of numbers that keep fewer digits than Python's own, as the end of a sentence; else "".

    >>> precision(np.float32(0.1))
    ' (float32: single precision, which keeps 7 digits)'
    """
    if isinstance(got, tuple | list):
        return next(filter(None, map(precision, got)), "")
    kind = getattr(got, "dtype", None)
    return {
        np.dtype(np.float32): " (float32: single precision, which keeps 7 digits)",
        np.dtype(np.float16): " (float16: half precision, which keeps 3 digits)",
    }.get(kind, "")


def _of_words(got, expected, discreet):
    if not isinstance(got, str):
        return f"it returns {_kind(got)} and no word"
    if got != expected and got.strip().lower() == expected.lower():
        return "spell it as the task does" if discreet else f"spell it as the task does, {expected!r}"
    return "" if got == expected else OTHER


def _of_tuples(got, expected, rtol, atol, discreet):
    if not isinstance(got, tuple | list) and not (isinstance(got, np.ndarray) and got.ndim):
        return f"it returns {_kind(got)} and not {len(expected)} values"
    one_alone = isinstance(got, np.ndarray) and got.shape == np.shape(expected[0]) != ()
    if (one_alone or len(got) != len(expected)) and discreet:
        return f"it does not return {len(expected)} values"
    if one_alone:
        return f"it returns one array and not {len(expected)} values: is one missing after the comma?"
    if len(got) != len(expected):
        return f"it returns {len(got)} value{'s' * (len(got) != 1)} and not {len(expected)}"
    wrong = [difference(*pair, rtol, atol, discreet) for pair in zip(got, expected, strict=True)]
    faults = [f"value {place}: {words}" for place, words in enumerate(wrong, 1) if words]
    return "; ".join(faults)


def _of_numbers(got, expected, rtol, atol, discreet):
    try:
        got = np.asarray(got)
    except ValueError:
        return "its rows have different lengths"
    except Exception as error:  # what a learner returns may have methods that raise
        return f"it cannot be read as numbers ({type(error).__name__})"
    if got.dtype.kind not in "biuf":
        return f"it returns {_kind(got.item() if got.ndim == 0 else got)} and no number"
    if got.shape != expected.shape:
        return f"its shape is {'' if discreet else f'{got.shape} and '}not {expected.shape}"
    if np.isnan(got).any() and not np.isnan(expected).any():
        return "it is nan: not a number" if got.ndim == 0 else "it holds nan: not a number"
    return "" if _close(got, expected, rtol, atol).all() else OTHER


def _close(got, expected, rtol, atol):
    """Which numbers are near enough; nobody loses a point by computing in single precision."""
    if got.dtype == np.float32:
        largest = np.abs(expected[np.isfinite(expected)]).max(initial=0)
        rtol, atol = max(rtol, SINGLE), max(atol, SINGLE * largest)
    return np.isclose(got, expected, rtol, atol, equal_nan=True)


def _kind(value):
    """What sort of thing it is: "a list", "an int"."""
    name = "array" if isinstance(value, np.ndarray) else type(value).__name__
    return f"a{'n' if name[0] in 'aeiou' else ''} {name}"

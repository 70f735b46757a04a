"""Is what came what was expected? If not, say what is different."""

import numpy as np

OTHER = "that is not it"  # of the right form, with another value


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


def _of_words(got, expected, discreet):
    if not isinstance(got, str):
        return f"it returns {_kind(got)} and no word"
    if got != expected and got.strip().lower() == expected.lower():
        return "spell it as the task does" if discreet else f"spell it as the task does, {expected!r}"
    return "" if got == expected else OTHER


def _of_tuples(got, expected, rtol, atol, discreet):
    if not isinstance(got, tuple | list) and not (isinstance(got, np.ndarray) and got.ndim):
        return f"it returns {_kind(got)} and not {len(expected)} values"
    if len(got) != len(expected) and discreet:
        return f"it does not return {len(expected)} values"
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
    return "" if np.allclose(got, expected, rtol, atol, equal_nan=True) else OTHER


def _kind(value):
    """What sort of thing it is: "a list", "an int"."""
    name = "array" if isinstance(value, np.ndarray) else type(value).__name__
    return f"a{'n' if name[0] in 'aeiou' else ''} {name}"

"""Values and calls as feedback says them: short, and with digits enough to see a difference."""

import re

import numpy as np

MANY = 6  # entries of an array that are shown


def value(x, digits=6):
    """A value in a few words, whatever it is.

    >>> value(np.array([1.0, 1 / 3]))
    '[1, 0.333333]'
    """
    try:
        return _value(x, digits)
    except Exception as error:  # what a learner returns may have methods that raise
        return f"<{type(x).__name__}, which cannot be shown: {type(error).__name__}>"


def _value(x, digits):
    if isinstance(x, bool | np.bool_ | None):
        return str(x)
    if isinstance(x, int | float | np.number):
        return f"{float(x):.{digits}g}"
    if isinstance(x, np.ndarray) and x.ndim == 0:
        return value(x.item(), digits)
    if isinstance(x, np.ndarray | list | tuple):
        ends = "()" if isinstance(x, tuple) else "[]"
        shown = [value(entry, digits) for entry in list(x)[:MANY]]
        rest = ["..."] if len(x) > MANY else [""] if len(x) == 1 and ends == "()" else []
        return f"{ends[0]}{', '.join(shown + rest).rstrip(' ')}{ends[1]}"
    if isinstance(x, dict):
        return f"{{{', '.join(f'{key!r}: {value(entry, digits)}' for key, entry in x.items())}}}"
    if callable(x) and hasattr(x, "__name__"):
        return x.__name__
    return _short(repr(x))


def two(got, expected):
    """Both values, with as many digits as it takes to tell them apart."""
    pairs = ((value(got, digits), value(expected, digits)) for digits in (6, 9, 12, 17))
    return next((pair for pair in pairs if pair[0] != pair[1]), (value(got), value(expected)))


def call(name, arguments):
    """A call as one would read it aloud: sgd_step(w=1, g=2, lr=0.1)."""
    return f"{name}({', '.join(f'{key}={value(given)}' for key, given in arguments.items())})"


def points(earned, possible):
    """Points earned of those possible: "1 of 3 points", "1 of 1 point"."""
    return f"{earned:g} of {possible:g} point{'s' * (possible != 1)}"


def _short(text, width=80):
    text = re.sub(r" at 0x[0-9a-f]+", "", " ".join(text.split()))
    return text if len(text) <= width else f"{text[: width - 3]}..."

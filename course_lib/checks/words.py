"""Values and calls as feedback says them: short, and with digits enough to see a difference."""

import builtins
import re
from itertools import islice

import numpy as np

from course_lib.checks import bounds

MANY = 6  # entries of an array, a list or a dict that are shown
LEVELS = 3  # lists in lists that are shown
WIDTH = 80  # characters of anything else
ERRORS = {
    name for name, one in vars(builtins).items() if isinstance(one, type) and issubclass(one, Exception)
}


def value(x, digits=6, levels=LEVELS):
    """A value in a few words, whatever it is. No more of it is walked through than is shown.

    >>> value(np.array([1.0, 1 / 3]))
    '[1, 0.333333]'
    """
    try:
        return _value(x, digits, levels)
    except Exception as error:  # what a learner returns may have methods that raise
        return f"<{type(x).__name__}, which cannot be shown: {type(error).__name__}>"


def _value(x, digits, levels):
    if isinstance(x, bool | np.bool_ | None):
        return str(x)
    if isinstance(x, complex | np.complexfloating):
        return f"{complex(x):.{digits}g}"
    if isinstance(x, int | float | np.number):
        return f"{float(x):.{digits}g}"
    if isinstance(x, str | bytes):
        return _short(repr(x[:WIDTH]))
    if isinstance(x, np.ndarray) and x.ndim == 0:
        return value(x.item(), digits, levels)
    if isinstance(x, np.ndarray | list | tuple):
        ends = "()" if isinstance(x, tuple) else "[]"
        shown = [value(entry, digits, levels - 1) for entry in x[:MANY]] if levels else []
        rest = ["..."] if len(x) > len(shown) else [""] if len(x) == 1 and ends == "()" else []
        return f"{ends[0]}{', '.join(shown + rest).rstrip(' ')}{ends[1]}"
    if isinstance(x, dict):
        first = islice(x.items(), MANY if levels else 0)
        shown = [
            f"{value(key, digits, levels - 1)}: {value(entry, digits, levels - 1)}" for key, entry in first
        ]
        return f"{{{', '.join(shown + ['...'] * (len(x) > len(shown)))}}}"
    if callable(x) and hasattr(x, "__name__"):
        return x.__name__
    return _short(f"<{type(x).__name__}, too large to be shown>" if bounds.excess(x) else repr(x))


def two(got, expected):
    """Both values, with as many digits as it takes to tell them apart."""
    pairs = ((value(got, digits), value(expected, digits)) for digits in (6, 9, 12, 15, 17))
    return next((pair for pair in pairs if pair[0] != pair[1]), (value(got), value(expected)))


def call(name, arguments):
    """A call as one would read it aloud: sgd_step(w=1, g=2, lr=0.1)."""
    return f"{name}({', '.join(f'{key}={value(given)}' for key, given in arguments.items())})"


def outlined_call(name, arguments):
    """The same without the numbers: sgd_step(w=4 numbers, g=4 numbers, lr=a number)."""
    return f"{name}({', '.join(f'{key}={_outline(given)}' for key, given in arguments.items())})"


def _outline(x):
    if isinstance(x, np.ndarray) and x.ndim:
        return f"{' x '.join(map(str, x.shape))} numbers"
    if isinstance(x, list | tuple | dict):
        return f"{len(x)} values"
    if callable(x):
        return "a function"
    return "a word" if isinstance(x, str) else "a number"


def failure(sentence):
    """What kind of failure it is, without the words of whoever wrote the function."""
    name = sentence.partition(":")[0]
    return f"it raises {name}" if name in ERRORS else "there is no answer that can be read"


def points(earned, possible):
    """Points earned of those possible: "1 of 3 points", "1 of 1 point"."""
    return f"{earned:g} of {possible:g} point{'s' * (possible != 1)}"


def _short(text, width=WIDTH):
    text = re.sub(r" at 0x[0-9a-f]+", "", " ".join(text.split()))
    return text if len(text) <= width else f"{text[: width - 3]}..."

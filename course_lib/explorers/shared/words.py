"""Numbers as captions say them."""

import re
from math import ceil, log10


def number(x, digits=3):
    """Three digits, as one would say them: 0.05, 1.2e-6, 1,000."""
    if 999.5 <= abs(x) < 1e7:
        return f"{x:,.0f}"
    return re.sub(r"e([+-])0*", lambda match: "e-" if match[1] == "-" else "e", f"{x:.{digits}g}")


def factor(x, digits=3):
    """What an error is multiplied by: next to 1 and -1 with digits enough to tell it from them."""
    gap = abs(abs(x) - 1)
    return exact(round(x, max(6, ceil(-log10(gap))))) if 0 < gap < 5e-4 else number(x, digits)


def updates(count):
    """So many updates: "1 update", "1,000 updates"."""
    return f"{count:,} update{'s' * (count != 1)}"


def exact(x):
    """The number as it was set: 1.999 and not 2."""
    return re.sub(r"e-0*", "e-", f"{x:.10g}")


def listed(words):
    """Words in a row: "a", "a and b", "a, b and c"."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def settings(values, shown):
    """The settings that the learner can change, as they were set: "lr 0.1, nesterov on", "tests a and b"."""
    return ", ".join(f"{name} {_said(value)}" for name, value in values.items() if name in shown)


def verdict(what, settings="", place=""):
    """A caption's first sentence: "Zigzags and settles at lr 1.8 (parabola)."

    What happens comes first, then the settings that the learner can change, then where.
    """
    at = f" at {settings}" if settings else ""
    where = f" ({place})" if place else ""
    return f"{what[:1].upper()}{what[1:]}{at}{where}."


def beginning(start):
    """Where a run begins, for the place of a verdict.

    >>> beginning((1.25, -0.3333))
    'from 1.25, -0.333'
    """
    return f"from {', '.join(map(number, start))}"


def call(name, **settings):
    """A call as one would type it: SGD(lr=0.1, momentum=0.9)."""
    return f"{name}({', '.join(f'{key}={value!r}' for key, value in settings.items())})"


def _said(value):
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, list | tuple):  # of several that were chosen
        return listed(value) if value else "none"
    return value if isinstance(value, str) else exact(value)

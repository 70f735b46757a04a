"""Numbers as a hand types them: 0.5, 0,5, 1/8, 2/10, 1e-3, −2."""

import math
import re

from course_lib.base import validation

ACCEPTS = "a number, such as 0.5, 0,5, 1/8 or 1e-3"
MOST = 40  # characters
PART = r"[+-]?(?:\d+[.,]?\d*|[.,]\d+)(?:e[+-]?\d+)?"
TYPED = re.compile(rf"({PART})(?:\s*/\s*({PART}))?", re.IGNORECASE)
BETWEEN = re.compile(r"\band\b|;", re.IGNORECASE)  # several numbers
ENDLESS = {"inf", "infinity", "infinite", "∞", "for ever", "forever", "it grows for ever", "it explodes"}
THOUSANDS = re.compile(r"(?<![\d.,])[1-9]\d{0,2},\d{3}(?![\d,])")  # in English; elsewhere it is a fraction


def number(name, typed):
    """The number that was typed, or given as one; ValueError for anything else, and for what means two.

    >>> [number("answer", typed) for typed in ("0.5", "0,5", "1/8", "1e-3", "−2", 3)]
    [0.5, 0.5, 0.125, 0.001, -2.0, 3.0]
    >>> number("answer", "1,000")
    Traceback (most recent call last):
    ValueError: answer '1,000' may mean 1 or 1000: write 1.000 or 1000
    """
    if not isinstance(typed, str):
        return validation.number(name, typed, lambda x: True, ACCEPTS)
    plain = typed.strip().replace("−", "-")
    if THOUSANDS.search(plain):
        short, long = (f"{_value(plain.replace(',', mark)):g}" for mark in (".", ""))
        either = f"{plain.replace(',', '.')} or {plain.replace(',', '')}"
        raise ValueError(f"{name} {typed.strip()!r} may mean {short} or {long}: write {either}")
    value = _value(plain.replace(",", ".")) if len(plain) <= MOST else math.nan
    if not math.isfinite(value):
        raise ValueError(f"{name} must be {ACCEPTS}; got {validation.shorten(typed)}")
    return value


def shown(value):
    """A number that was given, as a question shows it: all its digits.

    >>> shown(0.5), shown(1e-6), shown(12504), shown(2.0)
    ('0.5', '1e-6', '12,504', '2')
    """
    return re.sub(r"e-0*", "e-", f"{value:,.10g}")


def number_or_inf(name, typed):
    """The same, where somebody may expect what has no end.

    >>> number_or_inf("answer", "for ever"), number_or_inf("answer", "1/8")
    (inf, 0.125)
    """
    if isinstance(typed, str) and typed.strip().lower() in ENDLESS:
        return math.inf
    return number(name, typed)


def numbers(name, typed, count):
    """So many numbers, with "and" or a semicolon between them: a tuple. ValueError as above.

    >>> numbers("answer", "-1.3 and 0,5", 2), numbers("answer", "1/8; 2", 2)
    ((-1.3, 0.5), (0.125, 2.0))
    """
    written = parts(typed)
    if len(written) != count:
        accepts = f'{count} numbers with "and" between them, such as {" and ".join(["0.5"] * count)}'
        raise ValueError(f"{name} must be {accepts}; got {validation.shorten(typed)}")
    return tuple(number(name, part) for part in written)


def parts(typed):
    """The numbers in what was typed, each as it was typed.

    >>> parts("-1.3 and 0,5"), parts(2)
    (['-1.3', '0,5'], ['2'])
    """
    return [part.strip() for part in BETWEEN.split(str(typed))]


def _value(text):
    """Its value; nan, where it has none."""
    match = TYPED.fullmatch(text)
    if match is None:
        return math.nan
    above, below = float(match[1]), float(match[2] or 1)
    return above / below if below else math.nan


def said(value, digits=3):
    """A number as a sentence says it, with three digits unless told.

    >>> said(1 / 3), said(690.7), said(-0.8), said(1.1**3, digits=4)
    ('0.333', '691', '-0.8', '1.331')
    """
    return f"{value:.{digits}g}" if abs(value) < 999.5 else f"{value:.0f}"


def digits(typed):
    """How many digits were typed that count.

    >>> digits("1.331"), digits("0,05"), digits("-2e-3")
    (4, 1, 1)
    """
    return len(re.sub(r"e.*|\D", "", str(typed), flags=re.IGNORECASE).lstrip("0"))

"""The pictures of a report: SVG within the page, in its colours, each with its numbers as a text."""

import math
import textwrap
from itertools import pairwise

from course_grader.reports.markup import element, joined

WIDTH, SIDE = 360, 10  # of a histogram, in its own units: a phone is as wide, a projector enlarges it
TOP, BASE = 46, 154  # the ends of its tallest bar
BINS = 10
NAME, HEADS, ROW = (
    70,
    32,
    32,
)  # of a calibration: the width of a row's name, the heights of the heads and a row
LARGEST = 13  # of its discs, the radius
WRAPPED = 8  # letters in a line of its heads


def steps(most):
    """The edges of at most 10 equal bins from 0 to ``most`` or beyond, at numbers that are easy to read.

    >>> steps(15)
    [0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0, 14.0, 16.0]
    """
    most = most or 1.0
    size = 10.0 ** math.floor(math.log10(most / BINS))
    width = next(size * factor for factor in (1, 2, 5, 10) if most <= BINS * size * factor)
    return [round(width * place, 10) for place in range(math.ceil(round(most / width, 9)) + 1)]


def counts(values, edges):
    """How many are in each bin. Each has its lower edge; the last one has its upper edge too."""
    return [
        sum(low <= value < high or (high == edges[-1] and value >= high) for value in values)
        for low, high in pairwise(edges)
    ]


def histogram(values, most, median):
    """How many have how many points."""
    edges = steps(most)
    found = list(zip(counts(values, edges), pairwise(edges), strict=True))
    tallest = max(number for number, _ in found)

    def at(points):
        return SIDE + (WIDTH - 2 * SIDE) * points / edges[-1]

    parts = [_line(at(0), at(edges[-1]), BASE, BASE, "axis")]
    for number, (low, high) in found:
        tall = (BASE - TOP) * number / tallest
        parts.append(_rectangle(at(low) + 1, BASE - tall, at(high) - at(low) - 2, tall))
        if number:
            parts.append(_label(number, at((low + high) / 2), BASE - tall - 4))
    parts += [_label(f"{edge:g}", at(edge), BASE + 14) for edge in edges]
    parts.append(_label("points", WIDTH / 2, BASE + 28))
    parts.append(_line(at(median), at(median), TOP - 28, TOP - 16, "median"))
    parts.append(_label(f"median {median:g}", min(max(at(median), 3 * SIDE), WIDTH - 3 * SIDE), TOP - 32))
    in_words = "; ".join(f"{number} from {low:g} to {high:g}" for number, (low, high) in found)
    return _picture(f"Students by points: {in_words}. The median is {median:g}.", WIDTH, BASE + 32, parts)


def calibration(rows, columns, right):
    """How many expected what, in (label, Counter) rows: a disc in each of ``columns``; one is right."""
    wide = (WIDTH - NAME) / len(columns)
    most = max((max(counted.values(), default=0) for _, counted in rows), default=0)
    parts = []
    for place, column in enumerate(columns):
        for line, words in enumerate(textwrap.wrap(column, WRAPPED)):
            parts.append(_label(words, NAME + wide * (place + 0.5), 12 * (line + 1)))
    for row, (label, counted) in enumerate(rows):
        y = HEADS + ROW * (row + 0.5)
        parts += [_line(0, WIDTH, y - ROW / 2, y - ROW / 2, "axis"), _label(label, NAME / 2, y + 4)]
        for place, column in enumerate(columns):
            if many := counted[column]:
                x, size = NAME + wide * (place + 0.4), LARGEST * math.sqrt(many / most)
                parts += [_disc(x, y, size, "good" if column == right else None)]
                parts += [_label(many, x + LARGEST + 8, y + 4)]
    in_words = "; ".join(
        f"{label}: {', '.join(f'{counted[column]} {column}' for column in columns if counted[column])}"
        for label, counted in rows
    )
    return _picture(f"What they expected: {in_words}.", WIDTH, HEADS + ROW * len(rows), parts)


def bar(share, in_words):
    """A bar for a share from 0 to 1."""
    parts = [_rectangle(0, 0, 100, 10, "ground"), _rectangle(0, 0, 100 * min(1.0, max(0.0, share)), 10)]
    return _picture(in_words, 100, 10, parts, class_="bar", preserveAspectRatio="none")


def _rectangle(x, y, width, height, kind=None):
    return element("rect", x=_round(x), y=_round(y), width=_round(width), height=_round(height), class_=kind)


def _disc(x, y, radius, kind):
    return element("circle", cx=_round(x), cy=_round(y), r=_round(radius), class_=kind)


def _line(x1, x2, y1, y2, kind):
    return element("line", x1=_round(x1), x2=_round(x2), y1=_round(y1), y2=_round(y2), class_=kind)


def _label(words, x, y):
    return element("text", words, x=_round(x), y=_round(y))


def _round(length):
    return f"{length:.2f}".rstrip("0").rstrip(".")


def _picture(in_words, width, height, parts, **attributes):
    return element(
        "svg",
        element("title", in_words),
        joined(parts),
        role="img",
        viewBox=f"0 0 {width} {height}",
        **attributes,
    )

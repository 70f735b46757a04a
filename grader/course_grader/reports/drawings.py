"""The pictures of a report: SVG within the page, in its colours, each with its numbers as a text."""

import math
from itertools import pairwise

from course_grader.reports.markup import element, joined

WIDTH, HEIGHT = 360, 170  # of a histogram, in its own units: a phone is as wide, a projector enlarges it
LEFT, BOTTOM, TOP = 28, 34, 14
BINS = 10


def steps(most):
    """The edges of at most 10 equal bins from 0 to ``most`` or beyond, at numbers that are easy to read.

    >>> steps(15)
    [0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0, 14.0, 16.0]
    """
    size = 10.0 ** math.floor(math.log10(most / BINS)) if most > 0 else 1.0
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
    found = counts(values, edges)
    scale = (WIDTH - LEFT - 8) / edges[-1]
    tallest = max([*found, 1])
    base = HEIGHT - BOTTOM

    def at(points):
        return round(LEFT + scale * points, 2)

    parts = [element("line", x1=LEFT, x2=WIDTH - 8, y1=base, y2=base, class_="axis")]
    for number, (low, high) in zip(found, pairwise(edges), strict=True):
        tall = (base - TOP - 14) * number / tallest
        wide = at(high) - at(low) - 2
        parts.append(
            element(
                "rect", x=at(low) + 1, y=round(base - tall, 2), width=round(wide, 2), height=round(tall, 2)
            )
        )
        if number:
            middle = (at(low) + at(high)) / 2
            parts.append(_label(number, middle, base - tall - 4))
    parts += [_label(f"{edge:g}", at(edge), base + 14) for edge in edges]
    parts.append(_label("points", (LEFT + WIDTH) / 2, HEIGHT - 4))
    parts.append(element("line", x1=at(median), x2=at(median), y1=TOP - 10, y2=base, class_="median"))
    in_words = "; ".join(
        f"{number} from {low:g} to {high:g}"
        for number, (low, high) in zip(found, pairwise(edges), strict=True)
    )
    return _picture(f"Students by points: {in_words}. The median is {median:g}.", WIDTH, HEIGHT, parts)


def bar(share, in_words):
    """A bar for a share from 0 to 1."""
    wide = round(100 * min(1.0, max(0.0, share)), 1)
    parts = [
        element("rect", width=100, height=10, class_="ground"),
        element("rect", width=wide, height=10),
    ]
    return _picture(in_words, 100, 10, parts, class_="bar", preserveAspectRatio="none")


def _label(words, x, y):
    return element("text", words, x=round(x, 2), y=round(y, 2))


def _picture(in_words, width, height, parts, **attributes):
    return element(
        "svg",
        element("title", in_words),
        joined(parts),
        role="img",
        viewBox=f"0 0 {width} {height}",
        **attributes,
    )

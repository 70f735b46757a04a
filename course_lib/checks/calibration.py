"""What a learner expected against what happened, over the course."""

from dataclasses import dataclass

import numpy as np

from course_lib.base.naming import lesson_number

FAR = 2  # powers of ten: what was further off counts as this
ELSE = -FAR - 1  # a wrong choice, or a wrong place in the plane, which are off by no factor


@dataclass(frozen=True)
class Point:
    """What was ``expected`` and what ``happened``, in words, and how far ``off`` that is in the picture."""

    lesson: str
    happened: str
    expected: str
    right: bool
    off: float

    @property
    def place(self):
        """The lesson, by its number; 0 is the start page."""
        number = lesson_number(self.lesson)
        return "the start" if number == "0" else f"lesson {number}"


def points(answered):
    """The Point of each prediction and review: pairs of a question and its answer, as ``kept`` has them."""
    return [_point(question, answer) for question, answer in answered]


def _point(question, answer):
    happened, expected = question.right(answer.numbers), question.read(answer.said)
    if question.options or np.ndim(happened):
        off = 0.0 if answer.right else ELSE
    else:
        off = float(_powers_of_ten(expected, happened))
    return Point(question.lesson, question.words(happened), question.words(expected), answer.right, off)


def _powers_of_ten(expected, happened):
    """By how many powers of ten the size was off."""
    if not expected or not happened:
        return 0.0 if expected == happened else np.copysign(FAR, abs(expected) - abs(happened))
    return np.clip(np.log10(abs(expected / happened)), -FAR, FAR)


def in_words(points):
    """The same in words."""
    listed = "; ".join(
        f"{point.place}: expected {point.expected}, it was {point.happened}" for point in points
    )
    right = sum(point.right for point in points)
    return f"Of what you predicted {right} of {len(points)} were right. {listed}."

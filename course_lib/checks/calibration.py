"""What a learner expected against what happened, over the course."""

import io

import matplotlib
import numpy as np
from matplotlib.figure import Figure

from course_lib import plots
from course_lib.base import typed
from course_lib.base.naming import lesson_number

INCHES, ROW = 8.0, 0.34  # the picture's width, and the height of a prediction
WIDTH = 720  # on the page, in pixels
MOST = 40  # predictions in the picture, the last ones
FAR = 2  # powers of ten: what was further off is drawn there


def points(answered):
    """(lesson, what happened, what was expected, right) for each number that was predicted or reviewed."""
    return [
        (question.lesson, question.right(answer.numbers), question.read(answer.said), answer.right)
        for question, answer in answered
        if not question.options
    ]


def picture(points):
    """The points as a PNG, a row each: on the line in the middle lies what came as it was expected."""
    rows = points[-MOST:]
    with matplotlib.rc_context(plots.STYLE):
        figure = Figure((INCHES, 1.2 + ROW * len(rows)), dpi=150, layout="constrained")
        axes = figure.subplots()
        axes.axvline(0, color=plots.FAINT, lw=1, zorder=1)
        for row, (_, happened, expected, right) in enumerate(rows):
            color, marker = (plots.BLUE, "o") if right else (plots.VERMILION, "X")
            off = _powers_of_ten(expected, happened)
            axes.plot(off, row, marker, color=color, ms=8, mec="white")
            text = f"{typed.said(expected)} for {typed.said(happened)}"
            beside = {"xytext": (9, 0), "textcoords": "offset points", "va": "center", "fontsize": 11}
            axes.annotate(text, (off, row), color=color, **beside)
        axes.set(xlim=(-FAR - 0.2, FAR + 1.2), ylim=(len(rows) - 0.5, -0.5))
        axes.set_title("What you expected, for what happened")
        axes.set_xticks(range(-FAR, FAR + 1), ["a 100th", "a tenth", "as it came", "10 times", "100 times"])
        axes.set_yticks(range(len(rows)), [f"lesson {lesson_number(lesson)}" for lesson, *_ in rows])
        axes.tick_params(length=0)
        buffer = io.BytesIO()
        figure.savefig(buffer)
    return buffer.getvalue()


def _powers_of_ten(expected, happened):
    """By how many powers of ten the size was off."""
    if not expected or not happened:
        return 0.0 if expected == happened else np.copysign(FAR, abs(expected) - abs(happened))
    return np.clip(np.log10(abs(expected / happened)), -FAR, FAR)


def in_words(points):
    """The same in words."""
    listed = "; ".join(
        f"lesson {lesson_number(lesson)}: expected {typed.said(expected)}, it was {typed.said(happened)}"
        for lesson, happened, expected, _ in points
    )
    right = sum(was for *_, was in points)
    return f"Of the numbers that you predicted {right} of {len(points)} were right. {listed}."

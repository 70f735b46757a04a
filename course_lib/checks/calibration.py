"""What a learner expected against what happened, over the course."""

import io
from dataclasses import dataclass

import matplotlib
import numpy as np
from matplotlib.figure import Figure

from course_lib import plots

INCHES, ROW = 8.0, 0.34  # the picture's width, and the height of a prediction
WIDTH = 720  # on the page, in pixels
MOST = 40  # predictions in the picture, the last ones
FAR = 2  # powers of ten: what was further off is drawn there
ELSE = -FAR - 1  # a wrong choice, or a wrong place in the plane, which are off by no factor
TICKS = {-2: "a 100th", -1: "a tenth", 0: "as it came", 1: "10 times", 2: "100 times"}


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
        """The lesson's number, by which it is called."""
        return f"lesson {int(self.lesson[:2])}"


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


def picture(points):
    """The points as a PNG, a row each: on the line in the middle lies what came as it was expected."""
    rows = points[-MOST:]
    ticks = ({ELSE: "another"} if any(row.off == ELSE for row in rows) else {}) | TICKS
    with matplotlib.rc_context(plots.STYLE):
        figure = Figure((INCHES, 1.2 + ROW * len(rows)), dpi=150, layout="constrained")
        axes = figure.subplots()
        axes.axvline(0, color=plots.FAINT, lw=1, zorder=1)
        for height, row in enumerate(rows):
            color, marker = (plots.BLUE, "o") if row.right else (plots.VERMILION, "X")
            axes.plot(row.off, height, marker, color=color, ms=8, mec="white")
            text = row.happened if row.expected == row.happened else f"{row.expected} for {row.happened}"
            beside = {"xytext": (9, 0), "textcoords": "offset points", "va": "center", "fontsize": 11}
            paper = {"facecolor": "white", "linewidth": 0, "pad": 1}  # over the line in the middle
            axes.annotate(text, (row.off, height), color=color, bbox=paper, **beside)
        axes.set(xlim=(min(ticks) - 0.2, FAR + 1.2), ylim=(len(rows) - 0.5, -0.5))
        axes.set_title("What you expected, for what happened")
        axes.set_xticks([*ticks], [*ticks.values()])
        axes.set_yticks(range(len(rows)), [row.place for row in rows])
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
        f"{point.place}: expected {point.expected}, it was {point.happened}" for point in points
    )
    right = sum(point.right for point in points)
    return f"Of what you predicted {right} of {len(points)} were right. {listed}."

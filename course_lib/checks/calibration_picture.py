"""The picture of what a learner expected against what happened."""

import matplotlib
from matplotlib.figure import Figure

from course_lib import plots
from course_lib.checks.calibration import ELSE, FAR

INCHES, ROW = 8.0, 0.34  # its width, and the height of a prediction
WIDTH = 720  # on the page, in pixels
MOST = 40  # predictions in it, the last ones
TICKS = {-2: "a 100th", -1: "a tenth", 0: "as it came", 1: "10 times", 2: "100 times"}


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
        return plots.png(figure)

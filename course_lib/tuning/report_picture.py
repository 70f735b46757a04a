"""A report as a picture: range tests, the trials, and the predicted floor over the measured one."""

from itertools import cycle
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from course_lib import plots

LOOKS: Any = [(plots.BLUE, "o-"), (plots.ORANGE, "s--"), (plots.GREEN, "^-."), (plots.VERMILION, "d:")]


def drawn(report):
    """A matplotlib Figure of a Report."""
    panels: Any = [_tried]
    if report.ranges:
        panels.insert(0, _ranges)
    if report.floors:
        panels.append(_floors)
    with mpl.rc_context(plots.STYLE):
        figure = Figure((5.2 * len(panels), 4), dpi=100, layout="constrained")
        places = figure.subplots(1, len(panels), squeeze=False)[0]
        for axes, draw in zip(places, panels, strict=True):
            axes.set(xscale="log", xlabel="learning rate")
            draw(report, axes)
    return figure


def _ranges(report, axes):
    for (line, test), (color, _) in zip(report.ranges.items(), cycle(LOOKS), strict=False):
        axes.plot(test.rates, test.losses, color=color, lw=0.7, alpha=0.5)
        axes.plot(test.rates, test.smooth, color=color, lw=2.5, label=line)
    highest = max(test.losses[0] for test in report.ranges.values())
    axes.set(title="Range tests", ylabel="loss of a batch", ylim=(0, 1.3 * highest))
    axes.legend(frameon=False)


def _tried(report, axes):
    for line, (color, look) in zip(
        report.comparison.lines, LOOKS * len(report.comparison.lines), strict=False
    ):
        trials = sorted(t for t in report.comparison.tried if t.line == line)
        axes.plot([t.lr for t in trials], [t.loss for t in trials], look, color=color, label=line)
        ends = report.comparison.ends(line)
        axes.plot(np.full(len(ends), report.comparison.chosen(line).lr), ends, "_", color=color, ms=16, mew=2)
    _draw_levels(axes, [trial.loss for trial in (*report.comparison.tried, *report.comparison.final)])
    axes.set(title="Last losses; strokes: on test, by seed", ylabel="loss")
    axes.legend(frameon=False)


def _floors(report, axes):
    rates, predicted, measured = report.floors
    axes.plot(rates, measured, "o", color=plots.ORANGE, ms=9, label="measured")
    axes.plot(rates, predicted, "--", color=plots.BLACK, label="predicted")
    _draw_levels(axes, [*predicted, *measured])
    axes.set_xticks(rates, [f"{rate:.2g}" for rate in rates])
    axes.minorticks_off()
    axes.set(title="Noise floor", ylabel="loss above the bottom")
    axes.legend(frameon=False)


def _draw_levels(axes, values):
    """A y axis by powers of ten, on which levels between them have their names too."""
    there = [value for value in values if np.isfinite(value) and value > 0]
    if not there:
        return
    first, last = (round(np.log10(edge)) for edge in (min(there), max(there)))
    digits = (1, 2, 5) if last - first < 3 else (1,)
    levels = [digit * 10.0**power for power in range(first - 1, last + 1) for digit in digits]
    axes.set_yscale("log")
    axes.set_yticks([level for level in levels if min(there) / 2 <= level <= 2 * max(there)])
    axes.set_yticklabels([f"{level:g}" for level in axes.get_yticks()])
    axes.minorticks_off()

"""Checking a slope by finite differences: h can be too large, and it can be too small."""

from functools import lru_cache
from typing import Any, ClassVar

import numpy as np

from course_lib import differences, losses, plots
from course_lib.explorers.live.controls import Choice, Slider
from course_lib.explorers.live.engine import Explorer, Frame
from course_lib.explorers.shared import ends, words

LOSSES: dict[str, Any] = {
    "poisson": losses.Poisson(),
    "mse": losses.MeanSquaredError(),
    "msle": losses.MeanSquaredLogarithmicError(),
    "log_cosh": losses.LogCosh(),
}
PRECISIONS: dict[str, Any] = {"float64": np.float64, "float32": np.float32}
TRUTH, POINT = 2.0, 0.7  # the one point of the right plot
NEARBY = np.linspace(-2, 2, 401)  # around it, in units of h
STEPS = np.geomspace(1e-15, 1e-1, 141)
LOWEST = 1e-16  # error that is drawn
ERRORS, CHANGES = (LOWEST, 10), (-3, 3)  # the heights of the two plots
BESIDE = 0.1  # of h, from a line's end to its name
GOAL = 1e-10
PLAIN = {"loss": "poisson", "precision": "float64"}


class GradientCheck(Explorer):
    """How far finite differences are off: too large an h sees the curve's bend, too small a one noise.

    >>> figure = GradientCheck()
    >>> print(figure.set(h=1e-3))
    The curve's bend rules at h 0.001, loss poisson, precision float64. Of 1,000 slopes, the
    median relative error is 0.00056 by forward differences and 1.6e-7 by central ones. Take a
    smaller h.
    """

    title = "Checking a gradient by finite differences"
    heard = ""  # its line called "loss" is no run
    goal = f"a relative error below {GOAL:g} with central differences, and not on mse's parabola."
    controls: ClassVar = {
        "h": Slider(1e-12, low=1e-15, high=0.1, log=True),
        "loss": Choice("poisson", tuple(LOSSES)),
        "precision": Choice("float64", tuple(PRECISIONS)),
    }
    presets: ClassVar = {
        "Nearly lost": PLAIN | {"h": 1e-15},
        "Noise": PLAIN | {"h": 1e-12},
        "Best for forward": PLAIN | {"h": 1e-8},
        "Too large": PLAIN | {"h": 0.1},
        "Exact on a parabola": PLAIN | {"h": 0.1, "loss": "mse"},
        "In float32": PLAIN | {"h": 5e-3, "precision": "float32"},
    }

    def frame(self, *, h, loss, precision):
        forward, central = errors(loss, precision, [h])[:, 0]
        return Frame(
            {
                **_error_lines(loss, precision),
                "forward here": ([h], [max(forward, LOWEST)]),
                "central here": ([h], [max(central, LOWEST)]),
                **_close_up(loss, precision, h),
            },
            self._words(forward, central, h=h, loss=loss, precision=precision),
            _why(loss, precision, h, central),
            still=precision,
            reached=central < GOAL and loss != "mse",
            facts={"forward": forward, "central": central},
        )

    def draw(self, figure, frame):
        left, right = figure.subplots(1, 2, width_ratios=[1.2, 1])
        _draw_error_axes(left, np.finfo(PRECISIONS[frame.still]).eps)
        _draw_close_up_axes(right)
        self.pick(left, x="h")
        forward, central = {"color": plots.ORANGE}, {"color": plots.BLUE}
        return {
            "forward": plots.empty_line(left, "--", **forward),
            "central": plots.empty_line(left, "-", **central),
            "forward name": plots.end_name(left, **forward),
            "central name": plots.end_name(left, **central),
            "forward here": plots.empty_line(left, "s", **forward, mec="white", ms=12),
            "central here": plots.empty_line(left, "o", **central, mec="white", ms=9),
            "loss": plots.empty_line(right, color=plots.VERMILION, lw=3, zorder=3),
            "forward line": plots.empty_line(right, "--", **forward),
            "central line": plots.empty_line(right, "-", **central),
            "points": plots.empty_line(right, "o", color=plots.VERMILION, mec="white", ms=10, zorder=4),
            "loss near": plots.end_name(right, plots.VERMILION),
            "forward near": plots.end_name(right, **forward),
            "central near": plots.end_name(right, **central),
            "true slope near": plots.end_name(right, plots.QUIET),
        }

    def python(self, *, h, loss, precision):
        loss = f"losses.{LOSSES[loss]!r}"
        after, before = (f"{loss}([{TRUTH}], {precision}([{POINT} {sign} {h!r}]))" for sign in "+-")
        return (
            f"from numpy import {precision}; from course_lib import losses\n"
            f"({after} - {before}) / (2 * {h!r}) / {loss}.gradient([{TRUTH}], [{POINT}]) - 1"
        )

    def _words(self, forward, central, **values):
        # Two digits, because the noise in the third differs from machine to machine.
        of_forward, of_central = (words.number(float(f"{error:.1e}")) for error in (forward, central))
        rules, advice = _judge(**values, central=central)
        verdict = words.verdict(rules, words.settings(values, self.shown))
        return (
            f"{verdict} Of 1,000 slopes, the median relative error is {of_forward} by forward differences "
            f"and {of_central} by central ones. {advice}"
        )


def errors(loss, precision, h):
    """The median relative error of forward and of central differences for each h, shape (2, len(h))."""
    return differences.errors(LOSSES[loss], h, PRECISIONS[precision])


@lru_cache
def _error_curves(loss, precision):
    return errors(loss, precision, STEPS)


def _error_lines(loss, precision):
    """The error against h by both differences, and their names at the lines' ends."""
    curves = np.maximum(_error_curves(loss, precision), LOWEST)
    lines = {name: (STEPS, curve) for name, curve in zip(["forward", "central"], curves, strict=True)}
    names = ends.labels(lines, ERRORS, log=True, beyond=BESIDE)
    return lines | {f"{name} name": place for name, place in names.items()}


def _close_up(loss, precision, h):
    """The loss around one point and the two lines whose slopes are the differences; the true slope is 1."""
    loss, kind = LOSSES[loss], PRECISIONS[precision]
    around, here = (differences.value(loss, TRUTH, x, kind) for x in (POINT + NEARBY * h, POINT))
    change = around - here
    change /= h * loss.slope(TRUTH, POINT)
    behind, here, ahead = points = change[[100, 200, 300]]  # at -1, 0 and 1
    edges = NEARBY[[0, -1]]
    lines = {
        "loss": (NEARBY, change),
        "forward": (edges, (ahead - here) * edges),
        "central": (edges, (ahead + behind + (ahead - behind) * edges) / 2),
    }
    names = ends.labels(lines | {"true slope": (edges, edges)}, CHANGES, beyond=0.08)
    return {
        "loss": lines["loss"],
        "forward line": lines["forward"],
        "central line": lines["central"],
        "points": ([-1, 0, 1], points),
        **{f"{name} near": place for name, place in names.items()},
    }


def _judge(loss, precision, h, central):
    """What rules the error, and which h to take instead."""
    curve = _error_curves(loss, precision)[1]
    if central == 1:
        return "all is lost in rounding", "Take a larger h."
    if h < STEPS[curve.argmin()] and central > 2 * curve.min():
        return "rounding rules", "Take a larger h."
    if loss == "mse":
        return "only rounding is left", "Here h may be large."
    if central < 2 * curve.min():
        return "rounding and the bend are in balance", "That is near the best h for central differences."
    return "the curve's bend rules", "Take a smaller h."


def _why(loss, precision, h, central):
    eps = np.finfo(PRECISIONS[precision]).eps
    if central == 1:
        return f"Most often {precision} cannot tell the losses on the two sides apart."
    rounding = (
        f"The loss is rounded by about eps = {words.number(eps)} of its size, and "
        f"dividing by h makes that eps/h = {words.number(eps / h)}."
    )
    if loss == "mse":
        return f"On a parabola central differences have no error but rounding. {rounding}"
    return f"{rounding} The curve's bend makes forward differences err by about h, central ones by h²."


def _draw_error_axes(axes, eps):
    """Axes for the error against h, with what theory says about it."""
    for name, first, power in [("h ", 1e-9, 1), ("h² ", 1e-6, 2)]:
        span = np.array([first, STEPS[-1]])
        axes.plot(span, span**power, ":", color=plots.QUIET, lw=1.2)
        axes.text(first, first**power, name, ha="right", va="center", color=plots.QUIET)
    axes.plot(STEPS, eps / STEPS, ":", color=plots.QUIET, lw=1.2)
    axes.text(eps**0.6, eps**0.4, "eps/h", ha="right", va="top", color=plots.QUIET)
    axes.set(xscale="log", yscale="log", xlim=(5e-16, 300), ylim=ERRORS)  # with room for names at the right
    axes.set(xlabel="h", title="Median relative error", xticks=[1e-15, 1e-12, 1e-9, 1e-6, 1e-3])
    axes.spines["bottom"].set_bounds(5e-16, 0.2)
    axes.set_yticks([1e-16, 1e-12, 1e-8, 1e-4, 1])
    axes.minorticks_off()


def _draw_close_up_axes(axes):
    low, high = NEARBY[[0, -1]]
    axes.plot([low, high], [low, high], ":", color=plots.QUIET)
    axes.set(xlim=(low, 1.9 * high), ylim=CHANGES, xticks=[-2, -1, 0, 1, 2], yticks=[-2, 0, 2])
    axes.set(xlabel="distance / h", ylabel="change / (h × slope)", title="The loss near one point")
    axes.spines["bottom"].set_bounds(low, high)

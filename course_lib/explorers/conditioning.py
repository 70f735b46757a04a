"""Conditioning: one rate for two directions, one steep and one flat."""

from typing import ClassVar

import numpy as np

from course_lib import plots, surfaces, training
from course_lib.explorers.live import artists
from course_lib.explorers.live.controls import Point, Slider
from course_lib.explorers.live.engine import Explorer, Frame
from course_lib.explorers.shared import ends, words
from course_lib.explorers.shared.words import number
from course_lib.optimizers import SGD

UPDATES = 60
START = (-1.6, 0.8)  # along the ravine and across it, at every angle
HALF_WIDTHS = 1.6 / 2 ** (np.arange(8) / 2)  # each contour has half the loss of the one around it
TINY = 1e-12  # an error below this is rounding
SHOWN = 1e-4, 1e4  # of the errors
GOAL = 0.005


class Conditioning(Explorer):
    """Descent in a ravine, seen along it and across it: the rate that suits one direction starves the other.

    >>> figure = Conditioning()
    >>> print(figure.set(lr=1.9))
    Zigzags across the ravine and crawls along it at lr 1.9, condition 20, angle 0. 60 updates
    leave an error of 0.00144 across and of 0.00401 along.
    >>> print(figure.why)  # doctest: +NORMALIZE_WHITESPACE
    Each update multiplies the error across by 1 - lr = -0.9, and the error along by 1 - lr/condition = 0.905.
    The best rate, 2/(1 + 1/condition) = 1.9, keeps (condition - 1)/(condition + 1) = 0.905 of both.
    """

    title = "Conditioning: one rate for a steep and a flat direction"
    heard = "error along"
    goal = (
        f"at condition 20 or more, both errors below {GOAL} after {UPDATES} updates, "
        "from the figure's own start."
    )
    controls: ClassVar = {
        "lr": Slider(0.5, low=0, high=2.2),
        "condition": Slider(20.0, low=1, high=100, log=True),
        "angle": Slider(0.0, low=0, high=90, step=1, label="angle (degrees)"),
        "start": Point(low=-2, high=2),
    }
    presets: ClassVar = {
        "Across in one step": {"lr": 1.0, "condition": 20.0},
        "A little too fast": {"lr": 1.98, "condition": 20.0},
        "Diverge": {"lr": 2.05, "condition": 20.0},
        "A round bowl": {"lr": 0.5, "condition": 1.0},
        "A long ravine": {"lr": 1.98, "condition": 100.0},
        "Turned": {"lr": 1.0, "condition": 20.0, "angle": 30.0},
    }

    says: ClassVar = {"error along": "along", "error across": "across"}

    def frame(self, *, lr, condition, angle, start):
        ravine = surfaces.Ravine(condition, angle)
        run = training.run(ravine, SGD(lr=lr), _w0(start, angle), UPDATES)
        points, _ = plots.drawable(run)
        errors = np.abs(plots.turned(points.T, -angle))
        contours = plots.ravine_ellipses(ravine, HALF_WIDTHS)
        updates = np.arange(UPDATES + 1)
        along, across = np.where(errors < TINY, 0.0, errors)
        settings = words.settings({"lr": lr, "condition": condition, "angle": angle}, self.shown)
        place = words.beginning(start) if start and "start" in self.shown else ""
        return Frame(
            {
                **{f"contour {k}": contour for k, contour in enumerate(contours)},
                "along": plots.turned([[-9, 9], [0, 0]], angle),
                "across": plots.turned([[0, 0], [-9, 9]], angle),
                "path": points.T,
                "last": points[-1:].T,
                "steps": plots.gradient_steps(run, len(points) - 1).T,
                "error along": (updates, along),
                "error across": (updates, across),
                **_names({"along": along, "across": across}),
            },
            f"{words.verdict(_manner(lr, condition, errors[:, 0]), settings, place)} {_left(errors[:, -1])}",
            f"{_why(lr, condition)}{_about_angle(angle if start is None else 0)}",
            reached=condition >= 20 and errors[:, -1].max() < GOAL and start is None,
            grows={"path": 0, "last": "path", "steps": "path", "error along": 0, "error across": 0},
            facts=run,
        )

    def draw(self, figure, frame):
        left, right = figure.subplots(1, 2)
        left.set(xlim=(-2, 2), ylim=(-2, 2), xticks=range(-2, 3), yticks=range(-2, 3), aspect="equal")
        left.set(xlabel="first weight", ylabel="second weight", title="The path of the weights")
        left.plot(0, 0, "*", color=plots.ORANGE, mec=plots.BLACK, ms=16)
        self.grip(left, "path", x="start", y="start")
        plots.draw_loss_axes(right, UPDATES, *SHOWN)
        right.set(title="Distance from the minimum", yticks=10.0 ** np.arange(-4, 5, 2))
        right.set(xlim=(-1, 1.25 * UPDATES), xticks=range(0, UPDATES + 1, 20))  # with room for the names
        right.minorticks_off()
        contours = [plots.empty_line(left, color="0.7", lw=1, zorder=1) for _ in HALF_WIDTHS]
        along, across = {"color": plots.BLUE, "ls": "-"}, {"color": plots.GREEN, "ls": "--"}
        path, last = plots.path_line(left)
        return {
            **{f"contour {k}": contour for k, contour in enumerate(contours)},
            "along": plots.empty_line(left, **along, lw=1.5, zorder=1.5),
            "across": plots.empty_line(left, **across, lw=1.5, zorder=1.5),
            "path": path,
            "last": last,
            "steps": artists.steps_line(left, momentum=False),
            "error along": plots.empty_line(right, **along, lw=3),
            "error across": plots.empty_line(right, **across, lw=3),
            "along name": plots.end_name(right, along["color"]),
            "across name": plots.end_name(right, across["color"]),
        }

    def python(self, *, lr, condition, angle, start):
        w0 = np.asarray(_w0(start, angle)).tolist()
        return (
            "from course_lib import optimizers, surfaces, training\n"
            f"training.run(surfaces.Ravine({condition!r}, {angle!r}), optimizers.SGD({lr!r}), w0={w0}, "
            f"steps={UPDATES}).path"
        )


def _w0(start, angle):
    """The chosen start, or else the one that is at the same place of the ravine at every angle."""
    return plots.turned(START, angle) if start is None else start


def _names(errors):
    """Where each line's name stands: at the line's end, or where it leaves the picture."""
    low, high = SHOWN
    lines = {}
    for name, error in errors.items():
        error = np.maximum(error, TINY)  # as an axis of powers of ten has no 0
        inside = np.logical_and.accumulate((low <= error) & (error <= high))
        count = inside.sum() + inside[0]
        lines[name] = np.arange(len(error))[:count], error[:count]
    placed = ends.labels(lines, (2 * low, high / 2), log=True, beyond=1.5)
    return {f"{name} name": place for name, place in placed.items()}


def _left(errors):
    along, across = (number(0.0 if error < TINY else error) for error in errors)
    return f"{UPDATES} updates leave an error of {across} across and of {along} along."


def _why(lr, condition):
    best, kept = 2 / (1 + 1 / condition), (condition - 1) / (condition + 1)
    each_along, each_across = words.factor(1 - lr / condition), words.factor(1 - lr)
    return (
        f"{_about_limit(lr)}"
        f"Each update multiplies the error across by 1 - lr = {each_across}, "
        f"and the error along by 1 - lr/condition = {each_along}. "
        f"The best rate, 2/(1 + 1/condition) = {number(best)}, "
        f"keeps (condition - 1)/(condition + 1) = {number(kept)} of both."
    )


def _about_limit(lr):
    if lr < 2:
        return ""
    return f"Across the ravine lr is {'exactly' if lr == 2 else 'over'} the limit 2/curvature = 2. "


def _manner(lr, condition, errors):
    """What happens in each direction in which there is an error at first."""
    factors = 1 - lr / condition, 1 - lr
    along, across = (
        _verb(factor) if error > TINY else "" for factor, error in zip(factors, errors, strict=True)
    )
    if along == across:
        return f"{along} in every direction" if along else "stands still at the minimum"
    if not across:
        return f"{along} along the ravine, with no error across it"
    if not along:
        return f"{across} across the ravine, with no error along it"
    if lr >= 2:
        return f"{across} across the ravine"
    return f"{across} across the ravine and {along} along it"


def _verb(factor):
    if factor < -1:
        return "diverges"
    if factor == -1:
        return "never settles"
    if factor == 0:
        return "arrives in one update"
    if factor < 0:
        return "zigzags"
    return "stands still" if factor == 1 else "crawls" if factor > 0.8 else "slides down"


def _about_angle(angle):
    if angle:
        return f" Turned by {words.exact(angle)} degrees, the path has other coordinates and the same losses."
    return ""

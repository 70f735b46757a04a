"""Conditioning: one rate for two directions, one steep and one flat."""

from typing import ClassVar

import numpy as np

from course_lib import plots, surfaces, training
from course_lib.explorers.live import artists
from course_lib.explorers.live.controls import Slider
from course_lib.explorers.live.engine import Explorer, Frame
from course_lib.explorers.shared import words
from course_lib.explorers.shared.words import number
from course_lib.optimizers import SGD

UPDATES = 60
START = (-1.6, 0.8)  # along the ravine and across it, at every angle
HALF_WIDTHS = 1.6 / 2 ** (np.arange(8) / 2)  # each contour has half the loss of the one around it
TINY = 1e-12  # an error below this is rounding
GOAL = 0.005


class Conditioning(Explorer):
    """Descent in a ravine, seen along it and across it: the rate that suits one direction starves the other.

    >>> figure = Conditioning()
    >>> print(figure.set(lr=1.9))
    lr 1.9, condition 20, angle 0: zigzags across the ravine and crawls along it. Each update
    multiplies the error across by 1 - lr = -0.9, the error along by 1 - lr/condition = 0.905.
    60 updates leave 0.00144 across and 0.00401 along. The best rate, 2/(1 + 1/condition) =
    1.9, keeps (condition - 1)/(condition + 1) = 0.905 of both.
    """

    title = "Conditioning: one rate for a steep and a flat direction"
    heard = "error along"
    goal = f"at condition 20 or more, both errors below {GOAL} after {UPDATES} updates."
    controls: ClassVar = {
        "lr": Slider(0.5, low=0, high=2.2),
        "condition": Slider(20.0, low=1, high=100, log=True),
        "angle": Slider(0.0, low=0, high=90, step=1, label="angle (degrees)"),
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

    def frame(self, *, lr, condition, angle):
        ravine = surfaces.Ravine(condition, angle)
        run = training.run(ravine, SGD(lr=lr), w0=plots.turned(START, angle), steps=UPDATES)
        points, _ = plots.drawable(run)
        errors = np.abs(plots.turned(points.T, -angle))
        contours = plots.ravine_ellipses(ravine, HALF_WIDTHS)
        updates = np.arange(UPDATES + 1)
        along, across = np.maximum(errors, TINY)  # as an axis of powers of ten has no 0
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
            },
            words.opening(
                words.settings({"lr": lr, "condition": condition, "angle": angle}, self.shown),
                f"{_describe(lr, condition, errors[:, -1])}{_about_angle(angle)}",
            ),
            reached=condition >= 20 and errors[:, -1].max() < GOAL,
            grows={"path": 0, "last": "path", "steps": "path", "error along": 0, "error across": 0},
            facts=run,
        )

    def draw(self, figure, frame):
        left, right = figure.subplots(1, 2)
        left.set(xlim=(-2, 2), ylim=(-2, 2), xticks=range(-2, 3), yticks=range(-2, 3), aspect="equal")
        left.set(xlabel="first weight", ylabel="second weight", title="The path of the weights")
        left.plot(0, 0, "*", color=plots.ORANGE, mec=plots.BLACK, ms=16)
        plots.draw_loss_axes(right, UPDATES, low=1e-4, high=1e4)
        right.set(title="Distance from the minimum", yticks=10.0 ** np.arange(-4, 5, 2))
        contours = [plots.empty_line(left, color="0.7", lw=1, zorder=1) for _ in HALF_WIDTHS]
        along, across = {"color": plots.BLUE, "ls": "-"}, {"color": plots.GREEN, "ls": "--"}
        path, last = plots.path_line(left)
        lines = {
            **{f"contour {k}": contour for k, contour in enumerate(contours)},
            "along": plots.empty_line(left, **along, lw=1.5, zorder=1.5),
            "across": plots.empty_line(left, **across, lw=1.5, zorder=1.5),
            "path": path,
            "last": last,
            "steps": artists.steps_line(left, momentum=False),
            "error along": plots.empty_line(right, **along, lw=3, label="along the ravine"),
            "error across": plots.empty_line(right, **across, lw=3, label="across it"),
        }
        right.legend(loc="upper left", frameon=False)
        return lines

    def python(self, *, lr, condition, angle):
        start = plots.turned(START, angle).tolist()
        return (
            "from course_lib import optimizers, surfaces, training\n"
            f"training.run(surfaces.Ravine({condition!r}, {angle!r}), optimizers.SGD({lr!r}), w0={start}, "
            f"steps={UPDATES}).path"
        )


def _describe(lr, condition, left):
    along, across = (0.0 if error < TINY else error for error in left)
    factors = 1 - lr / condition, 1 - lr
    best, kept = 2 / (1 + 1 / condition), (condition - 1) / (condition + 1)
    each_along, each_across = map(words.factor, factors)
    return (
        f"{_manner(*factors)} Each update multiplies the error across by 1 - lr = {each_across}, "
        f"the error along by 1 - lr/condition = {each_along}. "
        f"{UPDATES} updates leave {number(across)} across and {number(along)} along. "
        f"The best rate, 2/(1 + 1/condition) = {number(best)}, "
        f"keeps (condition - 1)/(condition + 1) = {number(kept)} of both."
    )


def _manner(along, across):
    where = "in every direction" if along <= -1 else "across the ravine"
    if across < -1:
        return f"diverges {where}, where lr is over the limit 2/curvature = 2."
    if across == -1:
        return f"never settles {where}, where lr is exactly the limit 2/curvature = 2."
    if _verb(along) == _verb(across):
        return f"{_verb(along)} in every direction."
    return f"{_verb(across)} across the ravine and {_verb(along)} along it."


def _verb(factor):
    if factor == 0:
        return "arrives in one update"
    if factor < 0:
        return "zigzags"
    return "stands still" if factor == 1 else "crawls" if factor > 0.8 else "slides down"


def _about_angle(angle):
    if angle:
        return f" Turned by {words.exact(angle)} degrees, the path has other coordinates and the same losses."
    return ""

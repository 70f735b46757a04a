"""What the learning rate alone does on a parabola: one weight, one factor."""

from typing import ClassVar

import numpy as np

from course_lib import plots, surfaces, training
from course_lib.explorers.live import artists
from course_lib.explorers.live.controls import Slider
from course_lib.explorers.live.engine import Explorer, Frame
from course_lib.explorers.shared import sgd_in_words, words
from course_lib.optimizers import SGD

UPDATES = 30
RATES = np.array([0, 2.5])
WEIGHTS = np.linspace(-1.6, 1.6, 200)


class LearningRate(Explorer):
    """A parabola, a learning rate, and the factor ``1 - lr * curvature`` that decides what happens.

    >>> figure = LearningRate()
    >>> print(figure.set(lr=0.5))
    Slides down without overshooting at lr 0.5 (parabola). The loss goes from 0.5 to 4.34e-19
    in 30 updates.
    >>> print(figure.why)
    Each update keeps 0.5 of the error. The factor 1 - lr * curvature is 0.5.
    """

    title = "The learning rate on a parabola"
    goal = "all of the error gone in a single update."
    controls: ClassVar = {
        "lr": Slider(0.1, low=0, high=RATES[1].item()),
        "curvature": Slider(1.0, low=0.25, high=4, step=0.05),
        "start": Slider(-1.0, low=WEIGHTS[0].item(), high=WEIGHTS[-1].item(), step=0.05),
    }
    presets: ClassVar = {
        "Crawl": {"lr": 0.02},
        "Half the error": {"lr": 0.5},
        "Zigzag": {"lr": 1.8},
        "For ever": {"lr": 2.0},
        "Diverge": {"lr": 2.1},
        "A steeper parabola": {"lr": 0.5, "curvature": 4.0},
    }

    def __init__(self, *, only=("lr", "start"), **values):
        super().__init__(only=only, **values)

    def frame(self, *, lr, curvature, start):
        parabola = surfaces.Parabola(curvature)
        run = training.run(parabola, SGD(lr=lr), [start], UPDATES)
        points, losses = plots.drawable(run)
        factor = 1 - lr * curvature
        return Frame(
            {
                "parabola": (WEIGHTS, parabola.value(WEIGHTS[None])),
                "path": points.T,
                "last": points[-1:].T,
                "steps": plots.gradient_steps(run, len(points) - 1).T,
                "loss": (np.arange(len(losses)), losses),
                "factor": (RATES, 1 - RATES * curvature),
                "here": ([lr], [factor]),
                "factor here": f"= {words.factor(factor)}",
            },
            sgd_in_words.describe(run, self.shown),
            f"{sgd_in_words.explain(run)} The factor 1 - lr * curvature is {words.factor(factor)}.",
            reached=factor == 0,
            grows={"path": 0, "last": "path", "steps": "path", "loss": 0},
            facts=run,
        )

    def draw(self, figure, frame):
        left, middle, right = figure.subplots(1, 3)
        left.set(xlim=WEIGHTS[[0, -1]], ylim=(-0.15, 2.2), xticks=(-1, 0, 1), yticks=(0, 1, 2))
        left.set(xlabel="weight w", title="The weight's path")
        left.plot(0, 0, "*", color=plots.ORANGE, mec=plots.BLACK, ms=16)
        self.grip(left, "path", x="start")
        self.compare_places(left)
        plots.draw_loss_axes(middle, UPDATES)
        middle.set(title="The loss", xticks=range(0, UPDATES + 1, 10))
        _draw_factor_axes(right)
        self.pick(right, x="lr")
        path, last = plots.path_line(left)
        return {
            "parabola": plots.empty_line(left, color=plots.BLUE, zorder=1),
            "path": path,
            "last": last,
            "steps": artists.steps_line(left, momentum=False),
            "loss": plots.empty_line(middle, ".-", color=plots.BLUE),
            "factor": plots.empty_line(right, color=plots.BLUE),
            "here": plots.empty_line(right, "o", color=plots.VERMILION, mec="white", ms=11),
            "factor here": right.text(2.45, 1.2, "", color=plots.VERMILION, va="center", ha="right"),
        }

    def python(self, *, lr, curvature, start):
        return (
            "from course_lib import optimizers, surfaces, training\n"
            f"training.run(surfaces.Parabola({curvature!r}), optimizers.SGD({lr!r}), w0=[{start!r}], "
            f"steps={UPDATES}).losses"
        )


def _draw_factor_axes(axes):
    axes.axhspan(-1, 1, color=plots.SKY, alpha=0.25, lw=0)
    axes.axhline(0, color=plots.BLACK, lw=0.8)
    axes.set(xlim=RATES, ylim=(-2.2, 1.4), xticks=(0, 1, 2), yticks=range(-2, 2))
    axes.set(xlabel="lr", title="1 - lr * curvature")
    axes.text(0.06, -0.95, "converges", va="bottom")
    axes.text(0.06, -1.1, "diverges", va="top")

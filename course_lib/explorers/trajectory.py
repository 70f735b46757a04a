"""A run of SGD on a surface: the path it takes, beside its loss after each update."""

from typing import ClassVar

import numpy as np

from course_lib import plots, surfaces, training
from course_lib.explorers.live import artists
from course_lib.explorers.live.controls import Choice, Point, Slider, Switch
from course_lib.explorers.live.engine import Explorer, Frame
from course_lib.explorers.shared import sgd_in_words
from course_lib.optimizers import SGD

UPDATES = 100
PLAIN = {"surface": "ravine", "lr": 0.1, "momentum": 0.0, "decay": 0.0, "nesterov": False}


class Trajectory(Explorer):
    """SGD on a surface, 100 updates: drag lr, momentum, decay or the start, and see where it goes.

    >>> figure = Trajectory(surface="ravine", lr=0.1)
    >>> print(figure.set(lr=2.5))
    Diverges at lr 2.5, momentum 0, decay 0, nesterov off (ravine). The loss grows beyond all
    bounds from 0.384.
    >>> print(figure.why)
    lr is over the limit 2/curvature = 2, so in the long run the error only grows.
    """

    title = "SGD on a surface: the path, and the loss after each update"
    goal = "a loss below 1e-12 within 100 updates, from the surface's own start."
    controls: ClassVar = {
        "surface": Choice("ravine", ("parabola", "ravine", "rosenbrock", "himmelblau")),
        "lr": Slider(0.1, low=1e-4, high=4, log=True),
        "momentum": Slider(0.0, low=0, high=0.99),
        "decay": Slider(0.0, low=0, high=0.1, step=0.001),
        "nesterov": Switch(False),
        "start": Point(low=-6, high=6),
    }
    presets: ClassVar = {
        "Plain descent": PLAIN,
        "With momentum": PLAIN | {"momentum": 0.9},
        "Documented settings": PLAIN | {"momentum": 0.9, "decay": 1e-6, "nesterov": True},
        "Zigzag": PLAIN | {"lr": 1.9},
        "Diverge": PLAIN | {"lr": 2.1},
        "Saved by decay": PLAIN | {"lr": 3.0, "decay": 0.05},
        "Curved valley": PLAIN | {"surface": "rosenbrock", "lr": 0.001, "momentum": 0.9},
    }

    def frame(self, *, surface, start, **settings):
        run = training.run(surface, SGD(**settings), _w0(surface, start), UPDATES)
        points, losses = plots.drawable(run)
        return Frame(
            {
                "path": points.T,
                "last": points[-1:].T,
                "steps": plots.gradient_steps(run, len(points) - 1).T,
                "loss": (np.arange(len(losses)), losses),
            },
            sgd_in_words.describe(run, self.shown),
            f"{sgd_in_words.explain(run)}{_about_start(run, start)}",
            still=surface,
            reached=losses[-1] < 1e-12 and len(losses) == len(run.losses) and start is None,
            grows={"path": 0, "last": "path", "steps": "path", "loss": 0},
            facts=run,
        )

    def draw(self, figure, frame):
        left, right = figure.subplots(1, 2, width_ratios=[1.15, 1])
        plots.draw_surface(left, frame.facts.objective)
        left.set_title("The path of the weights")
        left.locator_params(nbins=5)
        plots.draw_loss_axes(right, UPDATES)
        self.grip(left, "path", x="start", y="start")
        path, last = plots.path_line(left)
        return {
            "path": path,
            "last": last,
            "steps": artists.steps_line(left),
            "loss": plots.empty_line(right, color=plots.BLUE),
        }

    def python(self, *, surface, start, **settings):
        return sgd_in_words.as_python(surface, settings, UPDATES, _w0(surface, start))


def _w0(surface, start):
    """The start as ``training.run`` takes it: a surface of one weight needs the first number only."""
    return start and list(start[: surfaces.get(surface).dimensions])


def _about_start(run, start):
    one_weight = run.objective.dimensions == 1 and start is not None
    return " A parabola has one weight: of the start, only the first number counts." if one_weight else ""

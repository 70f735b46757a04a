"""The stability map: what becomes of every pair of lr and momentum, and one of them in full."""

from typing import ClassVar

import numpy as np

from course_lib import plots, theory, training
from course_lib.explorers.live.controls import Choice, Slider, Switch
from course_lib.explorers.live.engine import Explorer, Frame
from course_lib.explorers.shared import maps, roots, sgd_in_words, words
from course_lib.explorers.shared.words import number
from course_lib.optimizers import SGD

RAVINE = {"surface": "ravine", "condition": 20.0, "decay": 0.0, "nesterov": False, "updates": 100}
GOAL = 0.87  # of the error, kept by each update
LONG_RAVINE = RAVINE | {"condition": 100.0}


class StabilityMap(Explorer):
    """10,000 runs, one for each lr and momentum (100,000 if compiled): click the map, and see one of them.

    >>> figure = StabilityMap(only=["lr", "momentum"])
    >>> print(figure.set(lr=3.1))
    Diverges at lr 3.1, momentum 0.5 (ravine). Measured over 100 updates: each multiplies the
    error by 1.174 on average.
    >>> print(figure.set(momentum=0.9))
    Swings around the minimum and settles at lr 3.1, momentum 0.9 (ravine). Measured over 100
    updates: each keeps 0.952 of the error on average, so that 1e-6 is left after about 282.
    """

    title = "The stability map: every lr and momentum of SGD, tried"
    heard = "error"
    goal = f"on a ravine of condition 100 or more, at most {GOAL} of the error kept by each update."
    controls: ClassVar = {
        "lr": Slider(1.0, low=1e-5, high=4, log=True),
        "momentum": Slider(0.5, low=0, high=0.99),
        "decay": Slider(0.0, low=0, high=0.1, step=0.001),
        "nesterov": Switch(False),
        "surface": Choice("ravine", ("ravine", "pixel_regression", "himmelblau", "rosenbrock")),
        "condition": Slider(20.0, low=1, high=1000, log=True, label="condition (ravine)"),
        "updates": Slider(100, low=20, high=300, step=10, whole=True),
    }
    presets: ClassVar = {
        "Best without momentum": LONG_RAVINE | {"lr": 1.98, "momentum": 0.0},
        "Best pair": RAVINE | {"lr": 2.67, "momentum": 0.4},
        "Too much momentum": LONG_RAVINE | {"lr": 3.3, "momentum": 0.95},
        "Diverge": RAVINE | {"lr": 3.1, "momentum": 0.5},
        "Nesterov": RAVINE | {"lr": 1.3, "momentum": 0.6, "nesterov": True},
        "Saved by decay": RAVINE | {"lr": 3.5, "momentum": 0.5, "decay": 0.02},
        "Four valleys": RAVINE | {"surface": "himmelblau", "lr": 0.02, "momentum": 0.1},
    }
    says: ClassVar = {"error": "error left"}
    inches = (9.6, 5.3)

    def frame(self, *, surface, condition, updates, **settings):
        objective = maps.surface(surface, condition)
        run = training.run(objective, SGD(**settings), steps=updates)
        errors = maps.errors(run)
        factor = maps.factor(errors, run.updates)
        lr, momentum, decay, nesterov = (settings[name] for name in ("lr", "momentum", "decay", "nesterov"))
        place = surface, condition if surface == "ravine" else None
        (costs,) = maps.costs(*place, decay, (nesterov,), updates, maps.cells())
        on_the_map = maps.rates(objective)[0] / 2 <= lr <= maps.rates(objective)[-1]
        return Frame(
            {
                **maps.shown(objective, costs, nesterov, lr, momentum),
                **roots.shown(objective, lr, momentum, nesterov),
                "error": maps.error_line(errors),
                "average": maps.average_line(factor, updates),
                "average name": f"keeps {words.factor(factor, 4)}" if factor < 1 else "",
                "updates": (1, 0, f"{updates}"),
            },
            f"{sgd_in_words.opening(run, self.shown)} {_measured(factor, run)}"
            f"{'' if on_the_map else ' The cross-hair is off the map.'}",
            f"{sgd_in_words.explain(run)} {_outermost(run)}",
            still=surface,
            reached=surface == "ravine" and condition >= 100 and factor <= GOAL,
            grows={"error": 0},
            facts=run,
        )

    def draw(self, figure, frame):
        places = [["map", "roots"], ["map", "error"]]
        panels = figure.subplot_mosaic(places, width_ratios=[1.6, 1], height_ratios=[1.2, 1])
        artists = maps.draw(panels["map"], frame.facts.objective)
        panels["map"].set_title("Every lr and momentum")
        maps.draw_colors(figure, panels["map"], artists["cells"])
        self.pick(panels["map"], x="lr", y="momentum")
        roots.draw(panels["roots"])
        artists |= roots.marks(panels["roots"], plots.BLUE)
        artists |= {
            "updates": maps.draw_errors(panels["error"]),
            "average": plots.empty_line(panels["error"], color=plots.ORANGE, alpha=0.5, lw=7),
            "average name": panels["error"].text(1, 1e6, "", color=plots.ORANGE, ha="right", va="top"),
            "error": plots.empty_line(panels["error"], color=plots.BLUE),
        }
        legend = [artists[name] for name in ("limit", "swing", "flattest", "steepest")]
        figure.legend(handles=legend, loc="outside lower center", ncols=4, frameon=False)
        return artists

    def python(self, *, surface, condition, updates, **settings):
        return (
            "from course_lib import surfaces, training, optimizers\n"
            f"training.run(surfaces.{maps.surface(surface, condition)!r}, "
            f"optimizers.{words.call('SGD', **settings)}, steps={updates}).losses"
        )


def _goes_on(run):
    """Will the error go on to shrink as it did? Not over the limit, and not with a rate that falls."""
    sgd, surface = run.optimizer, run.objective
    limit = theory.stability_limit(sgd.momentum, sgd.nesterov) / max(surface.curvatures)
    return not sgd.decay and (sgd.lr < limit or not surface.quadratic)


def _measured(factor, run):
    said = _on_average(factor)
    if 0 < factor < 1 and _goes_on(run):
        millionth = float(f"{np.ceil(np.log(1e-6) / np.log(factor)):.3g}")
        said += f", so that 1e-6 is left after about {number(millionth)}"
    elif 0 < factor < 1:
        said += ", so far"
    return f"Measured over {words.updates(run.steps)}: {said}."


def _on_average(factor):
    if not np.isfinite(factor):
        return "the error leaves the range of numbers"
    if factor == 0:
        return "nothing is left of the error"
    if factor >= 1:
        return f"each multiplies the error by {words.factor(factor, 4)} on average"
    return f"each keeps {words.factor(factor, 4)} of the error on average"


def _outermost(run):
    sgd, surface = run.optimizer, run.objective
    the = "At the first rate the" if sgd.decay else "The" if surface.quadratic else "At the minimum the"
    size = roots.farthest(surface, sgd.lr, sgd.momentum, sgd.nesterov)
    return f"{the} root farthest out is {words.factor(size, 4)} from the middle."

"""Heavy ball against Nesterov: two maps of lr and momentum on the same ravine."""

from typing import Any, ClassVar

import numpy as np

from course_lib import plots, surfaces, theory, training
from course_lib.explorers.live.controls import Slider
from course_lib.explorers.live.engine import Explorer, Frame
from course_lib.explorers.shared import maps, roots, words
from course_lib.explorers.shared.words import number
from course_lib.optimizers import SGD

KINDS: dict[str, Any] = {"Heavy ball": False, "Nesterov": True}  # its nesterov switch
COLORS = {"Heavy ball": plots.BLUE, "Nesterov": plots.ORANGE}
DOTS = slice(2, None, 5)  # the cells that may have a dot


class Nesterov(Explorer):
    """The same lr and momentum with and without Nesterov's look-ahead: who converges, and who is faster?

    >>> figure = Nesterov()
    >>> print(figure.set(lr=2.0))
    Heavy ball converges, Nesterov diverges at lr 2, momentum 0.9, condition 20, updates 100.
    Measured: each update multiplies the error by 0.9495 as heavy ball and 2.278 as Nesterov.
    """

    title = "Heavy ball and Nesterov: every lr and momentum, tried with both"
    heard = "Nesterov error"
    goal = (
        "with a momentum of at most 0.5, a setting that converges as heavy ball and diverges with Nesterov."
    )
    controls: ClassVar = {
        "lr": Slider(1.0, low=0.01, high=4),
        "momentum": Slider(0.9, low=0, high=0.99),
        "condition": Slider(20.0, low=1, high=1000, log=True),
        "updates": Slider(100, low=20, high=300, step=10, whole=True),
    }
    presets: ClassVar = {
        "Nesterov is calmer": {"lr": 1.0, "momentum": 0.9, "condition": 20.0},
        "Between the limits": {"lr": 2.0, "momentum": 0.9, "condition": 20.0},
        "Documented settings": {"lr": 0.1, "momentum": 0.9, "condition": 20.0},
        "Still creeping": {"lr": 1.0, "momentum": 0.5, "condition": 100.0},
        "Heavy ball's best pair": {"lr": 3.3, "momentum": 0.67, "condition": 100.0},
        "Without momentum": {"lr": 1.9, "momentum": 0.0, "condition": 20.0},
    }
    says: ClassVar = {"Heavy ball error": "error of heavy ball", "Nesterov error": "of Nesterov"}
    inches = (9.6, 5.3)

    def frame(self, *, lr, momentum, condition, updates):
        ravine = surfaces.Ravine(condition)
        run = training.sweep(
            ravine, SGD(lr, momentum), steps=updates, nesterov=[*KINDS.values()], record_path=True
        )
        errors = maps.errors(run)
        costs = maps.costs("ravine", condition, 0.0, (*KINDS.values(),), updates, maps.cells())
        artists = {"faster": _faster(ravine), "updates": (1, 0, f"{updates}")}
        for (kind, nesterov), of_kind, error in zip(KINDS.items(), costs, errors.T, strict=True):
            artists |= _named(kind, maps.shown(ravine, of_kind, nesterov, lr, momentum))
            artists |= _named(kind, roots.shown(ravine, lr, momentum, nesterov))
            artists[f"{kind} error"] = maps.error_line(error)
        heavy_ball, look_ahead = (theory.stability_limit(momentum, kind) for kind in KINDS.values())
        values = {"lr": lr, "momentum": momentum, "condition": condition, "updates": updates}
        return Frame(
            artists,
            f"{words.verdict(_outcome(ravine, lr, momentum), words.settings(values, self.shown))} "
            f"{_measured(momentum, maps.factor(errors, run.updates))}",
            _why(ravine, lr, momentum),
            reached=momentum <= 0.5 and look_ahead < lr < heavy_ball,
            grows={f"{kind} error": 0 for kind in KINDS},
            facts=run,
        )

    def draw(self, figure, frame):
        places = [["Heavy ball", "Nesterov", "roots"], ["Heavy ball", "Nesterov", "error"]]
        panels = figure.subplot_mosaic(places, width_ratios=[1, 1, 0.8], height_ratios=[1.2, 1])
        roots.draw(panels["roots"])
        artists = {"updates": maps.draw_errors(panels["error"])}
        for (kind, color), look in zip(COLORS.items(), ["-", "--"], strict=True):
            axes = panels[kind]
            artists |= _named(kind, maps.draw(axes, frame.facts.objective))
            artists |= _named(kind, roots.marks(panels["roots"], color))
            artists[f"{kind} error"] = plots.empty_line(panels["error"], look, color=color, label=kind)
            axes.set_title(kind)
            self.pick(axes, x="lr", y="momentum")
        panels["Nesterov"].set(ylabel="", yticklabels=[])
        maps.draw_colors(figure, panels["Nesterov"], artists["Nesterov cells"])
        dots = {"color": "white", "mec": plots.BLACK, "mew": 0.5, "ms": 3.5, "zorder": 1}
        artists["faster"] = plots.empty_line(panels["Nesterov"], "o", label="Nesterov faster", **dots)
        of_both = ("Heavy ball limit", "Heavy ball swing", "Heavy ball flattest", "Heavy ball steepest")
        legend = [artists[name] for name in (*of_both, "Heavy ball error", "Nesterov error", "faster")]
        figure.legend(
            handles=legend,
            loc="outside lower center",
            ncols=4,
            columnspacing=1.2,
            handletextpad=0.5,
            frameon=False,
        )
        return artists

    def python(self, *, condition, updates, **settings):
        sgd = words.call("SGD", **settings, nesterov=[False, True])
        return (
            "from course_lib import optimizers, surfaces, training\n"
            f"training.run(surfaces.Ravine(condition={condition!r}), "
            f"optimizers.{sgd}, steps={updates}).losses"
        )


def _named(kind, artists):
    return {f"{kind} {name}": artist for name, artist in artists.items()}


def _faster(ravine):
    """Where Nesterov is the faster one in the long run: lr and momentum, for dots."""
    lr, momentum = (grid.ravel() for grid in np.meshgrid(maps.rates(ravine)[DOTS], maps.momenta()[DOTS]))
    heavy_ball, nesterov = (roots.farthest(ravine, lr, momentum, kind) for kind in KINDS.values())
    faster = (nesterov < heavy_ball) & (nesterov < 1)
    return lr[faster], momentum[faster]


def _outcome(ravine, lr, momentum):
    """Who converges, and who is faster."""
    limits = [theory.stability_limit(momentum, kind) for kind in KINDS.values()]
    one, other = ("converges" if lr < l else "diverges" if lr > l else "never settles" for l in limits)
    if one != other:
        return f"heavy ball {one}, Nesterov {other}"
    both = f"both {one.rstrip('s')}"
    return f"{both}, {_who_is_faster(ravine, lr, momentum)}" if one == "converges" else both


def _who_is_faster(ravine, lr, momentum):
    heavy_ball, nesterov = (roots.farthest(ravine, lr, momentum, kind) for kind in KINDS.values())
    if abs(heavy_ball - nesterov) < 1e-9:
        return "neither faster"
    return f"{'Nesterov' if nesterov < heavy_ball else 'heavy ball'} faster in the long run"


def _measured(momentum, factors):
    same = " Without momentum the two are the same." if not momentum else ""
    return f"Measured: each update multiplies the error by {_of_both(factors)}.{same}"


def _why(ravine, lr, momentum):
    heavy_ball, nesterov = (number(theory.stability_limit(momentum, kind), 4) for kind in KINDS.values())
    factors = [roots.farthest(ravine, lr, momentum, kind) for kind in KINDS.values()]
    return (
        f"The limit of lr is 2(1 + momentum) = {heavy_ball} for the heavy ball, and "
        f"2(1 + momentum)/(1 + 2 momentum) = {nesterov} for Nesterov. In the long run an update multiplies "
        f"the error by the size of the root farthest out: by {_of_both(factors)}."
    )


def _of_both(factors):
    return "{} as heavy ball and {} as Nesterov".format(*(words.factor(each, 4) for each in factors))

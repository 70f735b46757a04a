"""Heavy ball against Nesterov: two maps of lr and momentum on the same ravine."""

from typing import Any, ClassVar

import numpy as np

from course_lib import plots, surfaces, theory, training
from course_lib.explorers.live.controls import Slider
from course_lib.explorers.live.engine import Explorer, Frame
from course_lib.explorers.shared import maps, words
from course_lib.explorers.shared.words import number
from course_lib.optimizers import SGD

KINDS: dict[str, Any] = {"Heavy ball": False, "Nesterov": True}  # its nesterov switch
DOTS = slice(2, None, 5)  # the cells that may have a dot


class Nesterov(Explorer):
    """The same lr and momentum with and without Nesterov's look-ahead: who converges, and who is faster?

    >>> figure = Nesterov()
    >>> print(figure.set(lr=2.0))
    lr 2, momentum 0.9, condition 20, updates 100: heavy ball converges, Nesterov diverges.
    The limits of lr are 2(1 + momentum) = 3.8 and 2(1 + momentum)/(1 + 2 momentum) = 1.357.
    In the long run an update multiplies the error by 0.9487 as heavy ball and 2.293 as
    Nesterov; measured, by 0.9476 as heavy ball and 2.278 as Nesterov.
    """

    title = "Heavy ball and Nesterov: the same 10,000 settings, each tried with both"
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
    inches = (9.6, 5)

    def frame(self, *, lr, momentum, condition, updates):
        ravine = surfaces.Ravine(condition)
        run = training.sweep(
            ravine, SGD(lr, momentum), steps=updates, nesterov=[*KINDS.values()], record_path=True
        )
        errors = maps.errors(run)
        artists = {"faster": _faster(ravine), "updates": (1, 0, f"{updates}")}
        for (kind, nesterov), error in zip(KINDS.items(), errors.T, strict=True):
            factors = maps.measured("ravine", condition, 0.0, nesterov, updates)
            artists |= _named(kind, maps.shown(ravine, factors, nesterov, lr, momentum))
            artists[f"{kind} error"] = maps.error_line(error)
        heavy_ball, look_ahead = (theory.stability_limit(momentum, kind) for kind in KINDS.values())
        values = {"lr": lr, "momentum": momentum, "condition": condition, "updates": updates}
        settings = words.settings(values, self.shown)
        return Frame(
            artists,
            words.opening(settings, _in_words(ravine, lr, momentum, maps.factor(errors, run.updates))),
            reached=momentum <= 0.5 and look_ahead < lr < heavy_ball,
            grows={f"{kind} error": 0 for kind in KINDS},
            facts=run,
        )

    def draw(self, figure, frame):
        left, middle, right = figure.subplots(1, 3, width_ratios=[1, 1, 0.8])
        artists = {}
        for axes, kind in zip([left, middle], KINDS, strict=True):
            artists |= _named(kind, maps.draw(axes, frame.facts.objective))
            axes.set_title(kind)
            self.pick(axes, x="lr", y="momentum")
        middle.set(ylabel="", yticklabels=[])
        maps.draw_colors(figure, middle, artists["Nesterov cells"])
        artists |= {
            "faster": plots.empty_line(
                middle, "o", color="white", mec=plots.BLACK, mew=0.5, ms=3.5, zorder=1
            ),
            "updates": maps.draw_errors(right),
            "Heavy ball error": plots.empty_line(right, color=plots.BLUE, label="heavy ball"),
            "Nesterov error": plots.empty_line(right, "--", color=plots.ORANGE, label="Nesterov"),
        }
        artists["faster"].set_label("Nesterov faster")
        legend = ("Heavy ball limit", "Heavy ball swing", "Heavy ball error", "Nesterov error", "faster")
        figure.legend(
            handles=[artists[name] for name in legend], loc="outside lower center", ncols=3, frameon=False
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


def _long_run(ravine, lr, momentum, nesterov):
    """The factor on the error per update that theory predicts: that of the slower direction."""
    factors = [theory.contraction(lr * curvature, momentum, nesterov) for curvature in ravine.curvatures]
    return np.max(factors, axis=0)


def _faster(ravine):
    """Where Nesterov is the faster one in the long run: lr and momentum, for dots."""
    lr, momentum = (grid.ravel() for grid in np.meshgrid(maps.rates(ravine)[DOTS], maps.MOMENTA[DOTS]))
    heavy_ball, nesterov = (_long_run(ravine, lr, momentum, kind) for kind in KINDS.values())
    faster = (nesterov < heavy_ball) & (nesterov < 1)
    return lr[faster], momentum[faster]


def _in_words(ravine, lr, momentum, measured):
    """Who converges, who is faster, and by how much."""
    limits = [theory.stability_limit(momentum, kind) for kind in KINDS.values()]
    one, other = ("converges" if lr < l else "diverges" if lr > l else "never settles" for l in limits)
    verdict = f"both {one.rstrip('s')}" if one == other else f"heavy ball {one}, Nesterov {other}"
    factors = [_long_run(ravine, lr, momentum, kind) for kind in KINDS.values()]
    return (
        f"{verdict}. The limits of lr are 2(1 + momentum) = {number(limits[0], 4)} and "
        f"2(1 + momentum)/(1 + 2 momentum) = {number(limits[1], 4)}. "
        f"In the long run an update multiplies the error by {_of_both(factors)}; "
        f"measured, by {_of_both(measured)}.{_comparison(momentum, *factors)}"
    )


def _of_both(factors):
    return "{} as heavy ball and {} as Nesterov".format(*(words.factor(each, 4) for each in factors))


def _comparison(momentum, heavy_ball, nesterov):
    if not momentum:
        return " Without momentum the two are the same."
    if max(heavy_ball, nesterov) >= 1:
        return ""
    if abs(heavy_ball - nesterov) < 1e-9:
        return " Neither is faster."
    return f" Nesterov is {'faster' if nesterov < heavy_ball else 'slower'} here."

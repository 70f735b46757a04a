"""Maps of lr and momentum: every cell is a run of SGD on a surface, its colour is what the run did.

The *error* of a run is its distance to the nearest minimum, as a share of the distance at the start. Its
*factor* is what the error is multiplied by at each update, on average over the run.
"""

from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import BoundaryNorm

from course_lib import plots, surfaces, theory, training
from course_lib.base import divergence
from course_lib.optimizers import SGD

CELLS = 100  # each way
MOMENTA = np.arange(CELLS) / CELLS
HIGHEST = 4.0  # lr * curvature at the right edge: no momentum allows more
MEASURABLE = 1e-13  # a smaller error is rounding
LOST = 2.0  # stands for every larger factor
BANDS = [0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99, 0.995, 0.998, 1]


def surface(name, condition):
    """The surface of that name; ``condition`` is the ravine's."""
    return surfaces.get(name, condition=condition) if name == "ravine" else surfaces.get(name)


def rates(surface):
    """The learning rates of the map's columns."""
    return HIGHEST / max(surface.curvatures) * np.arange(1, CELLS + 1) / CELLS


@lru_cache(maxsize=8)
def measured(name, condition, decay, nesterov, updates):
    """The factor of every cell, shape (momenta, rates), at most ``LOST``; at 1 or more it got nowhere."""
    place = surface(name, condition)
    runs = training.sweep(
        place,
        SGD(decay=decay, nesterov=nesterov),
        steps=updates,
        record_path=True,
        record_every=max(1, updates // 10),
        momentum=MOMENTA,
        lr=rates(place),
    )
    factors = np.minimum(factor(errors(runs), runs.updates), LOST)
    factors.setflags(write=False)  # the cache hands it out again
    return factors


def errors(run):
    """The error at each record, shape (n, *R); inf where the run left the range of numbers."""
    with divergence.allowed():
        distances = [_distance(run.path, minimum) for minimum in run.objective.minima]
        distance = np.min(distances, axis=0)
        return np.nan_to_num(distance / distance[0], nan=np.inf)


def factor(errors, updates):
    """The T-th root of the error after T updates; T is the last record with an error left to measure.

    >>> factor(np.array([1.0, 0.5, 0.25, 0.0]), np.array([0, 1, 2, 3])).item()
    0.5
    """
    left, updates = errors[1:], updates[1:]
    some = left > MEASURABLE
    last = np.where(some.any(axis=0), len(left) - 1 - some[::-1].argmax(axis=0), 0)
    return np.take_along_axis(left, last[None], axis=0)[0] ** (1 / updates[last])


def limit_line(surface, nesterov):
    """Where theory ends convergence near the minimum: lr and momentum, for a line on the map."""
    momenta: Any = np.linspace(0, 0.995, 200)
    return theory.stability_limit(momenta, nesterov) / max(surface.curvatures), momenta


def swing_line(surface, nesterov):
    """Right of it every direction swings; it ends at the limit.

    A direction swings above ``(1 - sqrt(momentum))**2 / curvature``, or with Nesterov above
    ``((1 - momentum) / (1 + momentum))**2 / curvature``: there the roots of ``theory`` become complex.
    """
    limits, momenta = limit_line(surface, nesterov)
    still = (1 - momenta) / (1 + momenta) if nesterov else 1 - np.sqrt(momenta)
    lr = still**2 / min(surface.curvatures)
    return lr[lr < limits], momenta[lr < limits]


def draw(axes, surface):
    """A map's axes; returns its artists: the cells, the two lines of theory and the cross-hair."""
    step_x, step_y = rates(surface)[0], 1 / CELLS
    left, right, low, high = step_x / 2, rates(surface)[-1] + step_x / 2, -step_y / 2, 1 - step_y / 2
    colors = colormaps["cividis_r"].with_extremes(over=(0, 0, 0, 0))  # the paper
    cells = axes.imshow(
        np.ones((CELLS, CELLS)),
        extent=(left, right, low, high),
        cmap=colors,
        norm=BoundaryNorm(BANDS, colors.N, extend="both"),
        origin="lower",
        aspect="auto",
        interpolation="nearest",
    )
    axes.set(xlabel="lr", ylabel="momentum")
    axes.locator_params(axis="x", nbins=4)
    return {
        "cells": cells,
        "limit": plots.empty_line(axes, "--", color=plots.BLACK, label="limit in theory"),
        "swing": plots.empty_line(axes, ":", color=plots.BLACK, label="all directions swing"),
        "across": plots.empty_line(axes, color=plots.VERMILION, lw=1.2),
        "up": plots.empty_line(axes, color=plots.VERMILION, lw=1.2),
        "here": plots.empty_line(axes, "o", color=plots.VERMILION, mec="white", ms=11),
    }


def draw_colors(figure, axes, cells):
    """The colour bar; white is for a factor of 1 or more."""
    bar = figure.colorbar(cells, ax=axes, label="error kept per update")
    bar.set_ticks(BANDS[::-2], labels=[f"{factor:g}" for factor in BANDS[::-2]])


def shown(surface, factors, nesterov, lr, momentum):
    """What the artists of ``draw`` show."""
    return {
        "cells": factors,
        "limit": limit_line(surface, nesterov),
        "swing": swing_line(surface, nesterov),
        "across": ([0, 1.1 * rates(surface)[-1]], [momentum, momentum]),
        "up": ([lr, lr], [-1, 2]),
        "here": ([lr], [momentum]),
    }


def draw_errors(axes):
    """Axes for the error against updates; returns the Text at the end of the updates."""
    axes.set(yscale="log", ylim=(1e-12, 1e6), title="Error left")
    axes.set_yticks([1e-12, 1e-6, 1, 1e6])
    axes.grid(axis="y", alpha=0.3)
    return plots.draw_updates(axes)


def error_line(errors):
    """The errors of one run, for a line on the axes of ``draw_errors``; it ends where they end."""
    there = np.isfinite(errors)
    return np.linspace(0, 1, len(errors))[there], errors[there]


def average_line(factor, updates):
    """The same factor at every update: a straight line on a scale of powers of ten."""
    with divergence.allowed():
        return [0, 1], [1, np.clip(np.power(factor, updates), 1e-300, 1e300)]


def _distance(path, minimum):
    away = path - np.reshape(minimum, (-1, *(1 for _ in path.shape[2:])))
    return np.sqrt((away * away).sum(axis=1))

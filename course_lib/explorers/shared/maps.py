"""Maps of lr and momentum: every cell is a run of SGD on a surface, its colour is what the run did.

The *error* of a run is its distance to the nearest minimum, as a share of the distance at the start. Its
*factor* is what the error is multiplied by at each update, on average over the run. The *cost* of a cell is
how many updates it needs, as a multiple of what the best cell of the map needs for as small an error.
"""

from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import LogNorm

from course_lib import plots, surfaces, theory, training
from course_lib.base import divergence
from course_lib.optimizers import SGD

CELLS = 100  # each way
MOMENTA = np.arange(CELLS) / CELLS
HIGHEST = 4.0  # lr * curvature at the right edge: no momentum allows more
MEASURABLE = 1e-13  # a smaller error is rounding
FASTEST = 0.1  # a smaller factor counts as this, or it would leave no colours to the others
LOST = 2.0  # stands for every larger factor
DEAREST = 50  # a cell that costs more looks as one that costs this
NO_NEARER = 1000.0  # the cost of a cell that got no nearer


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
        record_every=max(1, updates // 20),
        momentum=MOMENTA,
        lr=rates(place),
    )
    factors = np.minimum(factor(errors(runs), runs.updates), LOST)
    factors.setflags(write=False)  # the cache hands it out again
    return factors


@lru_cache(maxsize=8)
def costs(name, condition, decay, kinds, updates):
    """The cost of every cell, a map for each of the ``kinds`` (nesterov or not); the best is that of all."""
    factors = np.stack([measured(name, condition, decay, nesterov, updates) for nesterov in kinds])
    speeds = -np.log(np.clip(factors, FASTEST, 1))
    with divergence.allowed():
        multiples = np.clip(speeds.max() / speeds, 1, DEAREST)
    cells = np.where(speeds > 0, multiples, NO_NEARER)
    cells.setflags(write=False)
    return tuple(cells)


def errors(run):
    """The error at each record, shape (n, *R); inf where the run left the range of numbers."""
    with divergence.allowed():
        distances = [_distance(run.path, minimum) for minimum in run.objective.minima]
        distance = np.min(distances, axis=0)
        return np.nan_to_num(distance / distance[0], nan=np.inf)


def factor(errors, updates):
    """The t-th root of the error after t updates: the largest of a run's last third.

    A run that swings passes the minimum now and then, where the error says little; its largest roots are
    near the crests. The run ends here when no error is left to measure.

    >>> factor(np.array([1.0, 0.5, 0.001, 0.125, 0.0]), np.array([0, 1, 2, 3, 4])).item()
    0.5
    """
    left, updates = errors[1:], updates[1:].reshape(-1, *(1 for _ in errors.shape[1:]))
    there = left > MEASURABLE
    end = (updates * there).max(axis=0)
    with divergence.allowed():
        slopes = np.log(left) / updates
    return np.exp(np.where(there & (3 * updates >= 2 * end), slopes, -np.inf).max(axis=0))


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
    colors = colormaps["viridis_r"].with_extremes(over=(0, 0, 0, 0))  # the paper
    cells = axes.imshow(
        np.ones((CELLS, CELLS)),
        extent=(left, right, low, high),
        cmap=colors,
        norm=LogNorm(1, DEAREST),
        origin="lower",
        aspect="auto",
        interpolation="nearest",
    )
    axes.set(xlabel="lr", ylabel="momentum")
    axes.locator_params(axis="x", nbins=4)
    return {
        "cells": cells,
        "limit": plots.empty_line(axes, "--", color=plots.BLACK, label="limit"),
        "swing": plots.empty_line(axes, ":", color=plots.BLACK, label="all swing"),
        "across": plots.empty_line(axes, color=plots.VERMILION, lw=1.2),
        "up": plots.empty_line(axes, color=plots.VERMILION, lw=1.2),
        "here": plots.empty_line(axes, "o", color=plots.VERMILION, mec="white", ms=11),
    }


def draw_colors(figure, axes, cells):
    """The colour bar; paper is for what got no nearer."""
    bar = figure.colorbar(cells, ax=axes, extend="max")
    bar.set_label("updates (fewest = 1)", loc="bottom")
    ticks = [1, 2, 5, 10, 20, DEAREST]
    bar.set_ticks(ticks, labels=[f"{tick}" for tick in ticks], minor=False)
    bar.minorticks_off()
    bar.ax.text(1.4, 1.035, "∞", transform=bar.ax.transAxes, color=plots.QUIET)


def shown(surface, cells, nesterov, lr, momentum):
    """What the artists of ``draw`` show."""
    return {
        "cells": cells,
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

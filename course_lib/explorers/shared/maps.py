"""Maps of lr and momentum: every cell is a run of SGD on a surface, its colour is what the run did.

The *error* of a run is its distance to the nearest minimum, as a share of the distance at the start. Its
*factor* is what the error is multiplied by at each update, on average over the run. The *cost* of a cell is
how many updates it needs, as a multiple of what the best cell of the map needs for as small an error.
"""

from functools import lru_cache, reduce
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import LogNorm

from course_lib import compiled, plots, surfaces, theory, training
from course_lib.base import divergence
from course_lib.base.objectives import Objective
from course_lib.optimizers import SGD

CELLS, FINE = 100, 316  # each way; what is said of a map is said of the first
HIGHEST = 4.0  # lr * curvature at the right edge: no momentum allows more
MEASURABLE = 1e-13  # a smaller error is rounding
FASTEST = 0.1  # a smaller factor counts as this, or it would leave no colours to the others
LOST = 2.0  # stands for every larger factor
DEAREST = 50  # a cell that costs more looks as one that costs this
NO_NEARER = 1000.0  # the cost of a cell that got no nearer


def surface(name, condition):
    """The surface of that name; ``condition`` is the ravine's."""
    return surfaces.get(name, condition=condition) if name == "ravine" else surfaces.get(name)


def cells():
    """How many cells a map has each way: ten times as many runs where they are compiled."""
    return FINE if compiled.is_on() else CELLS


def rates(surface, cells=CELLS):
    """The learning rates of the map's columns, from the same left edge to the same right one."""
    return HIGHEST / max(surface.curvatures) * (np.arange(cells) + 0.5 + cells / CELLS / 2) / cells


def momenta(cells=CELLS):
    """The momenta of the map's rows."""
    return np.arange(cells) / cells


@lru_cache(maxsize=8)
def measured(name, condition, decay, nesterov, updates, cells=CELLS):
    """The factor of every cell, shape (momenta, rates), at most ``LOST``; at 1 or more it got nowhere."""
    place = surface(name, condition)
    runs = training.sweep(
        _Distance(place),
        SGD(decay=decay, nesterov=nesterov),
        steps=updates,
        record_every=max(1, updates // 20),
        momentum=momenta(cells),
        lr=rates(place, cells),
    )
    distances, done = runs.losses, runs.updates
    start = distances[0, 0, 0]
    late = np.searchsorted(3 * done, 2 * updates) - 1  # all that counts, where an error is left
    factors = factor(_shares(distances[late:], start), done[late:])
    are_over = distances[-1] <= MEASURABLE * start
    factors[are_over] = factor(_shares(distances[:, are_over], start), done)
    factors = np.minimum(factors, LOST)
    factors.setflags(write=False)  # the cache hands it out again
    return factors


@lru_cache(maxsize=8)
def costs(name, condition, decay, kinds, updates, cells=CELLS):
    """The cost of every cell, a map for each of the ``kinds`` (nesterov or not); the best is that of all."""
    factors = np.stack([measured(name, condition, decay, nesterov, updates, cells) for nesterov in kinds])
    speeds = -np.log(np.clip(factors, FASTEST, 1))
    with divergence.allowed():
        multiples = np.clip(speeds.max() / speeds, 1, DEAREST)
    found = np.where(speeds > 0, multiples, NO_NEARER)
    found.setflags(write=False)
    return tuple(found)


def errors(run):
    """The error at each record, shape (n, *R); inf where the run left the range of numbers."""
    with divergence.allowed():
        distances = _distance(np.moveaxis(run.path, 1, 0), run.objective.minima)
    return _shares(distances, distances[0])


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
    half_x, half_y = rates(surface)[0] / 2, 0.5 / cells()
    left, right, low, high = half_x, rates(surface)[-1] + half_x, -half_y, 1 - half_y
    colors = colormaps["viridis_r"].with_extremes(over=(0, 0, 0, 0))  # the paper
    image = axes.imshow(
        np.ones((1, 1)),
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
        "cells": image,
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


class _Distance(Objective):
    """A surface of which a run records the distance to the nearest minimum in place of the value."""

    def __init__(self, surface):
        self.surface, self.start, self.dimensions = surface, surface.start, surface.dimensions

    def value(self, w):
        return _distance(w, self.surface.minima)

    def gradient(self, w):
        return self.surface.gradient(w)

    def unchecked(self):
        return self.value, self.surface.unchecked()[1]


def _distance(w, minima):
    """The distance to the nearest of the minima, coordinates first."""
    squares = [sum(np.square(x - there) for x, there in zip(w, minimum, strict=True)) for minimum in minima]
    return np.sqrt(reduce(np.minimum, squares))


def _shares(distances, start):
    """Each distance as a share of that at the start; infinity where it is no number."""
    with divergence.allowed():
        shares = distances / start
    shares[np.isnan(shares)] = np.inf
    return shares

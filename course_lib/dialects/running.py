"""Two optimizers on the same gradients: at which update their weights part, and by how much."""

from typing import NamedTuple

import numpy as np

from course_lib.optimizers import clipping

SIZES = np.array([1.0, 1e-3, 1e-6])  # of the gradients: where they are small, epsilon counts
UPDATES = 200
ROUNDING = 3e-14  # of a weight: two orders of the same operations can make so much in 200 updates


class Parting(NamedTuple):
    """``apart``: after each update (row), for each of SIZES: how far apart, as a part of the way so far;
    0 where no more than rounding parts them."""

    apart: np.ndarray

    @property
    def first(self):
        """The update, counted from 1, at which they part; None if they never do."""
        parted = self.apart.any(axis=1)
        return int(parted.argmax()) + 1 if parted.any() else None

    def amounts(self):
        """How far apart they are in the end, for each of SIZES: "0.035%", "130%"."""
        return [f"{100 * part:.0f}%" if part >= 1 else f"{100 * part:.2g}%" for part in self.apart[-1]]


def problem(updates=UPDATES):
    """Where the weights start, shape (4, 3), and a gradient for each update: four weights, for each of SIZES.

    The gradients are drawn once and do not depend on the weights, so that no rate makes anything diverge.
    """
    rng = np.random.default_rng(21)
    start = np.repeat(rng.normal(size=(4, 1)), len(SIZES), axis=1)
    return start, (0.5 + rng.normal(size=(updates, 4, 1))) * SIZES


def path(meaning, w, gradients):
    """The weights after each update; the first half of them is one variable, the second half another."""
    optimizer, each = meaning.optimizer(), meaning.settings.get("clipnorm_each")
    clip = optimizer.clip
    if meaning.clips_first:
        optimizer = optimizer.replace(clipnorm=None, clipvalue=None)
    state, points = optimizer.init(w), []
    for g in gradients:
        if each is not None:
            g = np.concatenate([clipping.shorten(part, each) for part in np.split(g, 2)])
        w, state = optimizer.step(w, clip(g) if meaning.clips_first else g, state)
        points.append(w)
    return np.array(points)


def parting(one, other, updates=UPDATES):
    """How two meanings part on the gradients of ``problem``; ``one`` is that whose way is measured.

    >>> from course_lib.dialects.reading import read
    >>> keras, torch = read("keras.optimizers.Adam(1e-3)"), read("torch.optim.Adam(p, eps=1e-7)")
    >>> found = parting(keras.meaning, torch.meaning)
    >>> found.first, found.apart[0].round(4).tolist()
    (1, [0.0, 0.0102, 4.4848])
    """
    if one == other:
        return Parting(np.zeros((updates, len(SIZES))))
    w, gradients = problem(updates)
    first, second = path(one, w, gradients), path(other, w, gradients)
    way = np.maximum.accumulate(np.abs(first - w).max(axis=1))
    apart = np.abs(first - second)
    apart[apart <= ROUNDING * np.maximum(1, np.abs(first))] = 0
    return Parting(apart.max(axis=1) / np.maximum(way, np.finfo(float).tiny))

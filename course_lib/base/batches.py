"""The order in which the samples come, by one rule for all who train, so that one seed gives one training."""

from functools import lru_cache

import numpy as np


@lru_cache(maxsize=4)
def of_epoch(samples, batch_size, seed, epoch):
    """The rows of each batch of an epoch. ``seed=None`` takes the samples as they stand, by slices.

    The order of each epoch is drawn by itself, so whoever begins at epoch 7 meets the batches that another
    meets there. A batch that holds all samples needs no order, and keeps theirs.

    >>> of_epoch(samples=3, batch_size=2, seed=None, epoch=0)
    [slice(0, 2, None), slice(2, 4, None)]
    >>> [rows.tolist() for rows in of_epoch(samples=5, batch_size=2, seed=3, epoch=0)]
    [[4, 2], [1, 3], [0]]
    """
    slices = [slice(first, first + batch_size) for first in range(0, samples, batch_size)]
    if seed is None or len(slices) == 1:
        return slices
    order = np.random.default_rng([seed, epoch]).permutation(samples)
    return [order[rows] for rows in slices]


def take(array, rows):
    """These rows of an array; ``take`` brings single ones in a third of the time of an index."""
    return array[rows] if isinstance(rows, slice) else array.take(rows, axis=0)


def count(samples, batch_size):
    """How many batches an epoch has; the last may be smaller."""
    return -(-samples // batch_size)

"""The order in which the samples come, by one rule for all who train, so that one seed gives one training."""

from functools import lru_cache

import numpy as np


@lru_cache(maxsize=4)
def of_epoch(samples, batch_size, seed, epoch):
    """The rows of each batch of an epoch, one array a batch; ``seed=None`` takes the samples as they stand.

    The order of each epoch is drawn by itself, so whoever begins at epoch 7 meets the batches that another
    meets there. A batch that holds all samples needs no order, and keeps theirs.

    >>> [rows.tolist() for rows in of_epoch(samples=5, batch_size=2, seed=None, epoch=0)]
    [[0, 1], [2, 3], [4]]
    >>> [rows.tolist() for rows in of_epoch(samples=5, batch_size=2, seed=3, epoch=0)]
    [[4, 2], [1, 3], [0]]
    """
    order = np.arange(samples)
    if seed is not None and batch_size < samples:
        order = np.random.default_rng([seed, epoch]).permutation(samples)
    return [order[first : first + batch_size] for first in range(0, samples, batch_size)]


def count(samples, batch_size):
    """How many batches an epoch has; the last may be smaller."""
    return -(-samples // batch_size)

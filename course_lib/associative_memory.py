"""A memory that is a matrix: it answers keys with values, and some pairs are seen more often than others."""

import numpy as np

from course_lib.base import divergence, validation
from course_lib.base.objectives import Objective


class AssociativeMemory(Objective):
    """``f(W) = sum(p[i] / 2 * norm(W @ k[i] - v[i])**2)``, the mean over pairs of a key k and a value v.

    With ``errors = W @ keys - values``, one column a pair, its gradient is ``(p * errors) @ keys.T``.

    ``ratio``: in (0, 1], how often a pair is seen, against the one before it: p is 1, ratio, ratio**2 and so
    on, divided by its sum. ``pairs``: how many, a whole number >= 1. W has as many rows and columns, and lies
    in ``w`` row after row, so that ``w`` has shape ``(pairs**2, *R)``; it starts at 0.
    ``turned``: False, where key i and value i are the ith axis, or True, where they are the columns of two
    orthogonal matrices drawn at random. ``seed`` fixes these.

    ``keys`` and ``values``, shape (pairs, pairs), have a pair in each column; ``p`` has shape (pairs,).

    >>> memory = AssociativeMemory(ratio=0.5, pairs=2)
    >>> memory.gradient(np.zeros(4)).round(3)
    array([-0.667,  0.   ,  0.   , -0.333])
    >>> memory.errors(np.array([1.0, 0.0, 0.0, 0.5]))
    array([0. , 0.5])
    """

    def __init__(self, ratio=0.5, pairs=8, turned=False, seed=0):
        self.ratio = validation.number("ratio", ratio, lambda r: (r > 0) & (r <= 1), "a number in (0, 1]")
        self.pairs = validation.whole_number("pairs", pairs, low=1)
        self.turned = validation.flag("turned", turned)
        self.seed = validation.whole_number("seed", seed, low=0)
        often = float(self.ratio) ** np.arange(self.pairs)
        self.p = often / often.sum()
        self.keys, self.values = self._directions()
        self.dimensions, self.start = self.pairs**2, np.zeros(self.pairs**2)

    def errors(self, w):
        """How far each pair's answer is from its value, of ``w`` of shape (pairs**2, *R): (pairs, *R)."""
        with divergence.allowed():
            return np.sqrt(np.square(self._off(w)).sum(axis=0))

    def value(self, w):
        with divergence.allowed():
            return np.tensordot(self.p, np.square(self._off(w)).sum(axis=0), axes=1) / 2

    def gradient(self, w):
        w = np.asarray(w)
        with divergence.allowed():
            weighted = np.einsum("ij...,j->ij...", self._off(w), self.p)
            return np.einsum("ij...,kj->ik...", weighted, self.keys).reshape(w.shape)

    def _off(self, w):
        """W @ keys - values, shape (pairs, pairs, *R)."""
        matrix = np.reshape(w, (self.pairs, self.pairs, *np.shape(w)[1:]))
        values = self.values.reshape(self.pairs, self.pairs, *[1] * (matrix.ndim - 2))
        return np.einsum("ij...,jk->ik...", matrix, self.keys) - values

    def _directions(self):
        if not self.turned:
            return np.eye(self.pairs), np.eye(self.pairs)
        drawn = np.random.default_rng(self.seed).normal(size=(2, self.pairs, self.pairs))
        orthogonal, triangle = np.linalg.qr(drawn)
        return orthogonal * np.sign(np.diagonal(triangle, axis1=1, axis2=2))[:, None]  # on any machine

    def __repr__(self):
        settings = f"ratio={self.ratio}, pairs={self.pairs}, turned={self.turned}, seed={self.seed}"
        return f"AssociativeMemory({settings})"

"""Losses for embeddings: what belongs together comes near, all else goes away."""

import numpy as np

from course_lib.base import formulas, validation
from course_lib.base.formulas import across, length
from course_lib.losses.joint import JointLoss


class InfoNCE(JointLoss, names=["info_nce"]):
    """Find your partner among all: ``-log(softmax(s)[i, i])`` of row i, where ``s = cos(query, key) / T``.

    ``query`` and ``key`` have shape (N, D); row i of the one belongs to row i of the other, and all other
    keys are its negatives. With ``G = (softmax(s) - I) / T`` the slopes of the sum are ``G @ key`` and
    ``G.T @ query`` of the directions, and what stands across each row over its length of the rows
    themselves. ``temperature`` T > 0. A row of zeros has cosine 0 with all, and slope 0.

    The two orders give two losses, the mean of which is CLIP's.

    Source: A. van den Oord and others (2018), Representation learning with contrastive predictive coding.

    >>> pair = [[1.0, 0.0], [0.0, 1.0]]
    >>> round(InfoNCE(temperature=1.0)(pair, pair), 6)
    0.313262
    """

    def __init__(self, temperature=0.07):
        self.temperature = _temperature(temperature)

    def row(self, query, key):
        s = _direction(query) @ _direction(key).T / self.temperature
        return -formulas.log_softmax(s).diagonal()

    def slopes(self, query, key):
        q, k = _direction(query), _direction(key)
        p, _ = formulas.softmax(q @ k.T / self.temperature)
        g = (p - np.eye(len(q), dtype=q.dtype)) / self.temperature
        return _of_rows(g @ k, query), _of_rows(g.T @ q, key)


class NTXent(JointLoss, names=["nt_xent"]):
    """InfoNCE among both views together: each of the 2 N rows must find its partner among 2 N - 1 others.

    ``view`` and ``other_view`` have shape (N, D): row i of both is the same thing, seen twice. With ``z`` all
    rows of both and ``s = cos(z, z) / T`` without its diagonal, a row costs ``-log(softmax(s)[i, partner])``,
    a sample the mean of its two rows. The slopes are those of InfoNCE with ``G + G.T`` for G. A row of
    zeros has cosine 0 with all, and slope 0.

    Source: T. Chen and others (2020), SimCLR; optax, losses.ntxent.

    >>> view, other_view = [[-1.954, 1.078], [1.8745, -0.0195]], [[0.238, -0.5703], [-0.6719, -1.921]]
    >>> round(NTXent(temperature=0.07)(view, other_view), 5)
    14.01032
    """

    def __init__(self, temperature=0.07):
        self.temperature = _temperature(temperature)

    def row(self, view, other_view):
        s, partner = self._scores(_direction(np.concatenate([view, other_view])))
        return -formulas.log_softmax(s)[partner].reshape(2, -1).mean(axis=0)

    def slopes(self, view, other_view):
        rows = np.concatenate([view, other_view])
        z = _direction(rows)
        s, partner = self._scores(z)
        g, _ = formulas.softmax(s)
        g[partner] -= 1
        slope = _of_rows((g + g.T) @ z / self.temperature, rows) / 2
        return slope[: len(view)], slope[len(view) :]

    def _scores(self, z):
        """``s``, shape (2 N, 2 N), and the places in it at which partners meet."""
        s, every = z @ z.T / self.temperature, np.arange(len(z))
        s[every, every] = -np.inf
        return s, (every, np.roll(every, len(z) // 2))


class TripletMargin(JointLoss, names=["triplet_margin"]):
    """The positive must be nearer than the negative: ``max(|a - p| - |a - n| + margin, 0)``.

    ``anchor`` a, ``positive`` p and ``negative`` n have shape (N, D); ``|.|`` is the length. Where the loss
    is above 0, the slopes are ``u - v``, ``-u`` and ``v`` with the directions ``u = (a - p) / |a - p|`` and
    ``v = (a - n) / |a - n|``; else 0. Kinks there and where two points coincide, whose direction is taken as
    0. (PyTorch and optax add an epsilon to the distance.) ``margin`` >= 0.

    Source: F. Schroff and others (2015), FaceNet, with squared distances; PyTorch, TripletMarginLoss.

    >>> TripletMargin(margin=1.0)([[0.0, 0.0]], [[3.0, 4.0]], [[0.0, 5.5]])
    0.5
    """

    def __init__(self, margin=1.0):
        self.margin = validation.number("margin", margin, lambda m: m >= 0, "a number >= 0")

    def row(self, anchor, positive, negative):
        apart = length(anchor - positive) - length(anchor - negative) + self.margin
        return np.maximum(apart[:, 0], 0)

    def slopes(self, anchor, positive, negative):
        felt = self.row(anchor, positive, negative)[:, None] > 0
        u, v = felt * _direction(anchor - positive), felt * _direction(anchor - negative)
        return u - v, -u, v


def _temperature(value):
    return validation.number("temperature", value, lambda t: t > 0, "a number > 0")


def _direction(rows):
    """Each row at length 1; one of zeros stays."""
    long = length(rows)
    return rows / np.where(long == 0, 1, long)


def _of_rows(slope, rows):
    """The slope of the rows, from that of their directions: what stands across a row, over its length."""
    long = length(rows)
    return np.where(long == 0, 0, across(slope, rows) / long)

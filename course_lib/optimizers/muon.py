"""Muon: a matrix takes a step that is as long in every direction, whatever its gradient prefers."""

from math import sqrt
from typing import Any, NamedTuple

import numpy as np

from course_lib.base import validation
from course_lib.optimizers.base import Optimizer, zeros_like
from course_lib.optimizers.clipping import sum_of_squares
from course_lib.optimizers.matrices import matrices, size_of, weights
from course_lib.optimizers.matrices import shape as checked_shape

NEWTON_SCHULZ = 3.4445, -4.7750, 2.0315
SCALES: dict[str, Any] = {
    "keras": lambda m, n: 0.2 * sqrt(max(m, n)),
    "pytorch": lambda m, n: sqrt(max(1.0, m / n)),
    "none": lambda m, n: 1.0,
}


class MuonState(NamedTuple):
    """``momentum``: the sum of all gradients, fading."""

    iterations: int
    momentum: np.ndarray


class Muon(Optimizer, names=["muon"]):
    """Momentum, whose singular values are all brought near 1 before it becomes a step.

    One update of a matrix of m rows and n columns::

        lr_t = lr * (1 / (1 + decay * iterations))
        b = momentum * b + g                          # b starts at 0
        u = g + momentum * b                          # nesterov=True, else u = b
        x = orthogonal(u / (norm(u) + epsilon))       # ns_steps times: see below
        w = w - lr_t * scale(m, n) * x

    ``shape``: ``(m, n)`` for weights of m * n coordinates, row after row; None takes them as one column.
    For a network, whose weights are many matrices and vectors, see ``by_shape``.
    ``momentum``: in [0, 1). ``nesterov``: whether to look ahead. ``epsilon``: > 0, against a division by 0.
    ``ns_steps``: how often ``orthogonal`` takes Newton and Schulz's step, a whole number >= 0. Five bring
    the singular values to between 0.7 and 1.2 and not to 1, and a tiny one stays small.
    ``scale``: ``"keras"``, 0.2 sqrt(max(m, n)), about as long as Adam's steps; ``"pytorch"``,
    sqrt(max(1, m/n)); ``"none"``, 1. PyTorch's layers hold the transpose of Keras's and of ours, so that its
    m is the n of a Dense here. The name and the rate alike, steps differ.

    Source: K. Jordan and others (2024), Muon; J. Liu and others (2025), arXiv 2502.16982, for Keras's scale;
    Keras 3 and PyTorch, optimizers.Muon.

    >>> muon = Muon(lr=0.5, shape=(2, 2))
    >>> w, _ = muon.step([1.0, 2.0, 3.0, 4.0], [1.0, 6.0, 7.0, 2.0], muon.init([1.0, 2.0, 3.0, 4.0]))
    >>> w.round(4)
    array([0.9888, 1.8871, 2.8734, 3.9704])
    """

    def __init__(
        self,
        lr=0.001,
        momentum=0.95,
        nesterov=True,
        shape=None,
        scale="keras",
        ns_steps=5,
        epsilon=1e-7,
        decay=0.0,
        **shared,
    ):
        super().__init__(lr, decay, **shared)
        self.momentum = validation.fraction("momentum", momentum)
        self.nesterov = validation.switch("nesterov", nesterov)
        self.shape = checked_shape("shape", shape)
        validation.one_of("scale", scale, SCALES)
        self.scale = scale
        self.ns_steps = validation.whole_number("ns_steps", ns_steps, low=0)
        self.epsilon = validation.above_0("epsilon", epsilon)

    def initial_state(self, w):
        size_of(w, self.shape)
        return MuonState(0, momentum=zeros_like(w))

    def update(self, w, g, state):
        lr = self.rate(state.iterations) * SCALES[self.scale](*size_of(w, self.shape))
        b = self.momentum * state.momentum + g
        u = g + self.momentum * b if self.nesterov else b
        u = u / (np.sqrt(sum_of_squares(u)) + self.epsilon)
        x = weights(orthogonal(matrices(u, self.shape), self.ns_steps))
        return w - lr * x, MuonState(state.iterations + 1, b)


def orthogonal(x, steps=5):
    """Newton and Schulz's step, so many times: each singular value s becomes a s + b s³ + c s⁵.

    ``x``: matrices of a norm of at most 1, shape ``(..., m, n)``. The three numbers bring up small
    singular values fast, and no number of steps ends at 1.

    >>> orthogonal(np.diag([0.6, 0.1])).round(2)
    array([[0.72, 0.  ],
           [0.  , 0.71]])
    """
    a, b, c = NEWTON_SCHULZ
    if x.shape[-2] > x.shape[-1]:
        return orthogonal(x.swapaxes(-1, -2), steps).swapaxes(-1, -2)
    for _ in range(steps):
        square = x @ x.swapaxes(-1, -2)
        x = a * x + (b * square + c * square @ square) @ x
    return x

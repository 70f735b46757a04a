"""Prodigy: Adam that finds its own rate, from how far the weights have come."""

from typing import Any, ClassVar, NamedTuple

import numpy as np

from course_lib.base import validation
from course_lib.optimizers.base import Optimizer, plain, zeros_like
from course_lib.optimizers.clipping import total


class ProdigyState(NamedTuple):
    """``start``: the first weights. ``mean``, ``square``: running means of d g and (d g)².

    ``pull``: the running sum of d² g. ``distance``: d, and ``gain``: the running sum of d² g (start - w), one
    number each.
    """

    iterations: int
    start: np.ndarray
    mean: np.ndarray
    square: np.ndarray
    pull: np.ndarray
    gain: Any
    distance: Any


class Prodigy(Optimizer, names=["prodigy"]):
    """Adam at the rate ``d``, an estimate of the way from the start to the minimum that can only grow.

    One update::

        lr_t = lr * (1 / (1 + decay * iterations))
        m = beta_1 * m + (1 - beta_1) * d * g         # m, v, r and s start at 0, d at d0
        v = beta_2 * v + (1 - beta_2) * (d * g)**2
        r = sqrt(beta_2) * r + lr_t * d**2 * sum(g * (start - w))
        s = sqrt(beta_2) * s + lr_t * d**2 * g
        next_d = max(d, r / sum(abs(s)))
        w = w - lr_t * d * m / (sqrt(v) + next_d * epsilon)
        d = next_d

    ``lr``: 1 is the default and a factor of ``d``, for schedules; it is no rate to be tuned.
    ``d0``: > 0, the first estimate; too small costs a few updates. ``beta_1``, ``beta_2``: in [0, 1).
    ``epsilon``: > 0, against a division by 0.

    Source: K. Mishchenko and A. Defazio (2024), Prodigy, algorithm 4; the authors' code.

    >>> prodigy, w = Prodigy(), np.array([1.0])
    >>> state = prodigy.init(w)
    >>> for _ in range(50):
    ...     w, state = prodigy.step(w, w, state)  # the gradient of w**2 / 2 is w
    >>> round(state.distance, 3)
    0.42
    """

    per_run: ClassVar = frozenset({"gain", "distance"})

    def __init__(self, lr=1.0, beta_1=0.9, beta_2=0.999, epsilon=1e-8, d0=1e-6, decay=0.0, **shared):
        super().__init__(lr, decay, **shared)
        self.beta_1 = validation.fraction("beta_1", beta_1)
        self.beta_2 = validation.fraction("beta_2", beta_2)
        self.epsilon, self.d0 = validation.above_0("epsilon", epsilon), validation.above_0("d0", d0)

    def initial_state(self, w):
        zeros = zeros_like(w)
        return ProdigyState(0, w.copy(), mean=zeros, square=zeros, pull=zeros, gain=0.0, distance=self.d0)

    def update(self, w, g, state):
        lr, d = self.rate(state.iterations), state.distance
        m = self.beta_1 * state.mean + (1.0 - self.beta_1) * (d * g)
        v = self.beta_2 * state.square + (1.0 - self.beta_2) * np.square(d * g)

        kept, weight = plain(np.sqrt(self.beta_2)), lr * d * d
        r = kept * state.gain + weight * plain(total(g * (state.start - w)))
        s = kept * state.pull + weight * g
        way = r / np.maximum(total(np.abs(s)), np.finfo(w.dtype).tiny)
        next_d = plain(np.maximum(d, way))

        w = w - lr * d * m / (np.sqrt(v) + next_d * self.epsilon)
        return w, ProdigyState(state.iterations + 1, state.start, m, v, s, r, next_d)

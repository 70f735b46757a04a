"""RAdam: Adam that waits with its division until the mean of the squares can be trusted."""

from typing import NamedTuple

import numpy as np

from course_lib.base import validation
from course_lib.optimizers.base import Optimizer, plain, power, zeros_like

TRUSTED = 5.0  # so many squares; the paper has 4, its authors' code and PyTorch 5


class RAdamState(NamedTuple):
    """``mean`` and ``square``: running means of g and g²."""

    iterations: int
    mean: np.ndarray
    square: np.ndarray


class RAdam(Optimizer, names=["radam"]):
    """Momentum alone in the first updates, then Adam, whose rate rises as the squares become known.

    One update, with ``t = iterations + 1``::

        lr_t = lr * (1 / (1 + decay * iterations)) / (1 - beta_1**t)
        m = beta_1 * m + (1 - beta_1) * g             # m and v start at 0
        v = beta_2 * v + (1 - beta_2) * g**2
        full = 2 / (1 - beta_2) - 1                   # how many squares v is worth in the end,
        worth = full - 2 * t * beta_2**t / (1 - beta_2**t)     # and now
        trust = sqrt((worth - 4) * (worth - 2) * full / ((full - 4) * (full - 2) * worth))
        w = w - lr_t * trust * m * sqrt(1 - beta_2**t) / (sqrt(v) + epsilon)    # if worth > 5
        w = w - lr_t * m                                                        # else

    ``beta_1``, ``beta_2``: in [0, 1). ``epsilon``: > 0, against a division by 0. With ``beta_2=0.999`` the
    first five updates are those of momentum, whose length is that of the gradient and not ``lr``; below
    ``beta_2=2/3`` all are.

    After a gradient whose square is infinite (from 1.4e154 on, in float32 from 1.9e19) a coordinate stands
    still from the first division on. ``clipnorm`` prevents it.

    Source: L. Liu and others (2020), On the Variance of the Adaptive Learning Rate; PyTorch, optim.RAdam.

    >>> radam = RAdam(lr=0.1)
    >>> w, _ = radam.step([0.0], [5.0], radam.init([0.0]))
    >>> w
    array([-0.5])
    """

    def __init__(self, lr=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-8, decay=0.0, **shared):
        super().__init__(lr, decay, **shared)
        self.beta_1 = validation.fraction("beta_1", beta_1)
        self.beta_2 = validation.fraction("beta_2", beta_2)
        self.epsilon = validation.above_0("epsilon", epsilon)

    def initial_state(self, w):
        zeros = zeros_like(w)
        return RAdamState(0, mean=zeros, square=zeros)

    def update(self, w, g, state):
        t = state.iterations + 1
        lr = self.rate(state.iterations) / (1.0 - power(self.beta_1, t))
        m = self.beta_1 * state.mean + (1.0 - self.beta_1) * g
        v = self.beta_2 * state.square + (1.0 - self.beta_2) * np.square(g)

        is_trusted, trust = self.trust(t)
        root = plain(np.sqrt(1.0 - power(self.beta_2, t)))
        divided = trust * m * root / (np.sqrt(v) + self.epsilon)

        return w - lr * np.where(is_trusted, divided, m), RAdamState(t, m, v)

    def trust(self, t):
        """Are the squares worth enough after ``t`` updates, and by how much the step is shortened if so."""
        fading = power(self.beta_2, t)
        full = 2.0 / (1.0 - self.beta_2) - 1.0
        worth = full - 2.0 * t * fading / (1.0 - fading)
        known, all_known = np.maximum(worth, TRUSTED), np.maximum(full, TRUSTED)  # in use where they are more
        parts = (known - 4.0) * (known - 2.0) * all_known, (all_known - 4.0) * (all_known - 2.0) * known
        return worth > TRUSTED, plain(np.sqrt(parts[0] / parts[1]))

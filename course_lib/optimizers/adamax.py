"""Adamax: Adam with the largest recent gradient in place of the root mean square."""

from typing import NamedTuple

import numpy as np

from course_lib.base import validation
from course_lib.optimizers.base import Optimizer, power, zeros_like


class AdamaxState(NamedTuple):
    """``mean``: the running mean of g. ``largest``: the largest abs(g), fading."""

    iterations: int
    mean: np.ndarray
    largest: np.ndarray


class Adamax(Optimizer, names=["adamax"]):
    """A running mean of the gradient, divided by the largest recent gradient.

    One update, with ``t = iterations + 1``::

        lr_t = lr * (1 / (1 + decay * iterations)) / (1 - beta_1**t)
        m = beta_1 * m + (1 - beta_1) * g             # m and u start at 0
        u = max(beta_2 * u, abs(g))
        w = w - lr_t * m / (u + epsilon)

    ``beta_1``, ``beta_2``: in [0, 1). ``epsilon``: > 0, against a division by 0.

    Source: Keras 1.2.2, optimizers.Adamax; D. P. Kingma and J. Ba (2015), section 7.

    >>> adamax = Adamax(lr=0.1)
    >>> w, _ = adamax.step([0.0], [5.0], adamax.init([0.0]))
    >>> w.round(6)
    array([-0.1])
    """

    def __init__(self, lr=0.002, beta_1=0.9, beta_2=0.999, epsilon=1e-8, decay=0.0, **shared):
        super().__init__(lr, decay, **shared)
        self.beta_1 = validation.fraction("beta_1", beta_1)
        self.beta_2 = validation.fraction("beta_2", beta_2)
        self.epsilon = validation.above_0("epsilon", epsilon)

    def initial_state(self, w):
        zeros = zeros_like(w)
        return AdamaxState(0, mean=zeros, largest=zeros)

    def update(self, w, g, state):
        t = state.iterations + 1
        lr = self.rate(state.iterations) / (1.0 - power(self.beta_1, t))
        m = self.beta_1 * state.mean + (1.0 - self.beta_1) * g
        u = np.maximum(self.beta_2 * state.largest, np.abs(g))
        return w - lr * m / (u + self.epsilon), AdamaxState(t, m, u)

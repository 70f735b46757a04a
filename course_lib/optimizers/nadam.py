"""Nadam: Adam whose momentum looks ahead, as Nesterov's does."""

from typing import Any, ClassVar, NamedTuple

import numpy as np

from course_lib.base import validation
from course_lib.optimizers.base import Optimizer, power, zeros_like


class NadamState(NamedTuple):
    """``mean`` and ``square``: running means of g and g². ``product``: of all momenta so far."""

    iterations: int
    mean: np.ndarray
    square: np.ndarray
    product: Any


class Nadam(Optimizer, names=["nadam"]):
    """Adam with Nesterov's look-ahead and a momentum that warms up.

    One update, with ``t = iterations + 1``::

        mu_t = beta_1 * (1 - 0.5 * 0.96**(t * schedule_decay))
        m = beta_1 * m + (1 - beta_1) * g             # m and v start at 0
        v = beta_2 * v + (1 - beta_2) * g**2
        ahead = (1 - mu_t) * g / (1 - product of mu_1 .. mu_t)
              + mu_t+1 * m / (1 - product of mu_1 .. mu_t+1)
        w = w - lr * ahead / (sqrt(v / (1 - beta_2**t)) + epsilon)

    ``beta_1``, ``beta_2``: in [0, 1). ``epsilon``: > 0. ``schedule_decay``: >= 0; 0.004 in Keras 1 and in
    PyTorch, and 1 gives Keras 3's ``0.96**t``. Keras's Nadam has no ``decay``.

    After a gradient whose square is infinite (from 1.4e154 on, in float32 from 1.9e19) a coordinate stands
    still for ever: its step is divided by infinity. ``clipnorm`` prevents it.

    Source: Keras 1.2.2, optimizers.Nadam; T. Dozat (2016).

    >>> nadam = Nadam(lr=0.1)
    >>> w, _ = nadam.step([0.0], [5.0], nadam.init([0.0]))
    >>> w.round(3)
    array([-0.106])
    """

    per_run: ClassVar = frozenset({"product"})

    def __init__(self, lr=0.002, beta_1=0.9, beta_2=0.999, epsilon=1e-8, schedule_decay=0.004, **shared):
        super().__init__(lr, **shared)
        self.beta_1 = validation.fraction("beta_1", beta_1)
        self.beta_2 = validation.fraction("beta_2", beta_2)
        self.epsilon = validation.above_0("epsilon", epsilon)
        self.schedule_decay = validation.at_least_0("schedule_decay", schedule_decay)

    def initial_state(self, w):
        zeros = zeros_like(w)
        return NadamState(0, mean=zeros, square=zeros, product=1.0)

    def update(self, w, g, state):
        t = state.iterations + 1
        lr = self.rate(state.iterations)
        mu, mu_next = self.momentum(t), self.momentum(t + 1)
        product = state.product * mu

        m = self.beta_1 * state.mean + (1.0 - self.beta_1) * g
        v = self.beta_2 * state.square + (1.0 - self.beta_2) * np.square(g)
        g_corrected = g / (1.0 - product)
        m_corrected = m / (1.0 - product * mu_next)
        v_corrected = v / (1.0 - power(self.beta_2, t))
        ahead = (1.0 - mu) * g_corrected + mu_next * m_corrected

        return w - lr * ahead / (np.sqrt(v_corrected) + self.epsilon), NadamState(t, m, v, product)

    def momentum(self, t):
        """``mu_t``, the momentum of update ``t``: half of ``beta_1`` at first, all of it in the end."""
        return self.beta_1 * (1.0 - 0.5 * power(0.96, t * self.schedule_decay))

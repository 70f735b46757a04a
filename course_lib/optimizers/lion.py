"""Lion: every coordinate takes a step of the same length, by the sign of a momentum."""

from typing import NamedTuple

import numpy as np

from course_lib.base import validation
from course_lib.optimizers.base import Optimizer, zeros_like


class LionState(NamedTuple):
    """``mean``: the running mean of g."""

    iterations: int
    mean: np.ndarray


class Lion(Optimizer, names=["lion"]):
    """The sign of a mix of momentum and gradient, times the rate.

    One update::

        lr_t = lr * (1 / (1 + decay * iterations))
        w = w - lr_t * sign(beta_1 * m + (1 - beta_1) * g)
        m = beta_2 * m + (1 - beta_2) * g             # m starts at 0

    ``beta_1``, ``beta_2``: in [0, 1). The paper takes it with ``weight_decay``, see ``Optimizer``.
    Kink: at 0 the sign is 0, so a coordinate without a gradient stands still.

    Source: X. Chen and others (2023), Symbolic Discovery of Optimization Algorithms; Keras 3,
    optimizers.Lion.

    >>> lion = Lion(lr=0.1)
    >>> w, _ = lion.step([0.0, 0.0], [5.0, -0.01], lion.init([0.0, 0.0]))
    >>> w
    array([-0.1,  0.1])
    """

    def __init__(self, lr=0.001, beta_1=0.9, beta_2=0.99, decay=0.0, **shared):
        super().__init__(lr, decay, **shared)
        self.beta_1 = validation.fraction("beta_1", beta_1)
        self.beta_2 = validation.fraction("beta_2", beta_2)

    def initial_state(self, w):
        return LionState(0, mean=zeros_like(w))

    def update(self, w, g, state):
        lr = self.rate(state.iterations)
        w = w - lr * np.sign(state.mean * self.beta_1 + g * (1.0 - self.beta_1))
        m = state.mean * self.beta_2 + g * (1.0 - self.beta_2)
        return w, LionState(state.iterations + 1, m)

"""Adadelta: Adagrad with a memory that fades, and steps in the units of the weights."""

from typing import NamedTuple

import numpy as np

from course_lib.base import validation
from course_lib.optimizers.base import Optimizer, zeros_like


class AdadeltaState(NamedTuple):
    """``square``: the running mean of g². ``step_square``: that of the squared steps."""

    iterations: int
    square: np.ndarray
    step_square: np.ndarray


class Adadelta(Optimizer, names=["adadelta"]):
    """The gradient is divided by its recent size and multiplied by the recent size of the steps.

    One update::

        lr_t = lr * (1 / (1 + decay * iterations))
        a = rho * a + (1 - rho) * g**2                # a and d start at 0
        u = g * sqrt(d + epsilon) / sqrt(a + epsilon)
        w = w - lr_t * u
        d = rho * d + (1 - rho) * u**2

    ``lr``: 1 in the paper, and 1 is the default. ``rho``: in [0, 1), the part of the means that is kept.
    ``epsilon``: > 0. It sets the first step, which is ``sqrt(epsilon / (1 - rho))``: 4.47e-4.

    After a gradient whose square is infinite (from 1.4e154 on, in float32 from 1.9e19) a coordinate stands
    still for ever: its step is divided by infinity. ``clipnorm`` prevents it.

    Source: Keras 1.2.2, optimizers.Adadelta; M. D. Zeiler (2012).

    >>> adadelta = Adadelta()
    >>> w, _ = adadelta.step([0.0], [5.0], adadelta.init([0.0]))
    >>> w.round(6)
    array([-0.000447])
    """

    def __init__(self, lr=1.0, rho=0.95, epsilon=1e-8, decay=0.0, **shared):
        super().__init__(lr, decay, **shared)
        self.rho, self.epsilon = validation.fraction("rho", rho), validation.above_0("epsilon", epsilon)

    def initial_state(self, w):
        zeros = zeros_like(w)
        return AdadeltaState(0, square=zeros, step_square=zeros)

    def update(self, w, g, state):
        lr = self.rate(state.iterations)
        a = self.rho * state.square + (1.0 - self.rho) * np.square(g)
        u = g * np.sqrt(state.step_square + self.epsilon) / np.sqrt(a + self.epsilon)
        d = self.rho * state.step_square + (1.0 - self.rho) * np.square(u)
        return w - lr * u, AdadeltaState(state.iterations + 1, a, d)

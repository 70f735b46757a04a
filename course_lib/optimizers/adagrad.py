"""Adagrad: divide each gradient by the size of all gradients so far."""

from typing import NamedTuple

import numpy as np

from course_lib.base import validation
from course_lib.optimizers.base import Optimizer, zeros_like


class AdagradState(NamedTuple):
    """``square``: the sum of all g² so far."""

    iterations: int
    square: np.ndarray


class Adagrad(Optimizer, names=["adagrad"]):
    """Each coordinate's step is divided by the root of the sum of all its squared gradients.

    One update::

        lr_t = lr * (1 / (1 + decay * iterations))
        a = a + g**2
        w = w - lr_t * g / (sqrt(a) + epsilon)

    ``initial_accumulator_value``: >= 0, where ``a`` starts: 0 in Keras 1, 0.1 in Keras 3.
    ``epsilon``: > 0, against a division by 0.
    ``epsilon_inside``: divide by ``sqrt(a + epsilon)``, as Keras up to 1.0.2 and Keras 3 do.

    The first step is ``lr``; under a constant gradient it travels about ``2 * lr * sqrt(updates)``.

    After a gradient whose square is infinite (from 1.4e154 on, in float32 from 1.9e19) a coordinate stands
    still for ever: its step is divided by infinity. ``clipnorm`` prevents it.

    Source: Keras 1.2.2, optimizers.Adagrad; J. Duchi, E. Hazan and Y. Singer (2011).

    >>> adagrad = Adagrad(lr=0.1)
    >>> w, _ = adagrad.step([0.0], [5.0], adagrad.init([0.0]))
    >>> w.round(6)
    array([-0.1])
    """

    def __init__(
        self, lr=0.01, epsilon=1e-8, decay=0.0, initial_accumulator_value=0.0, epsilon_inside=False, **shared
    ):
        super().__init__(lr, decay, **shared)
        self.epsilon = validation.above_0("epsilon", epsilon)
        self.initial_accumulator_value = validation.at_least_0(
            "initial_accumulator_value", initial_accumulator_value
        )
        self.epsilon_inside = validation.switch("epsilon_inside", epsilon_inside)

    def initial_state(self, w):
        zeros = zeros_like(w)
        return AdagradState(0, square=zeros + self.initial_accumulator_value)

    def update(self, w, g, state):
        lr = self.rate(state.iterations)
        a = state.square + np.square(g)
        size = np.sqrt(a + self.epsilon) if self.epsilon_inside else np.sqrt(a) + self.epsilon
        return w - lr * g / size, AdagradState(state.iterations + 1, a)

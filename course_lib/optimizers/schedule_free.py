"""Schedule-free: an average of all weights so far in place of a rate that falls."""

from typing import NamedTuple

import numpy as np

from course_lib.base import validation
from course_lib.optimizers.base import Optimizer, power, zeros_like


class ScheduleFreeState(NamedTuple):
    """``fast``: z, which takes the steps. ``average``: x, the weights to predict with.

    ``square``: the running mean of g², for ``ScheduleFreeAdamW``.
    """

    iterations: int
    fast: np.ndarray
    average: np.ndarray
    square: np.ndarray


class ScheduleFreeSGD(Optimizer, names=["schedule_free_sgd"]):
    """The steps are taken by z, x is the mean of every z, and the gradient is asked for between the two.

    One update, where ``g`` is the gradient at ``w = z + beta * (x - z)``::

        lr_t = lr * (1 / (1 + decay * iterations))
        z = z - lr_t * g                              # z and x start where w does
        x = x + (z - x) / (iterations + 1)
        w = z + beta * (x - z)

    Predict with ``state.average``, which is x: it settles although ``lr`` does not fall.
    ``beta``: in [0, 1): 0 is SGD with an average beside it, near 1 the gradient is that of the average.
    What moves ``w`` before the update, as ``weight_decay`` does, moves z.

    Source: A. Defazio and others (2024), The Road Less Scheduled. While ``lr`` warms up its authors' code
    weighs each z by the square of the largest rate so far, and Keras 3 as here.

    >>> free = ScheduleFreeSGD(lr=0.5)
    >>> w, state = free.step([1.0], [1.0], free.init([1.0]))
    >>> w, state = free.step(w, w, state)  # the gradient of w**2 / 2 is w
    >>> state.average
    array([0.375])
    """

    def __init__(self, lr=1.0, beta=0.9, decay=0.0, **shared):
        super().__init__(lr, decay, **shared)
        self.beta = validation.fraction("beta", beta)

    def initial_state(self, w):
        return ScheduleFreeState(0, fast=w.copy(), average=w.copy(), square=zeros_like(w))

    def update(self, w, g, state):
        return self.averaged(w, self.rate(state.iterations) * g, state)

    def averaged(self, w, step, state):
        """What follows once ``z`` has taken the step: the averages, and the place of the next gradient."""
        t = state.iterations + 1
        moved = w - self.between(state.fast, state.average)
        z = state.fast + moved - step
        x = state.average + (z - state.average) / t
        return self.between(z, x), state._replace(iterations=t, fast=z, average=x)

    def between(self, z, x):
        """Where the gradient is asked for."""
        return z + self.beta * (x - z)


class ScheduleFreeAdamW(ScheduleFreeSGD, names=["schedule_free_adamw"]):
    """The same, with Adam's division by the recent size of the gradient in the place of its momentum.

    One update is that of ``ScheduleFreeSGD``, but::

        v = beta_2 * v + (1 - beta_2) * g**2          # v starts at 0
        z = z - lr_t * g / (sqrt(v / (1 - beta_2**t)) + epsilon)        # t = iterations + 1

    ``beta``, which Keras calls ``beta_1``, and ``beta_2``: in [0, 1). ``epsilon``: > 0.
    ``weight_decay`` pulls z, as in the authors' code; Keras 3 takes it from x.

    Source: A. Defazio and others (2024); Keras 3, optimizers.ScheduleFreeAdamW.

    >>> free = ScheduleFreeAdamW(lr=0.1)
    >>> w, _ = free.step([0.0], [5.0], free.init([0.0]))
    >>> w.round(6)
    array([-0.1])
    """

    def __init__(self, lr=0.0025, beta=0.9, beta_2=0.999, epsilon=1e-8, decay=0.0, **shared):
        super().__init__(lr, beta, decay, **shared)
        self.beta_2 = validation.fraction("beta_2", beta_2)
        self.epsilon = validation.above_0("epsilon", epsilon)

    def update(self, w, g, state):
        v = self.beta_2 * state.square + (1.0 - self.beta_2) * np.square(g)
        corrected = v / (1.0 - power(self.beta_2, state.iterations + 1))
        step = self.rate(state.iterations) * g / (np.sqrt(corrected) + self.epsilon)
        return self.averaged(w, step, state._replace(square=v))

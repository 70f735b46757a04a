"""RMSprop: divide each gradient by its recent size."""

from typing import NamedTuple

import numpy as np

from course_lib.base import validation
from course_lib.optimizers.base import Optimizer, zeros_like


class RMSpropState(NamedTuple):
    """``square``: the running mean of g². ``mean``, ``velocity``: for ``centered`` and ``momentum``."""

    iterations: int
    square: np.ndarray
    mean: np.ndarray
    velocity: np.ndarray


class RMSprop(Optimizer, names=["rmsprop"]):
    """Each coordinate's step is divided by the root of a running mean of its squared gradients.

    One update::

        lr_t = lr * (1 / (1 + decay * iterations))
        a = rho * a + (1 - rho) * g**2                # a starts at 0
        w = w - lr_t * g / (sqrt(a) + epsilon)

    ``rho``: in [0, 1), the part of the mean that is kept; 0.9 looks back about 10 updates.
    ``epsilon``: > 0, against a division by 0.
    ``epsilon_inside``: divide by ``sqrt(a + epsilon)``, as Keras up to 1.0.2 and Keras 3 do.
    ``momentum`` and ``centered`` are Keras 3's: a velocity over the steps, and ``a`` less the squared mean.

    The first step from rest is ``lr / sqrt(1 - rho)``, 3.162 lr at rho=0.9, whatever the gradient's size.

    After a gradient whose square is infinite (from 1.4e154 on, in float32 from 1.9e19) a coordinate stands
    still for ever: its step is divided by infinity. ``clipnorm`` prevents it.

    Source: Keras 1.2.2, optimizers.RMSprop; T. Tieleman and G. Hinton (2012), Lecture 6.5.

    >>> rmsprop = RMSprop(lr=0.1)
    >>> w, _ = rmsprop.step([0.0], [5.0], rmsprop.init([0.0]))
    >>> w.round(3)
    array([-0.316])
    """

    def __init__(
        self,
        lr=0.001,
        rho=0.9,
        epsilon=1e-8,
        decay=0.0,
        momentum=0.0,
        centered=False,
        epsilon_inside=False,
        **shared,
    ):
        super().__init__(lr, decay, **shared)
        self.rho, self.epsilon = validation.fraction("rho", rho), validation.above_0("epsilon", epsilon)
        self.momentum = validation.fraction("momentum", momentum)
        self.centered = validation.switch("centered", centered)
        self.epsilon_inside = validation.switch("epsilon_inside", epsilon_inside)

    def initial_state(self, w):
        zeros = zeros_like(w)
        return RMSpropState(0, square=zeros, mean=zeros, velocity=zeros)

    def update(self, w, g, state):
        lr = self.rate(state.iterations)
        a = self.rho * state.square + (1.0 - self.rho) * np.square(g)
        mean = self.rho * state.mean + (1.0 - self.rho) * g if self.centered else state.mean

        spread = np.maximum(a - np.square(mean), 0) if self.centered else a
        size = np.sqrt(spread + self.epsilon) if self.epsilon_inside else np.sqrt(spread) + self.epsilon
        v = self.momentum * state.velocity + lr * g / size

        return w - v, RMSpropState(state.iterations + 1, a, mean, v)

"""Adam: momentum, divided by the gradient's recent size, both corrected for starting at 0."""

from typing import NamedTuple

import numpy as np

from course_lib.base import validation
from course_lib.optimizers.base import Optimizer, plain, power, zeros_like


class AdamState(NamedTuple):
    """``mean`` and ``square``: running means of g and g². ``largest``: of ``square``, for ``amsgrad``."""

    iterations: int
    mean: np.ndarray
    square: np.ndarray
    largest: np.ndarray


class Adam(Optimizer, names=["adam"]):
    """A running mean of the gradient, divided by the root of a running mean of its square.

    One update, with ``t = iterations + 1``::

        lr_t = lr * (1 / (1 + decay * iterations)) * sqrt(1 - beta_2**t) / (1 - beta_1**t)
        m = beta_1 * m + (1 - beta_1) * g             # m and v start at 0
        v = beta_2 * v + (1 - beta_2) * g**2
        w = w - lr_t * m / (sqrt(v) + epsilon)

    ``beta_1``, ``beta_2``: in [0, 1), the parts of the means that are kept.
    ``epsilon``: > 0, against a division by 0. It stands beside the root of an uncorrected mean, as in Keras.
    ``epsilon_corrected``: it stands beside the corrected root, ``sqrt(v / (1 - beta_2**t))``, as in PyTorch
    and in the paper's first form: then ``epsilon * sqrt(1 - beta_2**t)`` takes its place above.
    ``amsgrad``: divide by the largest ``v`` so far (Keras 2 and later).
    ``bias_correction``: False leaves the last factor of ``lr_t`` out, as a frequent mistake does.

    The first step is about ``lr`` whatever the gradient's size, as long as that is far above ``epsilon``.

    After a gradient whose square is infinite (from 1.4e154 on, in float32 from 1.9e19) a coordinate stands
    still for ever: its step is divided by infinity. ``clipnorm`` prevents it.

    Source: Keras 1.2.2, optimizers.Adam; D. P. Kingma and J. Ba (2015); for ``amsgrad``,
    S. J. Reddi, S. Kale and S. Kumar (2018).

    >>> adam = Adam(lr=0.1)
    >>> w, _ = adam.step([0.0], [5.0], adam.init([0.0]))
    >>> w.round(6)
    array([-0.1])
    """

    def __init__(
        self,
        lr=0.001,
        beta_1=0.9,
        beta_2=0.999,
        epsilon=1e-8,
        decay=0.0,
        amsgrad=False,
        bias_correction=True,
        epsilon_corrected=False,
        **shared,
    ):
        super().__init__(lr, decay, **shared)
        self.beta_1 = validation.fraction("beta_1", beta_1)
        self.beta_2 = validation.fraction("beta_2", beta_2)
        self.epsilon = validation.above_0("epsilon", epsilon)
        self.amsgrad = validation.switch("amsgrad", amsgrad)
        self.bias_correction = validation.switch("bias_correction", bias_correction)
        self.epsilon_corrected = validation.switch("epsilon_corrected", epsilon_corrected)

    def initial_state(self, w):
        zeros = zeros_like(w)
        return AdamState(0, mean=zeros, square=zeros, largest=zeros)

    def update(self, w, g, state):
        t = state.iterations + 1
        lr = self.rate(state.iterations)
        root = plain(np.sqrt(1.0 - power(self.beta_2, t)))
        if self.bias_correction:
            lr = lr * (root / (1.0 - power(self.beta_1, t)))
        epsilon = self.epsilon * root if self.epsilon_corrected else self.epsilon

        m = self.beta_1 * state.mean + (1.0 - self.beta_1) * g
        v = self.beta_2 * state.square + (1.0 - self.beta_2) * np.square(g)
        largest = np.maximum(state.largest, v) if self.amsgrad else v

        return w - lr * m / (np.sqrt(largest) + epsilon), AdamState(t, m, v, largest)

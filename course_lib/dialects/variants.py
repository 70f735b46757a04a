"""Updates that other libraries take, and this course's optimizers do not; each differs in one line."""

from functools import cached_property

import numpy as np

from course_lib.base import validation
from course_lib.optimizers import SGD, Adam, Adamax, RMSprop
from course_lib.optimizers.adam import AdamState
from course_lib.optimizers.adamax import AdamaxState
from course_lib.optimizers.base import power
from course_lib.optimizers.sgd import SGDState


class GradientMomentum(SGD):
    """SGD that remembers gradients, and multiplies by the rate last: PyTorch's and optax's.

    One update::

        v = momentum * v + (1 - dampening) * g        # v starts as the first g
        w = w - lr_t * v                              # nesterov=False
        w = w - lr_t * (g + momentum * v)             # nesterov=True

    ``dampening``: the part of each gradient but the first that the memory leaves out; without momentum
    there is no memory, and it changes nothing.

    Source: PyTorch, optim.SGD; optax, trace, which has no dampening.

    >>> sgd = GradientMomentum(lr=0.1, momentum=0.9, dampening=0.5)
    >>> w, state = sgd.step([0.0], [1.0], sgd.init([0.0]))
    >>> sgd.step(w, [1.0], state)[1].velocity
    array([1.4])
    """

    def __init__(self, lr=0.01, momentum=0.0, dampening=0.0, nesterov=False, **shared):
        super().__init__(lr, momentum, nesterov=nesterov, **shared)
        self.dampening = validation.number("dampening", dampening, lambda x: x == x, "a finite number")

    def update(self, w, g, state):
        kept = (1.0 - self.dampening) * g if self.momentum and state.iterations else g
        v = self.momentum * state.velocity + kept
        step = g + self.momentum * v if self.nesterov else v
        return w - self.rate(state.iterations) * step, SGDState(state.iterations + 1, velocity=v)


class LateRateRMSprop(RMSprop):
    """RMSprop that multiplies by the rate last, after its momentum, so that a new rate counts for old steps.

    Source: PyTorch, optim.RMSprop.

    >>> rmsprop = LateRateRMSprop(lr=0.1, momentum=0.5)
    >>> rmsprop.step([0.0], [5.0], rmsprop.init([0.0]))[0].round(3)
    array([-0.316])
    """

    def update(self, w, g, state):
        step, remembered = self._at_rate_1.update(np.zeros_like(w), g, state)
        return w + self.rate(state.iterations) * step, remembered

    @cached_property
    def _at_rate_1(self):
        return RMSprop.from_config(self.get_config() | {"lr": 1.0, "decay": 0.0})


class EpsilonBesideGradient(Adamax):
    """Adamax that adds epsilon to each gradient, and not to the largest.

    One update is Adamax's with ``u = max(beta_2 * u, abs(g) + epsilon)`` and ``w = w - lr_t * m / u``.

    Source: PyTorch, optim.Adamax; optax, adamax.

    >>> adamax = EpsilonBesideGradient(lr=0.1, epsilon=5.0)
    >>> adamax.step([0.0], [5.0], adamax.init([0.0]))[0]
    array([-0.05])
    """

    def update(self, w, g, state):
        t = state.iterations + 1
        lr = self.rate(state.iterations) / (1.0 - power(self.beta_1, t))
        m = self.beta_1 * state.mean + (1.0 - self.beta_1) * g
        u = np.maximum(self.beta_2 * state.largest, np.abs(g) + self.epsilon)
        return w - lr * m / u, AdamaxState(t, m, u)


class LargestCorrected(Adam):
    """AMSGrad that takes the largest of the corrected means, ``v / (1 - beta_2**t)``, not of ``v`` itself.

    Source: optax, amsgrad.

    >>> adam = LargestCorrected(lr=0.1, amsgrad=True)
    >>> adam.step([0.0], [5.0], adam.init([0.0]))[0].round(6)
    array([-0.1])
    """

    def update(self, w, g, state):
        t = state.iterations + 1
        m = self.beta_1 * state.mean + (1.0 - self.beta_1) * g
        v = self.beta_2 * state.square + (1.0 - self.beta_2) * np.square(g)
        largest = np.maximum(state.largest, v / (1.0 - power(self.beta_2, t)))
        step = m / (1.0 - power(self.beta_1, t)) / (np.sqrt(largest) + self.epsilon)
        return w - self.rate(state.iterations) * step, AdamState(t, m, v, largest)

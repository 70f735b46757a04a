"""Stochastic gradient descent: the optimizer of the documentation's example."""

from typing import NamedTuple

import numpy as np

from course_lib.base import validation
from course_lib.optimizers.base import Optimizer, zeros_like


class SGDState(NamedTuple):
    """``iterations``: updates done so far. ``velocity``: what momentum remembers, shaped like ``w``."""

    iterations: int
    velocity: np.ndarray


class SGD(Optimizer, names=["sgd"]):
    """Stochastic gradient descent with momentum, Nesterov's look-ahead and a decaying rate.

    One update, where ``g`` is the gradient at ``w``::

        lr_t = lr * (1 / (1 + decay * iterations))    # iterations: updates already done, from 0
        v = momentum * v - lr_t * g                   # v starts at 0
        w = w + v                                     # nesterov=False
        w = w + momentum * v - lr_t * g               # nesterov=True

    ``lr``: the learning rate, >= 0. The step per unit of gradient (units: weight² per loss).
    ``momentum``: in [0, 1). The part of the last step that is taken again; 0 forgets it.
    ``decay``: >= 0. How fast the rate falls with each update; after ``1 / decay`` updates it has halved.
    ``nesterov``: look ahead by one more momentum step. With ``momentum=0`` it changes nothing.

    Each may be an array, for a family of runs. ``clipnorm``, ``clipvalue``, ``weight_decay``, ``l2``,
    ``learning_rate``: see ``Optimizer``. ValueError for a setting outside its range.

    Source: Keras 1.2.2, optimizers.SGD.

    >>> import numpy as np
    >>> sgd = SGD(lr=0.1, momentum=0.9)
    >>> w, state = sgd.step(np.array([1.0]), np.array([2.0]), sgd.init(np.array([1.0])))
    >>> w, state.velocity
    (array([0.8]), array([-0.2]))
    """

    def __init__(self, lr=0.01, momentum=0.0, decay=0.0, nesterov=False, **shared):
        super().__init__(lr, decay, **shared)
        self.momentum = validation.fraction("momentum", momentum)
        self.nesterov = validation.switch("nesterov", nesterov)

    def initial_state(self, w):
        return SGDState(iterations=0, velocity=zeros_like(w))

    def update(self, w, g, state):
        lr = self.rate(state.iterations)
        step = lr * g
        v = self.momentum * state.velocity - step
        w = w + self.momentum * v - step if self.nesterov else w + v
        return w, SGDState(state.iterations + 1, v)

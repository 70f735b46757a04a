"""SGD in the words of Keras 3."""

from collections.abc import Callable

import numpy as np


class SGD:
    """An optimizer that moves the variables itself, one after the other.

    ``apply`` asks for the rate, hands each variable to ``update_step``, and counts last. ``learning_rate``: a
    number, or a schedule, a function of the number of updates already done. ``momentum``, ``nesterov``: as in
    Keras 1. ``variables``, ``gradients``: lists of arrays of one shape each.

    Source: Keras 3, optimizers.SGD and the optimizer that it is built on.

    >>> w, sgd = np.array([1.0]), SGD(learning_rate=0.1, momentum=0.9)
    >>> sgd.apply([np.array([2.0])], [w])
    >>> w, sgd.velocities[0], sgd.iterations
    (array([0.8]), array([-0.2]), 1)
    """

    def __init__(self, learning_rate: float | Callable[[int], float] = 0.01, momentum=0.0, nesterov=False):
        self.learning_rate, self.momentum, self.nesterov = learning_rate, momentum, nesterov
        self.iterations, self.velocities = 0, []

    def apply(self, gradients, variables):
        if not self.velocities:
            self.velocities = [np.zeros_like(w) for w in variables]
        rate = self.learning_rate  # rate
        if callable(rate):
            rate = rate(self.iterations)  # rate
        for g, w, m in zip(gradients, variables, self.velocities, strict=True):
            self.update_step(g, w, m, rate)
        self.iterations += 1  # count

    def update_step(self, g, w, m, rate):
        if self.momentum == 0:
            w -= rate * g  # step
            return
        m[...] = self.momentum * m - rate * g  # memory
        if self.nesterov:
            w += self.momentum * m - rate * g  # ahead
        else:
            w += m  # step

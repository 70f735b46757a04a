"""Lookahead: after every few steps of another optimizer, go back half of the way."""

from typing import NamedTuple

import numpy as np

from course_lib.base import validation
from course_lib.optimizers.around import Around
from course_lib.optimizers.base import Optimizer


class LookaheadState(NamedTuple):
    """``slow``: the weights after the last time. ``inside``: the state of the optimizer inside."""

    iterations: int
    slow: np.ndarray
    inside: tuple


class Lookahead(Around, names=["lookahead"]):
    """Fast weights run ahead, slow weights follow, and then the fast ones start from there again.

    One update::

        w = the optimizer's step from w
        slow = slow + alpha * (w - slow)              # after every k-th update; slow starts where w does
        w = slow                                      # likewise

    ``lr``: multiplies the optimizer's rate, see ``Around``. ``optimizer``: an object or its name.
    ``k``: a whole number >= 1. ``alpha``: in (0, 1]; 1 is the optimizer as it is. What the optimizer
    remembers stays as it is, too.

    Source: M. R. Zhang and others (2019), Lookahead Optimizer: k steps forward, 1 step back.

    >>> from course_lib.optimizers import SGD
    >>> lookahead, w = Lookahead(optimizer=SGD(lr=0.5), k=2, alpha=0.5), [8.0]
    >>> state = lookahead.init(w)
    >>> for _ in range(2):
    ...     w, state = lookahead.step(w, w, state)  # 4, then 2 and half of the way back
    >>> w
    array([5.])
    """

    def __init__(self, lr=1.0, optimizer="sgd", k=5, alpha=0.5, decay=0.0, **shared):
        super().__init__(lr, decay, **shared)
        self.optimizer = Optimizer.get(optimizer)
        self.k = validation.whole_number("k", k, low=1)
        self.alpha = validation.setting("alpha", alpha, lambda x: (x > 0) & (x <= 1), "a number in (0, 1]")
        self._led = self.led(self.optimizer)

    def initial_state(self, w):
        return LookaheadState(0, slow=w.copy(), inside=self._led.init(w))

    def update(self, w, g, state):
        t, slow = state.iterations + 1, state.slow
        w, inside = self._led.step(w, g, state.inside)
        if t % self.k == 0:
            w = slow = slow + self.alpha * (w - slow)
        return w, LookaheadState(t, slow, inside)

"""Cautious: of another optimizer's step, what goes uphill is left out."""

from typing import NamedTuple

import numpy as np

from course_lib.optimizers.around import Around
from course_lib.optimizers.base import Optimizer
from course_lib.optimizers.clipping import mean

LEAST = 1e-3  # the share of the coordinates that counts at least, as in the authors' code


class CautiousState(NamedTuple):
    """``inside``: the state of the optimizer inside."""

    iterations: int
    inside: tuple


class Cautious(Around, names=["cautious"]):
    """A coordinate moves only if the step goes against its gradient; the others move the further.

    One update::

        u = the optimizer's step from w
        downhill = 1 where u * g < 0, else 0
        w = w + u * downhill / max(mean(downhill), 0.001)

    ``lr``: multiplies the optimizer's rate, see ``Around``. ``optimizer``: an object or its name. Its own
    ``weight_decay`` would be a part of ``u``.
    Kink: a coordinate whose gradient is 0 stands still.

    Source: K. Liang and others (2024), Cautious Optimizers.

    >>> from course_lib.optimizers import SGD
    >>> cautious = Cautious(optimizer=SGD(lr=0.1, momentum=0.9))
    >>> w, state = cautious.step([1.0, 1.0], [1.0, 1.0], cautious.init([1.0, 1.0]))
    >>> w, state = cautious.step(w, [1.0, -0.5], state)  # the second one's momentum goes uphill
    >>> w
    array([0.52, 0.9 ])
    """

    def __init__(self, lr=1.0, optimizer="adamw", decay=0.0, **shared):
        super().__init__(lr, decay, **shared)
        self.optimizer = Optimizer.get(optimizer)
        self._led = self.led(self.optimizer)

    def initial_state(self, w):
        return CautiousState(0, inside=self._led.init(w))

    def update(self, w, g, state):
        moved, inside = self._led.step(w, g, state.inside)
        u = moved - w
        downhill = (np.sign(u) * np.sign(g) < 0).astype(w.dtype)
        return w + u * downhill / np.maximum(mean(downhill), LEAST), CautiousState(
            state.iterations + 1, inside
        )

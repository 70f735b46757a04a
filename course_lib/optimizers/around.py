"""What goes around other optimizers: they take the steps, and it says how fast and what becomes of them."""

from typing import Any

from course_lib.base import validation
from course_lib.optimizers.base import Optimizer
from course_lib.schedules import Schedule

INSIDE = "inside"  # what a state calls those of the optimizers inside, which they check themselves


class Around(Optimizer):
    """An optimizer with others inside. Its ``lr`` and ``decay`` are a factor of their rates.

    So each keeps a rate of its own, and one schedule, or a callback, leads them all. ``l2``, ``clipnorm`` and
    ``clipvalue`` come before theirs; ``weight_decay`` is better given to them, because here it is multiplied
    by the factor and not by a rate.
    """

    def led(self, optimizer):
        """The optimizer with its rate multiplied by ours."""
        return optimizer.replace(lr=Led(self, optimizer.lr))

    def _checked_memory(self, name, value, w):
        if name != INSIDE:
            return super()._checked_memory(name, value, w)
        if not isinstance(value, tuple):
            raise ValueError(f"the state's {name} must be what init gave it; got {validation.shorten(value)}")
        return value


class Led(Schedule):
    """The rate of an optimizer inside: its own ``lr`` times that of the ``leader``."""

    def __init__(self, leader, lr):
        self.leader, self.lr = leader, lr

    def rate(self, t):
        own: Any = self.lr(t) if callable(self.lr) else self.lr
        return self.leader.rate(t) * own

"""What every optimizer shares: init and step, the rate and its decay, clipping, pulls towards 0, families."""

import math
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from course_lib.base import validation
from course_lib.base.registry import Registered
from course_lib.optimizers import clipping
from course_lib.schedules import Schedule, rate_or_schedule

COUNT = "iterations"  # what every state begins with
NUMBER, COUNTS = (int, float), (list, tuple, np.ndarray)  # unions are slower to look through


class Optimizer(Registered, kind="optimizer"):
    """``init`` makes the state, ``step`` takes an update; each optimizer writes the formulas behind them.

    ``lr``: the learning rate, >= 0: a number, an array for a family of runs, or a Schedule.
    ``decay``: >= 0; the rate of an update is ``lr * (1 / (1 + decay * iterations))``, where ``iterations``
    counts the updates already done.

    The gradient ``g`` on its way into the formula, in this order:

    ``l2``: >= 0; ``g = g + l2 * w``, as if the loss had ``l2 / 2 * sum(w**2)`` more.
    ``clipnorm``: > 0; a gradient longer than this is shortened to it. The length is that of the whole
    gradient (Keras 1; Keras 3 calls this ``global_clipnorm`` and takes ``clipnorm`` variable by variable).
    If the gradient holds NaN or infinity, all of it becomes NaN.
    ``clipvalue``: > 0; every entry of the gradient is then cut to [-clipvalue, clipvalue].

    ``weight_decay``: >= 0; the update begins from ``w - lr_t * weight_decay * w``, with the rate ``lr_t`` as
    above. The formula does not see it, so it is called decoupled. For plain SGD it does the same as ``l2``,
    but not where the gradient is divided by its own size. (``decay`` shrinks the rate, and this the weights.)

    ``learning_rate``: a synonym of ``lr``. ValueError for a setting outside its range, now or set later.

    Source: Keras 1.2.2, optimizers; for ``weight_decay``, I. Loshchilov and F. Hutter (2019), and Keras 3.

    >>> from course_lib.optimizers import SGD
    >>> for pull in ({"l2": 0.5}, {"weight_decay": 0.5}):
    ...     sgd = SGD(lr=0.1, **pull)
    ...     print(sgd.step([2.0], [0.0], sgd.init([2.0]))[0])
    [1.9]
    [1.9]
    """

    lr: Any
    decay: Any = 0.0
    per_run: ClassVar = frozenset()  # what a state holds once for a run, and not for each weight

    def __init__(self, lr, decay=0.0, clipnorm=None, clipvalue=None, weight_decay=None, l2=None):
        self.lr = rate_or_schedule("lr", lr)
        self.decay = validation.at_least_0("decay", decay)
        self.clipnorm = None if clipnorm is None else validation.above_0("clipnorm", clipnorm)
        self.clipvalue = None if clipvalue is None else validation.above_0("clipvalue", clipvalue)
        self.weight_decay = (
            None if weight_decay is None else validation.at_least_0("weight_decay", weight_decay)
        )
        self.l2 = None if l2 is None else validation.at_least_0("l2", l2)

    def init(self, w):
        """The state before the first update. ``w`` has shape ``(D, *R)``, with the family's axes last."""
        w = _floats("w", w)
        self._check_family(w)
        return self.initial_state(w)

    def step(self, w, g, state):
        """One update: the new weights and the new state. Changes neither ``w`` nor ``state``.

        ``g`` is the gradient at ``w`` and has its shape, and so have the arrays of the state; ValueError if
        they have not.
        """
        if not self.are_ready(w, g, state):
            w, g, state = self._checked(w, g, state)
        return self.unchecked()(w, g, state)

    def unchecked(self):
        """``step`` without its checks, for a run: each step takes what the last one returned."""
        if type(self).step is not Optimizer.step:
            return self.step
        return self.update if self._is_plain else self._prepared_update

    def are_ready(self, w, g, state):
        """Are they as the last step left them? Most are, and need no closer look."""
        if not (_is_floats(w) and _is_floats(g) and g.shape == w.shape):
            return False
        for memory in state[1:]:
            if type(memory) is not np.ndarray or memory.shape != w.shape:
                return False
        is_count = type(state.iterations) is int and state.iterations >= 0
        return is_count and (not self.family_shape or self.family_shape == w.shape[1:])

    def _prepared_update(self, w, g, state):
        if self.l2 is not None:
            g = g + self.l2 * w
        g = self.clip(g)
        if self.weight_decay is not None:
            w = w - w * self.weight_decay * self.rate(state.iterations)
        return self._updated(w, g, state)

    def initial_state(self, w) -> Any:
        """What is remembered before the first update; ``init`` has checked the shape."""
        raise NotImplementedError

    def update(self, w, g, state) -> Any:
        """The formula itself; shapes are checked and the gradient is clipped."""
        raise NotImplementedError

    def rate(self, iterations):
        """The learning rate in use after so many updates: a count, or an array of counts for a plain ``lr``.

        >>> from course_lib.optimizers import SGD
        >>> SGD(lr=0.1, decay=0.01).rate(100)
        0.05
        """
        lr: Any = self.lr(iterations) if callable(self.lr) else self.lr
        decay = self.decay
        if type(iterations) is not int and isinstance(iterations, COUNTS):
            iterations = np.asarray(iterations, np.float64)
        elif type(decay) is float and decay == 0:
            return lr  # the same, and a family is spared one more array
        return lr * (1.0 / (1.0 + decay * iterations))

    def clip(self, g):
        """The gradient, first shortened to ``clipnorm``, then cut to ``clipvalue``."""
        if self.clipnorm is not None:
            g = clipping.shorten(g, self.clipnorm)
        if self.clipvalue is not None:
            g = np.clip(g, -self.clipvalue, self.clipvalue)
        return g

    @cached_property
    def family_shape(self):
        """The shape ``R`` that the settings span together: ``()`` for one run."""
        shapes = {name: np.shape(getattr(self, name)) for name in self._numbers()}
        shapes |= {name: inside.family_shape for name, inside in self._inside().items()}
        try:
            return np.broadcast_shapes(*shapes.values())
        except ValueError:
            listed = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
            raise ValueError(f"the settings of a family must broadcast together; got {listed}") from None

    def written_out(self):
        """The same family with every array copied out to the full shape, which numpy computes faster."""
        arrays = {name: getattr(self, name) for name in self._numbers() if np.ndim(getattr(self, name))}
        return self.replace(**{name: np.broadcast_to(x, self.family_shape) for name, x in arrays.items()})

    def _check_family(self, w):
        if w.ndim == 0 or not _fits(self.family_shape, w.shape[1:]):
            raise ValueError(
                f"w must have shape (D, *R) with R = {self.family_shape}, the family's; got {w.shape}"
            )

    def _checked(self, w, g, state):
        """All three as ``update`` takes them, wherever they come from, such as a file."""
        w, g = _floats("w", w), _floats("g", g)
        validation.same_shape("g", g, "w", w)
        if self.family_shape:
            self._check_family(w)
        checked = {name: self._checked_memory(name, value, w) for name, value in state._asdict().items()}
        return w, g, state._replace(**checked)

    def _checked_memory(self, name, value, w):
        if name == COUNT:
            return validation.whole_number(name, np.asarray(value)[()], low=0)
        value = _floats(name, value)
        if name in self.per_run and _fits(value.shape, w.shape[1:]):
            return plain(value)
        shape = (self.memory_length(name, w), *w.shape[1:])
        if value.shape != shape:
            raise ValueError(
                f"the state's {name} must have the shape {shape}, as w needs it; got {value.shape}"
            )
        return value

    def memory_length(self, name, w):
        """How many coordinates this memory has: one for each of the weights."""
        return len(w)

    @cached_property
    def _is_plain(self):
        """Is an update the formula alone?"""
        besides = (self.l2, self.clipnorm, self.clipvalue, self.weight_decay, self._ways)
        return all(setting is None for setting in besides)

    @cached_property
    def _ways(self):
        """For a family in which a switch is on for some: the switch, and the family with it on and off."""
        for name in self._numbers():
            switch = getattr(self, name)
            if isinstance(switch, np.ndarray) and switch.dtype == bool:
                return switch, self.replace(**{name: True}), self.replace(**{name: False})
        return None

    def _updated(self, w, g, state):
        """The update; where ``_ways`` part, both ways, of which each run of the family takes its own."""
        if not self._ways:
            return self.update(w, g, state)
        switch, on, off = self._ways
        (w_on, on), (w_off, off) = on._updated(w, g, state), off._updated(w, g, state)
        chosen = (x if type(x) is int else np.where(switch, x, y) for x, y in zip(on, off, strict=True))
        return np.where(switch, w_on, w_off), on._make(chosen)

    def _numbers(self):
        """The names of the settings that may be arrays."""
        arrays = float | bool | np.ndarray
        return [name for name in self.settings() if isinstance(getattr(self, name), arrays)]

    def _inside(self):
        """The settings that have settings of their own: a schedule, an optimizer that is led."""
        settings = {name: getattr(self, name) for name in self.settings()}
        return {name: value for name, value in settings.items() if isinstance(value, Schedule | Optimizer)}


def remembered(state):
    """Every number and array of a state, with those of the optimizers inside."""
    for part in state:
        if isinstance(part, tuple):
            yield from remembered(part)
        else:
            yield part


def power(base, exponent):
    """``base ** exponent`` by the C library's pow, for a run and for a family.

    ``np.power`` has a faster routine on some processors, which misses the last bit in a power of twenty.
    """
    is_run = isinstance(base, NUMBER) and isinstance(exponent, NUMBER)
    return math.pow(base, exponent) if is_run else np.float_power(base, exponent)


def zeros_like(w):
    """Zeros in the shape and float type of ``w``."""
    return np.zeros_like(w, dtype=np.result_type(w, np.float32))


def plain(x):
    """A numpy number as a Python number, which leaves float32 weights float32; an array as it is."""
    return x if x.ndim else x.item()


def _fits(family_shape, shape):
    """Can settings of the family's shape be spread over weights of this one?"""
    pairs = zip(reversed(family_shape), reversed(shape), strict=False)
    return len(family_shape) <= len(shape) and all(setting in (1, weights) for setting, weights in pairs)


def _is_floats(value):
    return type(value) is np.ndarray and value.dtype.char in "df"


def _floats(name, value):
    return value if _is_floats(value) else validation.float_array(name, value)

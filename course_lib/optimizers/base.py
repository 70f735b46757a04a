"""What every optimizer shares: init and step, the rate and its decay, clipping."""

from typing import Any

import numpy as np

from course_lib.base import validation
from course_lib.base.registry import Registered
from course_lib.optimizers import in_place
from course_lib.schedules import Schedule


class Optimizer(Registered, kind="optimizer"):
    """``init`` makes the state, ``step`` takes an update; each optimizer writes the formulas behind them.

    ``lr``: the learning rate, >= 0: a number, an array for a family of runs, or a Schedule.
    ``decay``: >= 0; the rate of an update is ``lr * (1 / (1 + decay * iterations))``, where ``iterations``
    counts the updates already done.
    ``clipnorm``: > 0; a gradient longer than this is shortened to it. The length is that of the whole
    gradient (Keras 1; Keras 3 calls this ``global_clipnorm`` and takes ``clipnorm`` variable by variable).
    ``clipvalue``: > 0; every entry of the gradient is then cut to [-clipvalue, clipvalue].
    ``learning_rate``: a synonym of ``lr``.

    ValueError for a setting outside its range.
    """

    lr: Any
    decay: Any = 0.0

    def __init__(self, lr, decay=0.0, clipnorm=None, clipvalue=None, learning_rate=None, **unknown):
        if unknown:
            accepted, got = ", ".join(self.settings()), ", ".join(unknown)
            raise TypeError(f"{type(self).__name__} accepts {accepted}; got {got}")
        self.lr = _rate(lr if learning_rate is None else learning_rate)
        self.decay = validation.at_least_0("decay", decay)
        self.clipnorm = None if clipnorm is None else validation.above_0("clipnorm", clipnorm)
        self.clipvalue = None if clipvalue is None else validation.above_0("clipvalue", clipvalue)

    def init(self, w):
        """The state before the first update. ``w`` has shape ``(D, *R)``, with the family's axes last."""
        w, family_shape = _floats("w", w), self.family_shape
        if w.ndim <= len(family_shape) or not _fits(family_shape, w.shape[1:]):
            raise ValueError(
                f"w must have shape (D, *R) with R = {family_shape}, the family's; got {w.shape}"
            )
        return self.initial_state(w)

    def step(self, w, g, state):
        """One update: the new weights and the new state. Changes neither ``w`` nor ``state``.

        ``g`` is the gradient at ``w`` and has its shape; ValueError if it has not.
        """
        w, g = _floats("w", w), _floats("g", g)
        validation.same_shape("g", g, "w", w)
        return self.update(w, self.clip(g), state)

    def step_in_place(self, w, g, state):
        """The same update for many weights: overwrites the float array ``w`` and returns the new state.

        Faster than ``step`` from about a million weights on. The old state must not be used again, because
        its arrays may be overwritten too. An interruption may leave a part of the weights updated.
        """
        if not isinstance(w, np.ndarray) or w.dtype.kind != "f":
            raise ValueError(f"w must be an array of floats to be overwritten; got {validation.shorten(w)}")
        g = _floats("g", g)
        validation.same_shape("g", g, "w", w)
        return in_place.update(self.update, w, self.clip(g), state)

    def initial_state(self, w) -> Any:
        """What is remembered before the first update; ``init`` has checked the shape."""
        raise NotImplementedError

    def update(self, w, g, state) -> Any:
        """The formula itself, for each coordinate alone; shapes are checked and the gradient is clipped."""
        raise NotImplementedError

    def rate(self, iterations):
        """The learning rate in use after so many updates: a count, or an array of counts for a plain ``lr``.

        >>> from course_lib.optimizers import SGD
        >>> SGD(lr=0.1, decay=0.01).rate(100)
        0.05
        """
        lr = self.lr(iterations) if isinstance(self.lr, Schedule) else self.lr
        if not isinstance(iterations, int):
            iterations = np.asarray(iterations, np.float64)
        elif isinstance(self.decay, float) and self.decay == 0:
            return lr  # the same, and a family is spared one more array
        return lr * (1.0 / (1.0 + self.decay * iterations))

    def clip(self, g):
        """The gradient, first shortened to ``clipnorm``, then cut to ``clipvalue``."""
        if self.clipnorm is not None:
            # Added up one by one: np.sum goes another way for one run than for a family.
            norm = np.sqrt(np.cumsum(np.square(g), axis=0)[-1])
            with np.errstate(invalid="ignore", divide="ignore"):
                g = np.where(norm >= self.clipnorm, g * self.clipnorm / norm, g).astype(g.dtype)
        if self.clipvalue is not None:
            g = np.clip(g, -self.clipvalue, self.clipvalue)
        return g

    @property
    def family_shape(self):
        """The shape ``R`` that the settings span together: ``()`` for one run."""
        shapes = {name: np.shape(getattr(self, name)) for name in self._numbers()}
        if isinstance(self.lr, Schedule):
            shapes["lr"] = self.lr.family_shape
        try:
            return np.broadcast_shapes(*shapes.values())
        except ValueError:
            listed = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
            raise ValueError(f"the settings of a family must broadcast together; got {listed}") from None

    def written_out(self):
        """The same family with every array copied out to the full shape, which numpy computes faster."""
        shape = self.family_shape
        full = {name: getattr(self, name) for name in self.settings()}
        for name in self._numbers():
            if np.ndim(full[name]):
                full[name] = np.broadcast_to(full[name], shape).copy()
        return type(self)(**full)

    def _numbers(self):
        """The names of the settings that may be arrays."""
        return [name for name in self.settings() if not isinstance(getattr(self, name), Registered | None)]


def power(base, exponent):
    """``base ** exponent`` by one routine for a run and for a family, so that they agree to the last bit."""
    return plain(np.power(base, np.asarray(exponent, np.float64)))


def zeros_like(w):
    """Zeros in the shape and float type of ``w``."""
    return np.zeros_like(w, dtype=np.result_type(w, np.float32))


def plain(x):
    """A numpy number as a Python number, which leaves float32 weights float32; an array as it is."""
    return x.item() if np.ndim(x) == 0 else x


def _fits(family_shape, shape):
    """Can settings of the family's shape be spread over weights of this one?"""
    pairs = zip(reversed(family_shape), reversed(shape), strict=False)
    return all(setting in (1, weights) for setting, weights in pairs)


def _floats(name, value):
    array = np.asarray(value)
    return array if array.dtype in (np.float64, np.float32) else validation.float_array(name, array)


def _rate(lr):
    return Schedule.get(lr) if isinstance(lr, Schedule | dict) else validation.at_least_0("lr", lr)

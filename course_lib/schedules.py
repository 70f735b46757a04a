"""Schedules: the learning rate as a function of the updates already done.

``schedule(iterations)`` takes a count or an array of counts, from 0. Any optimizer takes one in place of
a number as its ``lr``. Settings may be arrays, for a family of runs.

>>> from course_lib.optimizers import SGD
>>> SGD(lr=Step(lr=0.1, drop=0.5, every=10)).rate(25)
0.025
"""

from typing import Any

import numpy as np

from course_lib.base import validation
from course_lib.base.registry import Registered


class Schedule(Registered, kind="schedule"):
    """A learning rate that changes with the count of updates."""

    def __call__(self, iterations):
        """The rate after so many updates."""
        counts = validation.setting("iterations", iterations, lambda t: t >= 0, "a number of updates >= 0")
        rate = self.rate(np.asarray(counts))
        return rate.item() if np.ndim(rate) == 0 else rate

    def rate(self, t) -> Any:
        """The formula itself, for a float array of counts."""
        raise NotImplementedError

    @property
    def family_shape(self):
        """The shape of the rate after one count: ``()`` unless settings are arrays."""
        return np.shape(self(0))


def get(identifier):
    """A schedule from its name with its defaults, from a dict of class_name and config, or as it is."""
    return Schedule.get(identifier)


def names():
    """Every name that ``get`` knows, each with its class."""
    return dict(Schedule.known)


class InverseTime(Schedule, names=["inverse_time"]):
    """``lr * (1 / (1 + decay * t))``: this IS Keras 1's ``decay``.

    It has halved after ``1 / decay`` updates. Its sum has no limit (the weights can still go anywhere), the
    sum of its squares has one (noise dies out).

    Source: Keras 1.2.2, optimizers; Keras 3, InverseTimeDecay(lr, decay_steps=1, decay_rate=decay).

    >>> InverseTime(lr=0.1, decay=0.01)([0, 100])
    array([0.1 , 0.05])
    """

    def __init__(self, lr=0.01, decay=0.0):
        self.lr, self.decay = validation.at_least_0("lr", lr), validation.at_least_0("decay", decay)

    def rate(self, t):
        return self.lr * (1.0 / (1.0 + self.decay * t))


class Step(Schedule, names=["step"]):
    """``lr * drop**floor(t / every)``: a cut after every so many updates.

    >>> Step(lr=0.1, drop=0.5, every=10)([0, 9, 10, 20])
    array([0.1  , 0.1  , 0.05 , 0.025])
    """

    def __init__(self, lr=0.01, drop=0.1, every=1000):
        self.lr, self.drop, self.every = (
            validation.at_least_0("lr", lr),
            validation.at_least_0("drop", drop),
            _steps("every", every),
        )

    def rate(self, t):
        return self.lr * np.float_power(self.drop, np.floor(t / self.every))


class Exponential(Schedule, names=["exponential"]):
    """``lr * factor**(t / steps)``: the same ratio over every ``steps`` updates.

    Source: Keras 3, ExponentialDecay.

    >>> Exponential(lr=0.1, factor=0.25, steps=10)([0, 5, 10])
    array([0.1  , 0.05 , 0.025])
    """

    def __init__(self, lr=0.01, factor=0.96, steps=1000):
        self.lr, self.factor = validation.at_least_0("lr", lr), validation.at_least_0("factor", factor)
        self.steps = _steps("steps", steps)

    def rate(self, t):
        return self.lr * np.float_power(self.factor, t / self.steps)


class Polynomial(Schedule, names=["polynomial"]):
    """``(lr - end) * (1 - t / steps)**power + end`` until ``t = steps``, then ``end``; power 1 is a line.

    Source: Keras 3, PolynomialDecay.

    >>> Polynomial(lr=0.1, steps=10, end=0.0)([0, 5, 10, 20])
    array([0.1 , 0.05, 0.  , 0.  ])
    """

    def __init__(self, lr=0.01, steps=1000, end=1e-4, power=1.0):
        self.lr, self.end, self.power = (
            validation.at_least_0("lr", lr),
            validation.at_least_0("end", end),
            validation.at_least_0("power", power),
        )
        self.steps = _steps("steps", steps)

    def rate(self, t):
        left = 1 - np.minimum(t, self.steps) / self.steps
        return (self.lr - self.end) * np.float_power(left, self.power) + self.end


class CosineRestarts(Schedule, names=["cosine_restarts", "cosine"]):
    """Half a cosine from each peak down to ``end`` times the peak, then again from the top, and so on.

    Within a cycle of length ``n``: ``lr * peak * ((1 - end) * (1 + cos(pi * done / n)) / 2 + end)``. The
    first cycle is ``steps`` long; each next is ``longer`` times as long and peaks ``lower`` times as high.

    Source: I. Loshchilov and F. Hutter (2017), SGDR; Keras 3, CosineDecayRestarts.

    >>> CosineRestarts(lr=0.1, steps=10)([0, 5, 10, 20, 30]).round(3)
    array([0.1 , 0.05, 0.1 , 0.05, 0.1 ])
    """

    def __init__(self, lr=0.01, steps=1000, longer=2.0, lower=1.0, end=0.0):
        self.lr, self.lower, self.end = (
            validation.at_least_0("lr", lr),
            validation.at_least_0("lower", lower),
            validation.at_least_0("end", end),
        )
        self.steps = _steps("steps", steps)
        self.longer = validation.setting("longer", longer, lambda x: x >= 1, "a number >= 1")

    def rate(self, t):
        cycle, done = self._position(t / self.steps)
        peak = self.lr * np.float_power(self.lower, cycle)
        return peak * ((1 - self.end) * 0.5 * (1 + np.cos(np.pi * done)) + self.end)

    def _position(self, cycles):
        """Which cycle it is, and what part of it is done, after so many times the first cycle's length.

        The first ``k`` cycles together are ``(longer**k - 1) / (longer - 1)`` times as long as the first.
        """
        same = np.asarray(self.longer) == 1
        growth = np.where(same, 2.0, self.longer)
        k = np.where(
            same, np.floor(cycles), np.floor(np.log1p(cycles * (growth - 1)) / np.log(growth) + 1e-12)
        )
        length = np.float_power(growth, np.where(same, 0.0, k))
        begun = np.where(same, k, (length - 1) / (growth - 1))
        return k, (cycles - begun) / length


class PiecewiseConstant(Schedule, names=["piecewise_constant"]):
    """``values[0]`` up to and with update count ``boundaries[0]``, then ``values[1]``, and so on.

    ``values`` has one entry more than ``boundaries``, which rise.

    Source: Keras 3, PiecewiseConstantDecay.

    >>> PiecewiseConstant(boundaries=[10, 20], values=[0.1, 0.01, 0.001])([0, 10, 11, 21])
    array([0.1  , 0.1  , 0.01 , 0.001])
    """

    def __init__(self, boundaries=(1000,), values=(0.01, 0.001)):
        self.boundaries = np.asarray(validation.at_least_0("boundaries", boundaries))
        self.values = np.asarray(validation.at_least_0("values", values))
        if self.boundaries.ndim != 1 or (np.diff(self.boundaries) <= 0).any():
            raise ValueError(
                f"boundaries must be a list of rising counts; got {validation.shorten(boundaries)}"
            )
        if self.values.shape != (len(self.boundaries) + 1,):
            raise ValueError(
                f"values must be a list of {len(self.boundaries) + 1} numbers, one more than boundaries; "
                f"got {validation.shorten(values)}"
            )

    def rate(self, t):
        return self.values[np.searchsorted(self.boundaries, t, side="left")]


class WarmUp(Schedule, names=["warm_up"]):
    """A line from ``start`` to the first rate of ``after`` over ``steps`` updates; then ``after`` from its 0.

    ``after``: a rate or a schedule.

    Source: P. Goyal and others (2017), Accurate, Large Minibatch SGD.

    >>> WarmUp(after=0.1, steps=10)([0, 5, 10, 20])
    array([0.  , 0.05, 0.1 , 0.1 ])
    """

    def __init__(self, after=0.01, steps=1000, start=0.0):
        is_schedule = isinstance(after, Schedule | dict)
        self.after = Schedule.get(after) if is_schedule else validation.at_least_0("after", after)
        self.steps, self.start = _steps("steps", steps), validation.at_least_0("start", start)

    def rate(self, t):
        first = self._after(np.zeros_like(t))
        rising = self.start + (first - self.start) * (t / self.steps)
        return np.where(t < self.steps, rising, self._after(np.maximum(t - self.steps, 0)))[()]

    def _after(self, t):
        return self.after(t) if isinstance(self.after, Schedule) else self.after


def _steps(name, value):
    return validation.setting(name, value, lambda x: x > 0, "a number of updates > 0")

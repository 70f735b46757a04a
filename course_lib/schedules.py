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
    """``lr * (1 / (1 + decay * t / steps))``: with ``steps=1`` this IS Keras 1's ``decay``.

    It has halved after ``steps / decay`` updates. Its sum has no limit (the weights can still go anywhere),
    the sum of its squares has one (noise dies out). ``staircase``: only after every ``steps`` updates.

    Source: Keras 1.2.2, optimizers; Keras 3, InverseTimeDecay(lr, steps, decay, staircase).

    >>> InverseTime(lr=0.1, decay=0.01)([0, 100])
    array([0.1 , 0.05])
    """

    def __init__(self, lr=0.01, decay=0.0, steps=1.0, staircase=False):
        self.lr, self.decay = validation.at_least_0("lr", lr), validation.at_least_0("decay", decay)
        self.steps, self.staircase = _steps("steps", steps), validation.flag("staircase", staircase)

    def rate(self, t):
        return self.lr * (1.0 / (1.0 + self.decay * _counted(t / self.steps, self.staircase)))


class Step(Schedule, names=["step"]):
    """``lr * drop**floor(t / every)``: a cut after every so many updates.

    >>> Step(lr=0.1, drop=0.5, every=10)([0, 9, 10, 20])
    array([0.1  , 0.1  , 0.05 , 0.025])
    """

    def __init__(self, lr=0.01, drop=0.1, every=1000):
        self.lr, self.drop = validation.at_least_0("lr", lr), validation.at_least_0("drop", drop)
        self.every = _steps("every", every)

    def rate(self, t):
        return self.lr * np.float_power(self.drop, np.floor(t / self.every))


class Exponential(Schedule, names=["exponential"]):
    """``lr * factor**(t / steps)``: the same ratio over every ``steps`` updates.

    ``staircase``: only after every ``steps`` updates, ``lr * factor**floor(t / steps)``; then it is ``Step``.

    Source: Keras 3, ExponentialDecay.

    >>> Exponential(lr=0.1, factor=0.25, steps=10)([0, 5, 10])
    array([0.1  , 0.05 , 0.025])
    """

    def __init__(self, lr=0.01, factor=0.96, steps=1000, staircase=False):
        self.lr, self.factor = validation.at_least_0("lr", lr), validation.at_least_0("factor", factor)
        self.steps, self.staircase = _steps("steps", steps), validation.flag("staircase", staircase)

    def rate(self, t):
        return self.lr * np.float_power(self.factor, _counted(t / self.steps, self.staircase))


class Polynomial(Schedule, names=["polynomial"]):
    """``(lr - end) * (1 - t / steps)**power + end`` until ``t = steps``, then ``end``; power 1 is a line.

    ``cycle``: it never stays at ``end``. When ``steps`` are over, their number is doubled, then trebled, and
    so on: ``steps * ceil(t / steps)`` takes their place, so that the rate jumps up and falls again.

    Source: Keras 3, PolynomialDecay.

    >>> Polynomial(lr=0.1, steps=10, end=0.0)([0, 5, 10, 20])
    array([0.1 , 0.05, 0.  , 0.  ])
    >>> Polynomial(lr=0.1, steps=10, end=0.0, cycle=True)([0, 5, 10, 15, 20])
    array([0.1  , 0.05 , 0.   , 0.025, 0.   ])
    """

    def __init__(self, lr=0.01, steps=1000, end=1e-4, power=1.0, cycle=False):
        self.lr, self.end = validation.at_least_0("lr", lr), validation.at_least_0("end", end)
        self.power, self.cycle = validation.at_least_0("power", power), validation.flag("cycle", cycle)
        self.steps = _steps("steps", steps)

    def rate(self, t):
        steps = self.steps * np.maximum(np.ceil(t / self.steps), 1) if self.cycle else self.steps
        left = 1 - np.minimum(t, steps) / steps
        return (self.lr - self.end) * np.float_power(left, self.power) + self.end


class Cosine(Schedule, names=["cosine"]):
    """Half a cosine from ``lr`` down to ``end * lr`` over ``steps`` updates, and there it stays.

    Until ``t = steps``: ``lr * ((1 - end) * (1 + cos(pi * t / steps)) / 2 + end)``. With a line up to ``lr``
    before it, as most networks are trained: ``WarmUp(Cosine(lr, steps), steps=warm_up)``.

    Source: I. Loshchilov and F. Hutter (2017), SGDR, without restarts; Keras 3, CosineDecay.

    >>> Cosine(lr=0.1, steps=10, end=0.1)([0, 5, 10, 20]).round(3)
    array([0.1  , 0.055, 0.01 , 0.01 ])
    >>> WarmUp(Cosine(lr=0.1, steps=10), steps=5)([0, 4, 5, 10, 15]).round(3)
    array([0.  , 0.08, 0.1 , 0.05, 0.  ])
    """

    def __init__(self, lr=0.01, steps=1000, end=0.0):
        self.lr, self.end = validation.at_least_0("lr", lr), validation.at_least_0("end", end)
        self.steps = _steps("steps", steps)

    def rate(self, t):
        return self.lr * _half_cosine(np.minimum(t, self.steps) / self.steps, self.end)


class CosineRestarts(Schedule, names=["cosine_restarts"]):
    """Half a cosine from each peak down to ``end`` times the peak, then again from the top, and so on.

    Within a cycle of length ``n``: ``lr * peak * ((1 - end) * (1 + cos(pi * done / n)) / 2 + end)``. The
    first cycle is ``steps`` long; each next is ``longer`` times as long and peaks ``lower`` times as high.

    Source: I. Loshchilov and F. Hutter (2017), SGDR; Keras 3, CosineDecayRestarts.

    >>> CosineRestarts(lr=0.1, steps=10)([0, 5, 10, 20, 30]).round(3)
    array([0.1 , 0.05, 0.1 , 0.05, 0.1 ])
    """

    def __init__(self, lr=0.01, steps=1000, longer=2.0, lower=1.0, end=0.0):
        self.lr, self.end = validation.at_least_0("lr", lr), validation.at_least_0("end", end)
        self.lower, self.steps = validation.at_least_0("lower", lower), _steps("steps", steps)
        self.longer = validation.setting("longer", longer, lambda x: x >= 1, "a number >= 1")

    def rate(self, t):
        cycle, done = self._position(t / self.steps)
        peak = self.lr * np.float_power(self.lower, cycle)
        return peak * _half_cosine(done, self.end)

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
        self.boundaries = _rising("boundaries", boundaries)
        self.values = np.asarray(validation.at_least_0("values", values))
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
        self.after = rate_or_schedule("after", after)
        self.steps, self.start = _steps("steps", steps), validation.at_least_0("start", start)

    def rate(self, t):
        first = _rate_of(self.after, np.zeros_like(t))
        rising = self.start + (first - self.start) * (t / self.steps)
        return np.where(t < self.steps, rising, _rate_of(self.after, np.maximum(t - self.steps, 0)))[()]


class WarmUpStableDecay(Schedule, names=["warm_up_stable_decay", "wsd"]):
    """A line from ``start`` up to ``lr``, long at ``lr``, and a short line down to ``end``, where it stays.

    The three parts take ``warm_up``, ``stable`` and ``cool_down`` updates. Unlike a cosine's, the middle can
    be made longer while one trains, and every cool-down from it gives a finished model.

    Source: S. Hu and others (2024), MiniCPM; A. Hägele and others (2024), arXiv 2405.18392.

    >>> WarmUpStableDecay(lr=0.1, warm_up=10, stable=70, cool_down=20)([0, 5, 10, 80, 90, 100, 200])
    array([0.  , 0.05, 0.1 , 0.1 , 0.05, 0.  , 0.  ])
    """

    def __init__(self, lr=0.01, warm_up=100, stable=700, cool_down=200, start=0.0, end=0.0):
        self.lr, self.start = validation.at_least_0("lr", lr), validation.at_least_0("start", start)
        self.end, self.warm_up = validation.at_least_0("end", end), _steps("warm_up", warm_up)
        self.stable = validation.setting("stable", stable, lambda x: x >= 0, "a number of updates >= 0")
        self.cool_down = _steps("cool_down", cool_down)

    def rate(self, t):
        risen = np.minimum(t / self.warm_up, 1)
        fallen = np.clip((t - self.warm_up - self.stable) / self.cool_down, 0, 1)
        rising = self.start + (self.lr - self.start) * risen
        return np.where(fallen > 0, self.lr + (self.end - self.lr) * fallen, rising)[()]


class Chain(Schedule, names=["chain"]):
    """One schedule after the other, each from its own 0 on.

    ``schedules``: a list of rates and schedules. ``boundaries``: the rising counts of updates at which the
    next one begins, one fewer than ``schedules``.

    Source: PyTorch, SequentialLR; optax, join_schedules.

    >>> Chain([0.1, Polynomial(lr=0.1, steps=10, end=0.0)], boundaries=[5])([0, 4, 5, 10, 15])
    array([0.1 , 0.1 , 0.1 , 0.05, 0.  ])
    """

    def __init__(self, schedules=(0.01, 0.001), boundaries=(1000,)):
        if not isinstance(schedules, list | tuple):
            raise ValueError(
                f"schedules must be a list of rates and schedules; got {validation.shorten(schedules)}"
            )
        self.schedules = tuple(rate_or_schedule(f"schedules[{i}]", s) for i, s in enumerate(schedules))
        self.boundaries = _rising("boundaries", boundaries)
        if len(schedules) != len(self.boundaries) + 1:
            raise ValueError(
                f"schedules must be a list of {len(self.boundaries) + 1}, one more than boundaries; "
                f"got {len(schedules)}"
            )

    def rate(self, t):
        rate = _rate_of(self.schedules[0], t)
        for begin, schedule in zip(self.boundaries, self.schedules[1:], strict=True):
            rate = np.where(t < begin, rate, _rate_of(schedule, np.maximum(t - begin, 0)))
        return rate


def _half_cosine(done, end):
    """From 1 down to ``end``, when the part ``done`` of it is over."""
    return (1 - end) * 0.5 * (1 + np.cos(np.pi * done)) + end


def _counted(periods, staircase):
    """The periods that are over, of which a staircase counts whole ones only."""
    return np.floor(periods) if staircase else periods


def rate_or_schedule(name, value):
    """A setting that is a rate, an array of rates or a schedule."""
    return Schedule.get(value) if isinstance(value, Schedule | dict) else validation.at_least_0(name, value)


def _rate_of(rate_or_schedule, t):
    """After ``t`` updates."""
    is_schedule = isinstance(rate_or_schedule, Schedule)
    return rate_or_schedule.rate(np.asarray(t)) if is_schedule else rate_or_schedule


def _rising(name, value):
    counts = np.asarray(validation.at_least_0(name, value))
    if counts.ndim != 1 or (np.diff(counts) <= 0).any():
        raise ValueError(f"{name} must be a list of rising counts; got {validation.shorten(value)}")
    return counts


def _steps(name, value):
    return validation.setting(name, value, lambda x: x > 0, "a number of updates > 0")

"""Optimizers: how a gradient becomes a step.

Each is two pure functions over an explicit state::

    state = optimizer.init(w)
    w, state = optimizer.step(w, g, state)

``w`` has shape ``(D,)`` for one run or ``(D, *R)`` for a family, and every setting may be an array of
shape ``R``: coordinates come first, the axes of the hyper-parameters last. So one textbook line trains
one model or ten thousand. The arithmetic is that of Keras 1.x, operation by operation.

float32 weights stay float32 as long as the settings are plain numbers; otherwise all is float64.
"""

import inspect
from typing import NamedTuple

import numpy as np

from course_lib import validation

_by_name = {}


def get(identifier):
    """An optimizer from its name, from ``{"class_name": ..., "config": {...}}``, or as it is.

    >>> get("sgd")
    SGD(lr=0.01, momentum=0.0, decay=0.0, nesterov=False)
    >>> get({"class_name": "SGD", "config": {"lr": 0.1}}).lr
    0.1
    >>> get("sdg")
    Traceback (most recent call last):
    ValueError: optimizer must be one of sgd; got 'sdg'
    """
    if isinstance(identifier, Optimizer):
        return identifier
    if isinstance(identifier, dict):
        if set(identifier) != {"class_name", "config"}:
            raise ValueError(
                "optimizer must be a dict with the keys class_name and config; "
                f"got the keys {', '.join(map(repr, identifier)) or 'of an empty dict'}"
            )
        return _class_named(identifier["class_name"]).from_config(identifier["config"])
    return _class_named(identifier)()


def _class_named(name):
    return validation.one_of("optimizer", name.lower() if isinstance(name, str) else name, _by_name)


class Optimizer:
    """What every optimizer shares: its settings as a config, and the shape of the family they span."""

    def __init_subclass__(cls):
        _by_name[cls.__name__.lower()] = cls

    def init(self, w):
        """The state before the first update. ``w`` has shape ``(D, *R)``, with the family's axes last."""
        w, family_shape = np.asarray(w), self.family_shape
        if w.ndim <= len(family_shape):
            raise ValueError(
                f"w must have shape (D, *R) with R = {family_shape}, the family's; got {w.shape}"
            )
        return self.initial_state(w)

    def initial_state(self, w):
        """What each optimizer remembers, before the first update; ``init`` has checked the shape."""
        raise NotImplementedError

    def step(self, w, g, state):
        """One update: the new weights and the new state. Changes neither ``w`` nor ``state``."""
        w, g = np.asarray(w), np.asarray(g)
        validation.same_shape("g", g, "w", w)
        return self.update(w, g, state)

    def update(self, w, g, state):
        """The formula itself, which each optimizer writes; ``step`` has checked the shapes."""
        raise NotImplementedError

    def rate(self, iterations):
        """The learning rate in use after so many updates."""
        raise NotImplementedError

    @classmethod
    def _settings(cls):
        return [p for p in inspect.signature(cls).parameters if p != "learning_rate"]

    @property
    def family_shape(self):
        """The shape ``R`` that the settings span together: ``()`` for one run."""
        settings = {name: np.shape(getattr(self, name)) for name in self._settings()}
        try:
            return np.broadcast_shapes(*settings.values())
        except ValueError:
            shapes = ", ".join(f"{name} {shape}" for name, shape in settings.items())
            raise ValueError(f"the settings of a family must broadcast together; got {shapes}") from None

    def written_out(self):
        """The same family with every array copied out to the full shape, which numpy computes faster."""
        shape = self.family_shape
        settings = {name: getattr(self, name) for name in self._settings()}
        return type(self)(
            **{n: np.broadcast_to(s, shape).copy() if np.ndim(s) else s for n, s in settings.items()}
        )

    def get_config(self):
        """The settings by name: what ``from_config`` and ``get`` take back. Arrays become lists."""
        return {name: np.asarray(getattr(self, name)).tolist() for name in self._settings()}

    @classmethod
    def from_config(cls, config):
        """The optimizer with these settings."""
        if not isinstance(config, dict):
            raise ValueError(f"config must be a dict of settings; got {validation.shorten(config)}")
        unknown = set(config) - {*cls._settings(), "learning_rate"}
        if unknown:
            accepted, got = ", ".join(cls._settings()), ", ".join(sorted(unknown))
            raise ValueError(f"config of {cls.__name__} accepts {accepted}; got {got}")
        return cls(**config)

    def __repr__(self):
        settings = ", ".join(f"{name}={value!r}" for name, value in self.get_config().items())
        return f"{type(self).__name__}({validation.shorten_text(settings, 100)})"


class SGDState(NamedTuple):
    """``iterations``: updates done so far. ``velocity``: what momentum remembers, shaped like ``w``."""

    iterations: int
    velocity: np.ndarray


class SGD(Optimizer):
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

    Each may be an array, for a family of runs. ``learning_rate`` is a synonym of ``lr``. ValueError for a
    setting outside its range.

    Source: Keras 1.2.2, optimizers.SGD.

    >>> sgd = SGD(lr=0.1, momentum=0.9)
    >>> w, state = sgd.step(np.array([1.0]), np.array([2.0]), sgd.init(np.array([1.0])))
    >>> w, state.velocity
    (array([0.8]), array([-0.2]))
    """

    def __init__(self, lr=0.01, momentum=0.0, decay=0.0, nesterov=False, *, learning_rate=None):
        self.lr = validation.setting(
            "lr", lr if learning_rate is None else learning_rate, lambda lr: lr >= 0, "a finite number >= 0"
        )
        self.momentum = validation.setting(
            "momentum", momentum, lambda mu: (mu >= 0) & (mu < 1), "a number in [0, 1)"
        )
        self.decay = validation.setting("decay", decay, lambda d: d >= 0, "a finite number >= 0")
        self.nesterov = validation.switch("nesterov", nesterov)

    def initial_state(self, w):
        return SGDState(iterations=0, velocity=np.zeros_like(w))

    def rate(self, iterations):
        """``lr * (1 / (1 + decay * iterations))``.

        >>> SGD(lr=0.1, decay=0.01).rate(100)
        0.05
        """
        return self.lr * (1.0 / (1.0 + self.decay * iterations))

    def update(self, w, g, state):
        lr = self.rate(state.iterations)
        v = self.momentum * state.velocity - lr * g

        if np.ndim(self.nesterov):  # a family in which some look ahead and some do not
            w = np.where(self.nesterov, w + self.momentum * v - lr * g, w + v)
        elif self.nesterov:
            w = w + self.momentum * v - lr * g
        else:
            w = w + v

        return w, SGDState(state.iterations + 1, velocity=v)

"""Things found by name and rebuilt from their settings: losses, optimizers, schedules, surfaces ..."""

import inspect
from functools import cache
from typing import Any, ClassVar, Self

import numpy as np

from course_lib.base import validation


class Registered:
    """A family of classes with names and settings.

    The family's first class says what it is a family of; every class below that is to be found says its
    names, of which the first is the one that Keras uses and the others are aliases::

        class Optimizer(Registered, kind="optimizer"): ...
        class SGD(Optimizer, names=["sgd"]): ...

    Settings are the arguments of ``__init__``, kept under their own names.
    """

    kind: ClassVar[str]
    known: ClassVar[dict[str, type]]

    def __init_subclass__(cls, kind=None, names=(), **rest):
        super().__init_subclass__(**rest)
        if kind is not None:
            cls.kind, cls.known = kind, {}
        cls.known.update(dict.fromkeys(names, cls))

    @classmethod
    def get(cls, identifier) -> Self:
        """The object itself, or one made from a name or from ``{"class_name": ..., "config": {...}}``."""
        if isinstance(identifier, cls):
            return identifier
        if not isinstance(identifier, dict):
            return cls.named(identifier)()
        if set(identifier) != {"class_name", "config"}:
            keys = ", ".join(map(repr, identifier)) or "of an empty dict"
            raise ValueError(
                f"{cls.kind} must be a dict with the keys class_name and config; got the keys {keys}"
            )
        return cls.named(identifier["class_name"]).from_config(identifier["config"])

    @classmethod
    def named(cls, name) -> type[Self]:
        """The class of that name; capitals and underscores do not matter."""
        plain = {_plain(known): found for known, found in cls.known.items()}
        if not isinstance(name, str) or _plain(name) not in plain:
            raise ValueError(
                f"{cls.kind} must be one of {', '.join(cls.known)}; got {validation.shorten(name)}"
            )
        return plain[_plain(name)]

    @classmethod
    @cache
    def settings(cls):
        """The names of the settings: those of the class first, then those that it shares."""
        parameters = {}
        for parent in cls.__mro__:
            if "__init__" in parent.__dict__ and parent is not object:
                own = inspect.signature(parent.__dict__["__init__"]).parameters
                parameters |= own
                if all(of.kind is not of.VAR_KEYWORD for of in own.values()):
                    break  # it hands no other settings on
        synonyms = {"self", "learning_rate"}
        return tuple(p for p, of in parameters.items() if p not in synonyms and of.kind is not of.VAR_KEYWORD)

    def get_config(self) -> dict[str, Any]:
        """The settings that are set, as plain values that JSON can hold: what ``from_config`` takes back."""
        return {name: _as_config(value) for name, value in self._set().items()}

    @classmethod
    def from_config(cls, config) -> Self:
        """The object with these settings."""
        if not isinstance(config, dict):
            raise ValueError(f"config of {cls.__name__} must be a dict; got {validation.shorten(config)}")
        unknown = set(config) - {*cls.settings(), "learning_rate"}
        if unknown:
            accepted, got = ", ".join(cls.settings()), ", ".join(sorted(map(str, unknown)))
            raise ValueError(f"config of {cls.__name__} accepts {accepted}; got {got}")
        return cls(**config)

    def __repr__(self):
        """The call that makes the object."""
        settings = ", ".join(f"{name}={_as_code(value)}" for name, value in self._set().items())
        return f"{type(self).__name__}({settings})"

    def _set(self):
        settings = {name: getattr(self, name) for name in self.settings()}
        return {name: value for name, value in settings.items() if value is not None}


def _plain(name):
    return name.replace("_", "").lower()


def _as_config(value):
    if isinstance(value, Registered):
        return {"class_name": type(value).__name__, "config": value.get_config()}
    return value.tolist() if isinstance(value, np.ndarray) else value


def _as_code(value):
    return validation.shorten(value.tolist(), 40) if isinstance(value, np.ndarray) else repr(value)

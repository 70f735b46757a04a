"""Things found by name and rebuilt from their settings: losses, optimizers, schedules, surfaces ..."""

import inspect
from functools import cache
from operator import attrgetter
from typing import Any, ClassVar, Self

import numpy as np

from course_lib.base import validation

SYNONYMS = {"learning_rate": "lr"}  # another library's word: ours


class Kind(type):
    """What registered classes are: made of settings that they have, and guarded once they are made."""

    def __call__(cls, *args, **settings):
        if not settings.keys() <= cls.parameters().keys():
            unknown = cls._unknown(settings)
            if unknown:
                raise TypeError(f"{cls.__name__} {unknown}")
            settings = cls._without_synonyms(settings, given=len(args))
        made = super().__call__(*args, **settings)
        made._made = True
        return made

    @cache  # noqa: B019 (there are as many as classes)
    def parameters(cls):
        """The settings as parameters of a call; those that a parent shares are given by name only."""
        found: dict[str, inspect.Parameter] = {}
        for parent in cls.__mro__:
            if "__init__" not in parent.__dict__ or parent is object:
                continue
            _, *own = inspect.signature(parent.__dict__["__init__"]).parameters.values()
            named = [of for of in own if of.kind is not of.VAR_KEYWORD]
            for of in named if not found else [of.replace(kind=of.KEYWORD_ONLY) for of in named]:
                found.setdefault(of.name, of)
            if len(named) == len(own):
                break  # it hands no other settings on
        return found

    @property
    def __signature__(cls):
        """What ``help`` and a notebook's Shift+Tab show: every setting, with those that a parent shares."""
        return inspect.Signature(list(cls.parameters().values()))

    def _unknown(cls, settings):
        """What is wrong with these names of settings, in words; "" if nothing is."""
        unknown = sorted(str(name) for name in settings if SYNONYMS.get(name, name) not in cls.parameters())
        accepted = ", ".join(cls.parameters()) or "no settings"
        return f"accepts {accepted}; got {', '.join(unknown)}" if unknown else ""

    def _without_synonyms(cls, settings, given=0):
        """The settings by our names for them; the first ``given`` of all were given by position."""
        for synonym in SYNONYMS.keys() & settings.keys():
            name = SYNONYMS[synonym]
            if name in settings or name in tuple(cls.parameters())[:given]:
                raise ValueError(f"{name} must be given once; got it as {name} and as {synonym}")
        return {SYNONYMS.get(name, name): value for name, value in settings.items()}


class Registered(metaclass=Kind):
    """A family of classes with names and settings.

    The family's first class says what it is a family of; every class below that is to be found says its
    names, of which the first is the one that Keras uses and the others are aliases::

        class Optimizer(Registered, kind="optimizer"): ...
        class SGD(Optimizer, names=["sgd"]): ...

    Settings are the arguments of ``__init__``, kept under their own names. One that is set later is checked
    as if it had been given at once. Nothing else can be set, but what is ``free``. ``learning_rate`` is a
    synonym of ``lr`` wherever there is one.
    """

    kind: ClassVar[str]
    known: ClassVar[dict[str, type]]
    free: ClassVar[frozenset[str]] = frozenset()
    _made = False

    def __init_subclass__(cls, kind=None, names=(), **rest):
        super().__init_subclass__(**rest)
        if kind is not None:
            cls.kind, cls.known = kind, {}
        cls.known.update(dict.fromkeys(names, cls))
        for synonym, name in SYNONYMS.items():
            if name in cls.parameters():
                setattr(cls, synonym, property(attrgetter(name)))

    def __setattr__(self, name, value):
        if not self._made or name in self.free or name.startswith("_"):
            super().__setattr__(name, value)
            return
        unknown = type(self)._unknown([name])
        if unknown:
            raise AttributeError(f"{type(self).__name__} {unknown}")
        changed = vars(self.replace(**{name: value}))
        kept = {name: own for name, own in vars(self).items() if name in self.free}
        vars(self).clear()
        vars(self).update(changed | kept)

    def replace(self, **changes) -> Self:
        """A new object with some settings changed; ValueError as when one is made."""
        kept = {name: getattr(self, name) for name in self.settings()}
        return type(self).from_config(kept | type(self)._without_synonyms(changes))

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
    def settings(cls):
        """The names of the settings: those of the class first, then those that it shares."""
        return tuple(cls.parameters())

    def get_config(self) -> dict[str, Any]:
        """The settings that are set, as plain values that JSON can hold: what ``from_config`` takes back."""
        return {name: _as_config(value) for name, value in self._set().items()}

    @classmethod
    def from_config(cls, config) -> Self:
        """The object with these settings."""
        if not isinstance(config, dict):
            raise ValueError(f"config of {cls.__name__} must be a dict; got {validation.shorten(config)}")
        unknown = cls._unknown(config)
        if unknown:
            raise ValueError(f"config of {cls.__name__} {unknown}")
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
    if isinstance(value, tuple):
        return [_as_config(part) for part in value]
    return value.tolist() if isinstance(value, np.ndarray) else value


def _as_code(value):
    return validation.shorten(value.tolist(), 40) if isinstance(value, np.ndarray) else repr(value)

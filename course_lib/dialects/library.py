"""What a table of a library consists of: its constructors, and how their words are said here."""

import ast
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

REQUIRED = object()  # in place of a default
NOTHING = MappingProxyType({})
NEUTRAL = {  # what a library does that does not know the word
    "momentum": 0.0,
    "nesterov": False,
    "dampening": 0.0,
    "decay": 0.0,
    "amsgrad": False,
    "centered": False,
    "epsilon_inside": False,
    "epsilon_corrected": False,
    "bias_correction": True,
    "initial_accumulator_value": 0.0,
    "weight_decay": 0.0,
    "l2": 0.0,
    "staircase": False,
}


class Parameter(NamedTuple):
    """``default``: REQUIRED where there is none. ``by_name``: it is given by its name only."""

    default: Any
    by_name: bool


class Constructor(NamedTuple):
    """A call that makes an optimizer, or a schedule.

    ``family``: the class here that it is a case of. ``signature``: its parameters as the library writes them.
    ``words``: their word: ours, besides those of the library. ``fixed``: our settings that it always has.
    ``runs``: the class that takes its updates, where the family's does not.
    """

    family: str
    signature: str
    words: Any = NOTHING
    fixed: Any = NOTHING
    runs: Any = None

    @property
    def parameters(self):
        return _parameters(self.signature)


class Library(NamedTuple):
    """``prefix``: what stands before a constructor's name in a line to paste.

    ``words``: their word: ours; () where the word changes no update. Two of ours stand for a pair.
    ``schedules``: constructors of rates. ``links``: constructors of what can be chained before an optimizer,
    by our word. ``beside``: what is said in a line of its own, our word: a template. ``rates``: schedules
    that are said by a function, ours: a template. ``one_clip``: one way of clipping is accepted, not two.
    """

    name: str
    prefix: str
    constructors: dict[str, Constructor]
    words: Any = NOTHING
    schedules: Any = NOTHING
    schedule_prefix: str = ""
    links: Any = NOTHING
    beside: Any = NOTHING
    rates: Any = NOTHING
    one_clip: bool = False

    @property
    def place(self):
        """Where something is so: "in Keras 3", or "here"."""
        return self.name if self.name == "here" else f"in {self.name}"

    def ours(self, constructor, word):
        """Our words for one of theirs: a tuple, empty if it changes no update; None if we have none."""
        ours = constructor.words.get(word, self.words.get(word, word))
        words = ours if isinstance(ours, tuple | None) else (ours,)
        return words


@cache
def _parameters(signature):
    call = ast.parse(f"def made({signature}): ...").body[0]
    assert isinstance(call, ast.FunctionDef)
    by_place, by_name = call.args.args, call.args.kwonlyargs
    defaults = [ast.literal_eval(value) for value in call.args.defaults]
    places = [REQUIRED] * (len(by_place) - len(defaults)) + defaults
    found = {arg.arg: Parameter(value, False) for arg, value in zip(by_place, places, strict=True)}
    for arg, value in zip(by_name, call.args.kw_defaults, strict=True):
        found[arg.arg] = Parameter(REQUIRED if value is None else ast.literal_eval(value), True)
    return found

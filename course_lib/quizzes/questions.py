"""The questions of a quiz: read from ``<name>.toml``, and what is said to an answer.

A question is either a choice::

    [[question]]
    text = "What does momentum = 0 do?"
    right = ["Plain descent", "Nothing is remembered, so only the gradient counts."]
    wrong = [["Nothing moves", "The gradient still counts: ..."], ...]

or a number, whose ``answer`` is an expression that the tests evaluate, so that it cannot be mistyped::

    [[question]]
    text = "..."
    answer = "0.1 / (1 - 0.9)"
    tolerance = 0.01
    why = "said when it is right"
    hint = "said when it is not"
"""

import hashlib
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from course_lib.base import typed, validation

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Choice:
    """One of several options; ``replies`` says something to each, and ``right`` is the right one."""

    text: str
    replies: dict
    right: str

    @property
    def options(self):
        """The options in an order that tells nothing, the same every time."""
        return sorted(self.replies, key=lambda option: hashlib.sha256(option.encode()).digest())

    def read(self, option):
        """An answer, if it is one; else ValueError."""
        validation.one_of("answer", option, self.replies)
        return option

    def reply(self, option):
        """Is it right, and what is there to say."""
        return option == self.right, self.replies[self.read(option)]


@dataclass(frozen=True)
class Number:
    """A number, right if it is within ``tolerance`` of ``value``."""

    text: str
    value: float
    tolerance: float
    why: str
    hint: str
    options = None

    def read(self, number):
        """An answer as a float; ValueError, if it is none."""
        return typed.number("answer", number)

    def reply(self, number):
        """Is it right, and what is there to say."""
        right = abs(self.read(number) - self.value) <= self.tolerance
        return right, self.why if right else self.hint


def names():
    """The names of all quizzes, in the order of the lessons."""
    return sorted(path.stem for path in HERE.glob("*.toml"))


@cache
def load(name):
    """The questions of a quiz, by the name of its lesson: ``load("05_momentum")``."""
    path = validation.one_of("quiz", name, {name: HERE / f"{name}.toml" for name in names()})
    return tuple(_question(**entry) for entry in tomllib.loads(path.read_text(encoding="utf-8"))["question"])


def _question(*, text, right=None, wrong=(), answer="", tolerance=0.0, why="", hint=""):
    if right:
        return Choice(text, dict([right, *wrong]), right[0])
    return Number(text, float(eval(answer, {"__builtins__": {}})), tolerance, why, hint)

"""A question of the course, asked twice: as a lesson's prediction, and in a review with other numbers."""

import itertools
import math
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from course_lib.base import typed, validation
from course_lib.surfaces import Surface


@dataclass(frozen=True, eq=False)
class Question:
    """``text`` asks, with the numbers in their places: "Where is `w` with `lr = {lr}`?".

    ``first``: its numbers in the lesson. ``again``: for each number those that a review draws from.
    ``answer``: what is right, computed from the numbers by the library; one of ``options``, if there are any.
    ``surface``: where it asks for a place, the surface on whose picture the place is marked; then the answer
    is the weights there, a number or a tuple.
    ``tolerance``: how far off a number may be and still be right, as a part of what is right; a place, as a
    distance on the surface.
    ``beliefs``: what is told to whoever answers so -> the wrong answer that the belief leads to, computed
    from the numbers; None, where it leads to none. ``why`` is told to all others. Both have the same places,
    and those of ``computed``: what else a sentence names -> the number, computed from the numbers.
    ``figure``: the settings at which the lesson's figure shows it, if it does.
    """

    name: str
    lesson: str
    text: str
    first: Mapping[str, float]
    again: Mapping[str, tuple]
    answer: Callable
    beliefs: Mapping[str, Callable]
    why: str
    options: tuple[str, ...] = ()
    surface: Surface | None = None
    tolerance: float = 0.02
    figure: Mapping = field(default_factory=dict)
    computed: Mapping[str, Callable] = field(default_factory=dict)

    def asked(self, numbers):
        """The question with these numbers in their places."""
        return _filled(self.text, numbers)

    def right(self, numbers):
        """What is right: a float, one of the options, or a place on a surface of two weights."""
        answer = self.answer(**numbers)
        return answer if self.options or self._weights > 1 else float(answer)

    def read(self, said):
        """An answer as it can be compared: a float, which may be inf, an option, in small letters too, or a
        tuple of two weights.
        """
        if self.options:
            written = {option.casefold(): option for option in self.options}
            said = written.get(said.strip().casefold(), said) if isinstance(said, str) else said
            return validation.one_of("answer", said, {option: option for option in self.options})
        if self._weights > 1:
            return typed.numbers("answer", said, self._weights)
        return typed.number_or_inf("answer", said)

    def place(self, said):
        """Where the mark of an answer stands, a number for each weight; None for what is no place."""
        weights = np.atleast_1d(self.read(said)) if self.surface and said else [math.inf]
        return [float(weight) for weight in weights] if np.isfinite(weights).all() else None

    def is_right(self, numbers, said):
        """Is this answer right?"""
        return self.agree(self.read(said), self.right(numbers))

    def belief(self, numbers, said):
        """The sentence of the belief that leads to this wrong answer; "" for another one."""
        for sentence, leads_to in self.beliefs.items():
            wrong = leads_to(**numbers)
            if wrong is not None and self.agree(self.read(said), wrong):
                return self._told(sentence, numbers)
        return ""

    def reason(self, numbers, said):
        """What an answer is told, besides what is right: the sentence of its belief, or why. "" is a skip."""
        belief = self.belief(numbers, said) if said and not self.is_right(numbers, said) else ""
        return belief or self._told(self.why, numbers)

    def verdict(self, numbers, said):
        """What was said beside what is right: "You said 0.5; it is -0.125." "" is one that was skipped."""
        right = self.words(self.right(numbers), said)
        it_is = f"right is “{right}”" if self.options else f"it is {right}{self._away(numbers, said)}"
        you = f"You said {f'“{said}”' if self.options else said}" if said else "You skipped this"
        return f"{you}; {it_is}."

    def told(self, numbers, said):
        """The verdict and its reason."""
        return f"{self.verdict(numbers, said)} {self.reason(numbers, said)}"

    def words(self, answer, beside=""):
        """An answer as a sentence says it, with as many digits as the one it stands beside, 3 to 6."""
        if self.options:
            return answer
        digits = max(map(typed.digits, typed.parts(beside)))
        return " and ".join(typed.said(part, min(max(digits, 3), 6)) for part in np.atleast_1d(answer))

    def agree(self, one, other):
        """Are two answers the same, within the tolerance?"""
        if self.options:
            return one == other
        if self.surface:
            return _distance(one, other) <= self.tolerance
        return math.isclose(one, other, rel_tol=self.tolerance, abs_tol=1e-9)

    def draws(self):
        """All numbers that a review may ask with: never those of the lesson."""
        drawn = itertools.product(*self.again.values())
        numbered = [dict(zip(self.again, values, strict=True)) for values in drawn]
        return [numbers for numbers in numbered if numbers != self.first]

    def drawn(self, *seed):
        """The numbers for a review: the same for the same whole numbers as seed."""
        rng = np.random.default_rng([zlib.crc32(self.name.encode()), *seed])
        draws = self.draws()
        return draws[rng.integers(len(draws))]

    @property
    def _weights(self):
        """How many numbers an answer has."""
        return self.surface.dimensions if self.surface else 1

    def _away(self, numbers, said):
        """For a place, how far off it was: ", 0.3 away"."""
        away = _distance(self.read(said), self.right(numbers)) if self.surface and said else 0.0
        return f", {typed.said(away)} away" if away > 1e-9 else ""

    def _told(self, sentence, numbers):
        return _filled(sentence, numbers | {name: value(**numbers) for name, value in self.computed.items()})


def _distance(one, other):
    return math.dist(np.atleast_1d(one), np.atleast_1d(other))


def _filled(text, numbers):
    return text.format(**{name: typed.shown(number) for name, number in numbers.items()})

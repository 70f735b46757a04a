"""What an exercise asks for, and how an answer to it is judged.

Every answer is a function that the learner writes. There are three kinds of tasks:

- ``Function``: it must return what the reference returns, case by case.
- ``Prediction``: it takes no arguments and returns the numbers that the learner expects.
- ``Goal``: it takes no arguments and returns settings; what they reach is measured.

A typical mistake is written down as a wrong answer. An answer is told a mistake's sentence if it fails as
that wrong answer does, so the tests can hand every mistake to the check and listen to what it says.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from course_lib.checks import bounds, comparing, running, words

DRAWN = 5  # cases drawn for a seed


@dataclass(frozen=True)
class Line:
    """One case: is it right, what was called and what came, and what the function printed on the way.

    ``outline``: of a hidden case, the text without its numbers, and without anything that the answer itself
    has put there: it could tell of them.
    """

    right: bool
    text: str
    printed: str = ""
    outline: str = ""


@dataclass(frozen=True)
class Verdict:
    """``lines``: a Line for each case that was tried. ``says``: the mistake, if it is a known one.

    ``cases``: how many there are; an endless loop ends the trying. ``unwritten``: it is still the stub.
    """

    lines: Sequence[Line]
    cases: int
    says: str = ""
    unwritten: bool = False
    first: Any = None  # the Result of the first case, for a picture

    @property
    def right(self):
        """Was every case tried, and is every one right?"""
        return len(self.lines) == self.cases and all(line.right for line in self.lines)


@dataclass(frozen=True)
class Task:
    """What all kinds share.

    ``name``: of the learner's function. ``points``: for all cases together. ``hints``: a nudge, the formula,
    the first line. ``mistakes``: what a wrong answer is told, and such an answer.
    """

    name: str
    points: float
    hints: Sequence[str]
    mistakes: Mapping[str, Callable]

    def judge(self, answer, seed=None, call=running.call) -> Verdict:
        """Try the answer. A ``seed`` adds cases that nobody has seen, where the kind has any.

        ``call(answer, arguments, seconds)``: how the answer is called; a grader calls it in another process.
        """
        raise NotImplementedError

    def earned(self, verdict):
        """The points for a verdict: the share of the cases that are right, in hundredths."""
        right = sum(line.right for line in verdict.lines)
        return float(round(self.points * right / verdict.cases, 2))

    def solved(self) -> Callable:
        """An answer that is right."""
        raise NotImplementedError


@dataclass(frozen=True)
class Function(Task):
    """``reference``: the right answer, from the library where it has one. ``cases``: dicts of arguments.

    ``draw``: another case from a random generator; these are the hidden ones, and their seed is the
    grader's; a task in a lesson has none. ``picture(axes, got, expected)`` draws the first case. ``rtol``,
    ``atol``: how close is right.
    """

    reference: Callable
    cases: Sequence[dict]
    draw: Callable[[np.random.Generator], dict] | None = None
    rtol: float = 1e-6
    atol: float = 1e-9
    picture: Callable | None = None

    def judge(self, answer, seed=None, call=running.call):
        cases = [*self.cases, *self._drawn(seed)]
        lines, failed, clock, first = [], [], _Clock(call), None
        for place, case in enumerate(cases):
            result = clock.call(answer, case)
            first = first or result
            expected = self.reference(**case)
            fault = self._fault(result, expected)
            outline = self._outline(case, result, expected, fault) if place >= len(self.cases) else ""
            lines.append(Line(not fault, self._text(case, result, expected, fault), result.printed, outline))
            if fault:
                failed.append((case, result))
            if result.endless or result.unwritten:
                return Verdict(lines, len(cases), unwritten=result.unwritten)
        return Verdict(lines, len(cases), self._mistake(failed), first=first)

    def solved(self):
        return self.reference

    def _drawn(self, seed):
        if seed is None or self.draw is None:
            return []
        return [self.draw(generator) for generator in _generators(seed)]

    def _fault(self, result, expected):
        if result.failure:
            return result.failure
        if result.changed:
            return f"it changed {' and '.join(result.changed)}, which must stay as it was"
        return comparing.difference(result.value, expected, self.rtol, self.atol)

    def _text(self, case, result, expected, fault):
        called = words.call(self.name, case)
        if result.failure:
            return f"{called}: {fault}; expected {words.value(expected)}"
        precision = comparing.precision(result.value)
        if not fault:
            return f"{called} gives {words.value(result.value)}{precision}"
        far_out = "" if result.changed else self._far_out(result.value, expected, fault)
        two = words.value(result.value), words.value(expected)
        got, wanted = two if far_out else words.two(result.value, expected)
        said = "" if fault == comparing.OTHER else f": {fault}"
        return f"{called} gives {got}{precision}{said}; expected {wanted}{far_out}"

    def _far_out(self, got, expected, fault):
        if comparing.OTHER not in fault:
            return ""
        says = comparing.far_out(got, expected, self.rtol, self.atol)
        return f"; {says}" if says else ""

    def _outline(self, case, result, expected, fault):
        if result.failure:
            fault = "it did not come to its end" if result.endless else words.failure(result.failure)
        elif fault and not result.changed:
            fault = comparing.difference(result.value, expected, self.rtol, self.atol, discreet=True)
        return f"a hidden case, {words.outlined_call(self.name, case)}{fault and f': {fault}'}"

    def _mistake(self, failed):
        """The first sentence whose wrong answer fails in the same way on every case that failed."""
        if all(result.failure for _, result in failed):
            return ""  # none of them tells more than its own error does
        for says, wrong in self.mistakes.items():
            if all(self._alike(result, running.call(wrong, case)) for case, result in failed):
                return says
        return ""

    def _alike(self, result, other):
        if result.failure or other.failure:
            return words.failure(result.failure) == words.failure(other.failure) and not result.endless
        if result.changed != other.changed:
            return False
        return not comparing.difference(result.value, other.value, self.rtol, self.atol)


@dataclass(frozen=True)
class Prediction(Task):
    """``expected``: what is asked for -> the number. The answer returns them in this order.

    ``again``: the same with other numbers from a random generator: the text that says them, and what is
    expected. ``rounds`` asks it.
    """

    expected: Mapping[str, float]
    rtol: float = 1e-2
    atol: float = 1e-9
    again: Callable[[np.random.Generator], tuple[str, Mapping[str, float]]] | None = None

    def judge(self, answer, seed=None, call=running.call):
        result = _called(call, answer, {}, running.SECONDS, bounds.MOST)
        count = len(self.expected)
        if result.failure:
            lines = [Line(False, f"{self.name}(): {result.failure}", result.printed)]
            return Verdict(lines, count, unwritten=result.unwritten)
        fault = self._form(result.value)
        if fault:
            return Verdict([Line(False, f"{self.name}(): {fault}", result.printed)], count)
        given = self.listed(result.value)
        lines = [
            Line(self._right(got, right), self._text(asked, got, right))
            for got, (asked, right) in zip(given, self.expected.items(), strict=True)
        ]
        return Verdict(lines, count, self._mistake(given), first=result)

    def solved(self):
        return lambda: list(self.expected.values())

    def _form(self, value):
        """What is wrong with the form of an answer, whatever its numbers are."""
        try:
            numbers = np.asarray(
                value if isinstance(value, int | float | list | tuple | np.ndarray) else None
            )
        except ValueError:  # rows of different lengths
            numbers = np.asarray(None)
        if numbers.dtype.kind not in "biuf":
            return f"it gives {words.value(value)}; numbers are asked for, here {len(self.expected)}"
        if numbers.size != len(self.expected):
            asked = ", ".join(self.expected)
            return f"it gives {words.value(value)}; asked for are {len(self.expected)}: {asked}"
        return ""

    def listed(self, value):
        """The numbers of an answer whose form is right."""
        numbers = np.ma.asarray(value, np.float64)
        return np.ravel(np.ma.filled(numbers, np.nan)).tolist()  # what is masked is no number

    def _right(self, got, right):
        return bool(np.isclose(got, right, rtol=self.rtol, atol=self.atol))

    def _text(self, asked, got, right):
        """A wrong prediction is not told the right one: it is there to be found out."""
        verdict = "yes" if self._right(got, right) else "no; measure it, and find out why"
        return f"{asked}: you say {words.value(got)}: {verdict}"

    def _mistake(self, given):
        """The first sentence of those that explain most of what is wrong."""
        right = list(self.expected.values())
        failed = [place for place, got in enumerate(given) if not self._right(got, right[place])]
        wrong = {says: self.listed(answer()) for says, answer in self.mistakes.items()}
        explained = {
            says: sum(self._right(given[place], numbers[place]) for place in failed)
            for says, numbers in wrong.items()
        }
        best = max(explained, key=lambda says: explained[says], default="")
        return best if explained.get(best) else ""


@dataclass(frozen=True)
class Goal(Task):
    """``measure(settings)``: what these reach, as (asked for, reached?, what was measured) for each goal.

    A ValueError from it says what is wrong with the settings. ``example``: settings that reach all goals.
    ``signs``: for each mistake, does it explain these settings? Asked in order, if a goal was missed.
    """

    measure: Callable[[Any], Sequence[tuple[str, bool, str]]]
    example: Any
    goals: int
    signs: Mapping[str, Callable[[Any], bool]] = field(default_factory=dict)

    def judge(self, answer, seed=None, call=running.call):
        result = _called(call, answer, {}, running.SECONDS, bounds.SETTINGS)
        if result.failure:
            lines = [Line(False, f"{self.name}(): {result.failure}", result.printed)]
            return Verdict(lines, self.goals, unwritten=result.unwritten)
        measured = running.call(self.measure, {"settings": result.value})
        if measured.failure:
            fault = measured.failure.removeprefix("ValueError: ")
            lines = [Line(False, f"{self.name}() gives {words.value(result.value)}: {fault}")]
            return Verdict(lines, self.goals, self._mistake(result.value))
        lines = [Line(bool(reached), f"{asked}: {what}") for asked, reached, what in measured.value]
        missed = not all(line.right for line in lines)
        return Verdict(lines, self.goals, self._mistake(result.value) if missed else "", first=result)

    def solved(self):
        return lambda: self.example

    def _mistake(self, settings):
        return next((says for says, explains in self.signs.items() if self._explains(explains, settings)), "")

    def _explains(self, explains, settings):
        """Settings may be anything, and what raises explains nothing."""
        return running.call(lambda s: bool(explains(s)), {"s": settings}).value is True


class _Clock:
    """The cases of one check share its seconds."""

    def __init__(self, call):
        self._call, self._left = call, running.SECONDS

    def call(self, function, arguments):
        result = _called(self._call, function, arguments, max(0.05, self._left), bounds.MOST)
        self._left -= result.seconds
        return result


def _called(call, answer, arguments, seconds, most):
    """The Result of a call; to return more than ``most`` numbers or entries is a failure."""
    result = call(answer, arguments, seconds)
    fault = bounds.excess(result.value, most)
    return replace(result, value=None, failure=fault) if fault else result


def _generators(seed):
    return map(np.random.default_rng, np.random.SeedSequence(seed).spawn(DRAWN))

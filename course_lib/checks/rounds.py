"""The rounds of a prediction task: its first answer counts; what was wrong is asked again with other numbers.

A round is answered once. Round 0 is the exercise's own; the numbers of the others are drawn, and the task's
name is the seed.
"""

import zlib

import numpy as np

from course_lib.base import events
from course_lib.checks import words
from course_lib.checks.task import Prediction

LOCKED = "locked"  # the event
REST = 0.5  # of the points that the first answer missed, for what is right when it is asked again


class AskedAgain(Prediction):
    """A prediction with other numbers. It is told what is right, since the next round has others."""

    def _text(self, asked, got, right):
        if self._right(got, right):
            return super()._text(asked, got, right)
        return f"{asked}: you say {words.value(got)}; it is {words.value(right)}"


def asked(task, place):
    """What a round asks: the text, "" for the exercise's own, and the Prediction."""
    if not place:
        return "", task
    rng, text, expected = np.random.default_rng(zlib.crc32(task.name.encode())), "", {}
    for _ in range(place):
        before = text, expected
        while (text, expected) == before:  # what was asked last has been told
            text, expected = task.again(rng)
    return text, AskedAgain(task.name, task.points, task.hints, {}, expected, task.rtol, task.atol)


def said(task):
    """What was locked: the numbers of each round, in their order. In a round the first answer stands."""
    found = {}
    for value in events.known():
        match value:
            case {"event": "locked", "task": task.name, "round": int(place), "said": list(numbers)} if (
                _are_an_answer(task, numbers)
            ):
                found.setdefault(place, [float(number) for number in numbers])
    return [found[place] for place in range(len(found)) if place in found]


def lock(task, place, numbers):
    """Keep an answer; returns what the learner should know, if it cannot be written."""
    return events.keep(LOCKED, "Your answer", task=task.name, round=place, said=list(numbers))


def judged(task, answers):
    """The Verdict of each round."""
    return [asked(task, place)[1].judge(lambda given=given: given) for place, given in enumerate(answers)]


def earned(task, verdicts):
    """The points: the right numbers of the first round, and ``REST`` of what a later one has more.

    >>> from course_lib.checks import tasks
    >>> task = tasks.BY_NAME["after_three_updates"]  # 3 points for 3 numbers
    >>> earned(task, judged(task, [[-0.216, 0, 0]]))
    1.0
    """
    first, *later = [task.earned(verdict) for verdict in verdicts]
    return round(first + REST * max(0.0, max(later, default=0.0) - first), 2)


def is_solved(task):
    """Was all right in the last round that was answered?"""
    return _is_right(task, said(task), -1)


def is_done(task, points):
    """Has the task all its points in ``points``, or was a prediction right when it was asked again?"""
    return points.get(task.name, 0) >= task.points or (isinstance(task, Prediction) and is_solved(task))


def was_right_at_once(task):
    """Was all right in the first answer? Then there is nothing left to guess."""
    return _is_right(task, said(task), 0)


def question(task, place):
    """A round's question as it is printed, and how it is answered."""
    text, again = asked(task, place)
    listed = [f"  {number}. {what}" for number, what in enumerate(again.expected, start=1)]
    fields = ", ".join("..." for _ in again.expected)
    return "\n".join(
        [
            f"Again, with other numbers, for half of the points that are missing. {text}",
            *listed,
            f'Answer once, with your numbers: again("{task.name}", {fields})',
        ]
    )


def _is_right(task, answers, place):
    return bool(answers) and judged(task, answers)[place].right


def _are_an_answer(task, numbers):
    return len(numbers) == len(task.expected) and all(isinstance(n, int | float) for n in numbers)

"""A lesson's predictions in its figure: a button that leads to each, and your guess beside what happened."""

import weakref
from typing import Any

import numpy as np

from course_lib import plots, questions
from course_lib.explorers.shared import words
from course_lib.questions import kept
from course_lib.record import answers

FAR = 1e6  # outside of every picture


def follow(figure, lesson):
    """Show on this figure what was predicted in a lesson, now and whenever something is locked.

    ValueError for a lesson without questions, and for settings that the figure does not take.
    """
    for question in questions.of(lesson):
        figure.checked(question.figure)
    seen: Any = weakref.proxy(figure)  # a figure that nobody else holds shall go

    def show():
        seen.predicted = _rows(lesson, seen.form["reset"])

    show()
    answers.listen(figure, show)


def _rows(lesson, opened):
    """For each setting that shows something predicted: its label, its values, what is told there, and the
    places that were predicted in the picture.

    ``opened``: the values with which the figure opened, such as the start that the question is about.
    """
    rows = {}
    for question, answer in kept.predicted(lesson):
        if question.figure:
            label = words.settings(question.figure, question.figure)
            row = rows.setdefault(
                label, {"label": label, "values": opened | question.figure, "told": [], "places": []}
            )
            row["told"].append(_told(question, answer))
            if place := question.place(answer.said):
                row["places"].append(_places(question, place, question.right(answer.numbers)))
    return [*rows.values()]


def _places(question, said, right):
    """In the picture of its surface: the place that was said, or one far away for it, and the right one."""
    both = np.clip([said, np.atleast_1d(right)], -FAR, FAR)
    said, right = plots.on_picture(question.surface, both).tolist()
    return {"said": said, "right": right}


def _told(question, answer):
    told = question.verdict if answer.right else question.told
    return told(answer.numbers, answer.said).replace("`", "")

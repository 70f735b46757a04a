"""A lesson's predictions in its figure: a button that leads to each, and your guess beside what happened."""

import weakref

from course_lib import questions
from course_lib.explorers.shared import words
from course_lib.record import answers


def follow(figure, lesson):
    """Show on this figure what was predicted in a lesson, now and whenever something is locked.

    ValueError for a lesson without questions, and for settings that the figure does not take.
    """
    asked = [question for question in questions.of(lesson) if question.figure]
    for question in asked:
        figure.checked(question.figure)
    seen = weakref.proxy(figure)  # a figure that nobody else holds shall go

    def show():
        seen.predicted = _rows(asked)

    show()
    answers.listen(figure, show)


def _rows(asked):
    """For each setting at which the figure shows something predicted: label, values, and what is told there."""
    known, rows = answers.predictions(), {}
    for question in asked:
        if question.name in known:
            label = words.settings(question.figure, question.figure)
            row = rows.setdefault(label, {"label": label, "values": dict(question.figure), "told": []})
            row["told"].append(_told(question, known[question.name].said))
    return [*rows.values()]


def _told(question, said):
    is_right = said and question.is_right(question.first, said)
    told = question.verdict if is_right else question.told
    return told(question.first, said).replace("`", "")

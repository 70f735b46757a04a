"""Questions from earlier lessons that come back, with other numbers."""

import zlib
from typing import ClassVar

from course_lib import questions
from course_lib.base import events
from course_lib.predictions import picture
from course_lib.quizzes.sheet import Sheet
from course_lib.record import answers, spacing

COUNT = 3


class Review(Sheet):
    """Three questions from the lessons before this one: ``Review("05_momentum")``.

    Which ones, the record says: first what is due, then what was wrong when last asked, then what was never
    asked (``record.spacing``). The day and the record draw their numbers. Each is answered once, and told at
    once what is right.

    >>> review = Review("05_momentum")
    >>> len(review.asked)
    3
    """

    title = "Review"
    form: ClassVar = {"field": "Your answer", "send": "Answer", "atOnce": True, "wrong": "No"}
    invitation = "*Three questions from earlier lessons come back here. Run this cell to answer.*"

    def __init__(self, lesson):
        self._asked = list(chosen(lesson))
        texts = [question.asked(numbers) for question, numbers in self._asked]
        asked = [question for question, _ in self._asked]
        options = [list(question.options) or None for question in asked]
        super().__init__(texts, options, pictures=[*map(picture.of, asked)])

    def checked(self, index, answer):
        question, _ = self._asked[index]
        question.read(answer)
        return str(answer).strip()

    def reply(self, index, answer):
        question, numbers = self._asked[index]
        right = question.is_right(numbers, answer)
        new = answers.Answer(answers.REVIEWED, question.lesson, question.name, answer, right, numbers)
        words = f"{question.told(numbers, answer)} {answers.remember(new)}".rstrip()
        return {"right": right, "words": words, "closed": True, "place": question.place(answer)}

    def as_markdown(self):
        """Not the questions themselves: they differ from day to day."""
        return self.invitation


def chosen(lesson):
    """The questions of a review before this lesson, each with its numbers: pairs, the most urgent first."""
    record, today = answers.by_item(), events.now().toordinal()

    def order(question):
        urgency = spacing.urgency(record.get(question.name, []), today)
        return urgency, zlib.crc32(f"{question.name} {today}".encode())

    for question in sorted(questions.before(lesson), key=order)[:COUNT]:
        yield question, question.drawn(today, len(record.get(question.name, [])))

"""The task of an exercise that is answered in words, for whoever learns alone."""

from typing import ClassVar

from course_lib.base import events, typed
from course_lib.checks import in_words, opening, record, words
from course_lib.quizzes.sheet import Sheet

MOST = 5000  # characters of an answer
LINES = 6  # of the field


class InWords(Sheet):
    """Write your answer, then read the model answer and mark your own: ``InWords("05_momentum")``.

    ``answer(1, text)`` and ``answer(2, points)`` do what the buttons do, and return what is said. The points
    are kept with the progress. Where a teacher keeps the model answer closed, the answer is only kept.

    >>> InWords("05_momentum").score
    'Not marked yet.'
    """

    title = "In words"
    form: ClassVar = {"field": "Your answer", "send": "Keep"}

    def __init__(self, lesson):
        self._lesson, self._task = lesson, in_words.of(lesson)
        texts = [
            "Your answer. When it is kept, the model answer and the marking scheme are shown here.",
            f"By this scheme, how many points has your answer, from 0 to {self._task.points:g}?",
        ]
        text = in_words.written(self._task)
        super().__init__(texts, [None, None], {"1": self._shown(text)} if text else {})
        first, second = self.asked
        self.asked = [first | {"lines": LINES}, second]

    def checked(self, index, answer):
        return self._points(answer) if index else self._text(answer)

    def reply(self, index, answer):
        if not index:
            return self._shown(answer, self._kept(answer))
        fault = record.add(self._task.name, answer)
        return {"right": None, "words": f"Kept. {fault}".rstrip()}

    def scored(self):
        points = record.read().get(self._task.name)
        return "Not marked yet." if points is None else f"{words.points(points, self._task.points)}."

    def as_markdown(self):
        """Not the questions: they are for whoever runs the cell."""
        return "*Learning alone? Run this cell, write your answer there, and mark it by the model answer.*"

    def _text(self, answer):
        text = str(answer).strip()
        if not text:
            raise ValueError("answer must be a few sentences; got nothing")
        if len(text) > MOST:
            raise ValueError(f"answer must have at most {MOST} characters; got {len(text)}")
        return text

    def _points(self, answer):
        if not in_words.written(self._task):
            raise ValueError("points come after an answer: write yours above first")
        if closed := opening.closed(self._lesson):
            raise ValueError(closed.rstrip("."))
        points = typed.number("points", answer)
        if not 0 <= points <= self._task.points:
            raise ValueError(f"points must be a number from 0 to {self._task.points:g}; got {points:g}")
        return points

    def _kept(self, text):
        return events.keep(in_words.WRITTEN, task=self._task.name, text=text)

    def _shown(self, text, fault=""):
        """The reply to an answer: the model answer, or why it is closed."""
        told = opening.closed(self._lesson) or f"Model answer. {self._task.answer}\n\n{self._task.marking}"
        parts = [f"You wrote: {text}", told, fault]
        return {"right": None, "words": "\n\n".join(filter(None, parts)), "closed": True}

"""The questions of a lesson before its figure: answered once, and kept."""

from typing import ClassVar

from course_lib import questions
from course_lib.predictions import picture
from course_lib.questions import kept
from course_lib.quizzes.sheet import Sheet
from course_lib.record import answers


class Predict(Sheet):
    """The predictions of a lesson: ``Predict("05_momentum")``. What is right is not told here.

    ``lock(number, answer)`` and ``skip(number)`` do what the buttons do, and return what is said. The first
    answer stands, on this page and in the record.

    >>> predict = Predict("05_momentum")
    >>> predict.score
    '0 of 4 locked'
    """

    title = "Predictions"
    form: ClassVar = {"field": "Your prediction", "send": "Lock", "skip": "Skip"}

    def __init__(self, lesson):
        self._questions = questions.of(lesson)
        replies = {
            str(self._questions.index(question) + 1): _standing(question, answer)
            for question, answer in kept.predicted(lesson)
        }
        texts = [question.asked(question.first) for question in self._questions]
        options = [list(question.options) or None for question in self._questions]
        super().__init__(texts, options, replies, [*map(picture.of, self._questions)])

    def lock(self, number, answer):
        """Answer question ``number``, counted from 1; ValueError, if it was answered before."""
        reply = self.replies.get(str(number), {})
        if reply.get("closed"):
            raise ValueError(f"question {number} is answered already. {reply['words']}")
        return self.answer(number, answer)

    def skip(self, number):
        """Leave question ``number`` out; ValueError, if it was answered before."""
        return self.lock(number, "")

    def checked(self, index, answer):
        said = str(answer).strip()
        if said:
            self._questions[index].read(answer)
        return said

    def reply(self, index, answer):
        question = self._questions[index]
        before = dict(kept.predicted(question.lesson))
        if question in before:  # in another window
            return _standing(question, before[question])
        kind = answers.PREDICTED if answer else answers.SKIPPED
        right = bool(answer) and question.is_right(question.first, answer)
        new = answers.Answer(kind, question.lesson, question.name, answer, right, dict(question.first))
        fault = answers.remember(new)
        return _standing(question, new, fault)

    def scored(self):
        closed = [reply for reply in self.replies.values() if reply.get("closed")]
        skipped = sum(reply["skipped"] for reply in closed)
        locked = f"{len(closed) - skipped} of {len(self._questions)} locked"
        return f"{locked}, {skipped} skipped" if skipped else locked


def _standing(question, answer, fault=""):
    """What stands beside a question that was answered. Not every question is one that the figure shows."""
    locked = f"Locked: {answer.said}. Now {'look at the figure' if question.figure else 'read on'}."
    words = locked if answer.said else "Skipped: it will come back sooner."
    return {
        "right": None,
        "words": f"{words} {fault}".rstrip(),
        "closed": True,
        "skipped": not answer.said,
        "place": question.place(answer.said),
    }

"""A quiz on the page: the page asks, this module answers; the answers themselves never leave it."""

from pathlib import Path

import anywidget
import traitlets

from course_lib.base import cell, validation
from course_lib.quizzes import questions

HERE = Path(__file__).parent


class Quiz(anywidget.AnyWidget):
    """The quiz of a lesson, with an instant reply to each answer: ``Quiz("05_momentum")``.

    ``answer(number, answer)`` does what a click does, and returns the reply.

    >>> quiz = Quiz("01_learning_rate")
    >>> quiz.score
    '0 of 3 right'
    """

    _esm = (HERE / "quiz.js").read_text(encoding="utf-8")  # as a Path it would hold every quiz for ever
    _css = (HERE / "quiz.css").read_text(encoding="utf-8")

    asked = traitlets.List().tag(sync=True)
    answers = traitlets.Dict().tag(sync=True)  # question's number as a string -> answer; the page sends it
    replies = traitlets.Dict().tag(sync=True)  # the same -> {"right": ..., "words": ...}
    score = traitlets.Unicode().tag(sync=True)

    def __init__(self, name):
        self._questions = questions.load(name)
        asked = [{"text": question.text, "options": question.options} for question in self._questions]
        super().__init__(asked=asked, score=self._score({}))
        self.observe(lambda change: self._reply(change.new), "answers")

    def answer(self, number, answer):
        """Answer question ``number``, counted from 1, and return what is said to it."""
        keys = {str(count): count for count in range(1, len(self._questions) + 1)}
        validation.one_of("number", str(number), keys)
        self._questions[number - 1].reply(answer)  # refuses what is no answer, before anything changes
        self.answers = self.answers | {str(number): answer}
        return self.replies[str(number)]["words"]

    def _reply(self, answers):
        replies = {
            number: self._questions[int(number) - 1].reply(answer) for number, answer in answers.items()
        }
        with self.hold_sync():
            self.replies = {
                number: {"right": right, "words": words} for number, (right, words) in replies.items()
            }
            self.score = self._score(self.replies)

    def _score(self, replies):
        return f"{sum(reply['right'] for reply in replies.values())} of {len(self._questions)} right"

    def _repr_mimebundle_(self, **kwargs):
        """Live where somebody looks on; elsewhere the questions, without the answers."""
        data, metadata = (super()._repr_mimebundle_(**kwargs) if cell.is_watched() else None) or ({}, {})
        data |= {
            "text/plain": f"Quiz: {len(self._questions)} questions",
            "text/markdown": self._as_markdown(),
        }
        return data, metadata

    def _as_markdown(self):
        lines = []
        for number, question in enumerate(self._questions, start=1):
            lines.append(f"{number}. {question.text}")
            lines += [f"   - {option}" for option in question.options or ()]
        return "\n".join([*lines, "", "*Run this cell to answer.*"])

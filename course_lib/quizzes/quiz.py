"""The quiz of a lesson."""

from typing import ClassVar

from course_lib.quizzes import questions
from course_lib.quizzes.sheet import Sheet
from course_lib.record import answers


class Quiz(Sheet):
    """The quiz of a lesson, with an instant reply to each answer: ``Quiz("05_momentum")``.

    ``answer(number, answer)`` does what a click does, and returns the reply.

    >>> quiz = Quiz("01_learning_rate")
    >>> quiz.score
    '0 of 3 right'
    """

    title = "Quiz"
    form: ClassVar = {"field": "Your number", "send": "Check", "atOnce": True, "wrong": "Not yet"}

    def __init__(self, name):
        self._name, self._questions = name, questions.load(name)
        texts = [question.text for question in self._questions]
        super().__init__(texts, [question.options for question in self._questions])

    def checked(self, index, answer):
        return self._questions[index].read(answer)

    def reply(self, index, answer):
        question = self._questions[index]
        right, words = question.reply(answer)
        kept = answers.Answer(answers.ANSWERED, self._name, question.text, str(answer), right)
        return {"right": right, "words": " ".join(filter(None, [words, answers.remember(kept)]))}

    def scored(self):
        right = sum(bool(reply["right"]) for reply in self.replies.values())
        return f"{right} of {len(self._questions)} right"

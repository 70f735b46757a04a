"""The quizzes: right answers are right, wrong ones are answered, and neither is in plain sight."""

import json
from pathlib import Path

import pytest

from course_lib.quizzes import Choice, Quiz, load, names

LESSONS = Path(__file__).parents[2] / "lessons"
every_quiz = pytest.mark.parametrize("name", names())


def wrong_answers(question):
    if isinstance(question, Choice):
        return [option for option in question.options if option != question.right]
    return [question.value + 2 * question.tolerance, -question.value - 1]


def right_answer(question):
    return question.right if isinstance(question, Choice) else question.value


@every_quiz
def test_right_answers_are_right_and_wrong_ones_are_not(name):
    for question in load(name):
        assert question.reply(right_answer(question)) == (True, reply_to_the_right_one(question))
        for answer in wrong_answers(question):
            right, words = question.reply(answer)
            assert not right
            assert words != reply_to_the_right_one(question)


def reply_to_the_right_one(question):
    return question.replies[question.right] if isinstance(question, Choice) else question.why


@every_quiz
def test_the_page_and_the_notebook_hold_no_answer(name):
    quiz = Quiz(name)
    data, _ = quiz._repr_mimebundle_()
    sent = json.dumps([quiz.asked, quiz.replies, data["text/markdown"], data["text/plain"]])
    notebook = LESSONS / f"{name}.ipynb"
    stored = notebook.read_text(encoding="utf-8") if notebook.exists() else ""
    for question in load(name):
        replies = question.replies.values() if isinstance(question, Choice) else [question.why, question.hint]
        for words in replies:
            assert words not in sent
            assert words not in stored


def test_the_score_counts_what_is_right_now():
    quiz = Quiz("01_learning_rate")
    first, second, _ = load("01_learning_rate")
    assert quiz.answer(1, wrong_answers(first)[0]) == first.replies[wrong_answers(first)[0]]
    assert quiz.score == "0 of 3 right"
    quiz.answer(1, first.right)
    quiz.answer(2, second.value)
    assert quiz.score == "2 of 3 right"
    quiz.answer(2, 7)
    assert quiz.score == "1 of 3 right"


@pytest.mark.parametrize(
    ("number", "answer", "message"),
    [
        (4, "x", "number must be one of 1, 2, 3; got '4'"),
        (1, "x", "answer must be one of"),
        (2, "x", "answer must be a number, .*; got 'x'"),
    ],
)
def test_what_is_no_answer_is_refused_and_changes_nothing(number, answer, message):
    quiz = Quiz("01_learning_rate")
    with pytest.raises(ValueError, match=message):
        quiz.answer(number, answer)
    assert quiz.answers == {}


def test_an_unknown_quiz_names_those_there_are():
    with pytest.raises(ValueError, match=r"quiz must be one of 01_learning_rate, .*; got 'moon'"):
        Quiz("moon")

"""Predictions: locked once, kept, told to nobody before; then compared with what happened."""

import json
from dataclasses import replace

import numpy as np
import pytest

from course_lib import questions
from course_lib.predictions import Compare, Predict, picture
from course_lib.record import answers

pytestmark = pytest.mark.usefixtures("record_file", "clock")
LESSON = "01_learning_rate"
every_lesson = pytest.mark.parametrize("lesson", questions.BY_LESSON)


def wrong_answer(question):
    if question.options:
        return question.options[0]
    return "777 and 777" if np.ndim(question.right(question.first)) else "777"


def kept():
    return [(answer.event, answer.said, answer.right) for answer in answers.known()]


def test_what_is_locked_is_kept_with_its_numbers_and_stands_there_again():
    predict = Predict(LESSON)
    assert predict.lock(1, "-1/8") == "Locked: -1/8. Now look at the figure."
    assert predict.score == "1 of 3 locked"
    assert predict.skip(2) == "Skipped: it will come back sooner."
    assert predict.score == "1 of 3 locked, 1 skipped"
    assert kept() == [("predicted", "-1/8", True), ("skipped", "", False)]
    assert answers.known()[0].numbers == {"lr": 0.5}
    again = Predict(LESSON)
    assert again.replies == predict.replies
    assert again.score == predict.score


def test_only_what_the_figure_shows_is_to_be_looked_for_there():
    predict = Predict("07_nesterov")
    assert predict.lock(1, "0.2") == "Locked: 0.2. Now read on."
    assert predict.lock(3, "2") == "Locked: 2. Now look at the figure."
    assert Predict("07_nesterov").replies == predict.replies


def test_the_page_locks_as_python_does():
    predict = Predict(LESSON)
    predict.set_state({"answers": {"1": "0,5"}})
    predict.set_state({"answers": {"1": "0,5", "3": ""}})
    assert kept() == [("predicted", "0,5", False), ("skipped", "", False)]
    predict.set_state({"answers": {"1": "-1/8", "3": ""}})  # it is locked
    assert len(kept()) == 2


def test_the_picture_in_which_a_place_is_marked_is_drawn_without_what_is_right():
    def told(**numbers):
        raise AssertionError("nobody has locked anything")

    for question in (questions.BY_NAME["weight_after_three"], questions.BY_NAME["place_in_the_ravine"]):
        shown = picture.of(question)
        assert picture.of(replace(question, answer=told, beliefs={}, why="", first={})) == shown
        assert [(weight["low"], weight["high"]) for weight in shown["weights"]] == [*question.surface.domain]
        assert shown["start"] == [*question.surface.start]
    assert picture.of(questions.BY_NAME["terminal_step"]) is None


def test_a_place_is_locked_as_it_is_typed_and_its_mark_stands_there_again():
    predict = Predict("05_momentum")
    assert predict.lock(4, "-1,3 and -1/2") == "Locked: -1,3 and -1/2. Now look at the figure."
    assert Predict("05_momentum").replies["4"]["place"] == [-1.3, -0.5]
    assert kept() == [("predicted", "-1,3 and -1/2", True)]
    predict.skip(1)
    assert predict.replies["1"]["place"] is None
    with pytest.raises(ValueError, match='answer must be 2 numbers with "and" between them'):
        Predict("05_momentum").checked(3, "-1.3")


def test_what_is_no_answer_is_refused_in_words_and_not_kept():
    predict = Predict(LESSON)
    with pytest.raises(ValueError, match="answer must be a number"):
        predict.lock(1, "a lot")
    with pytest.raises(ValueError, match="answer must be one of diverges"):
        predict.lock(2, "explodes")
    with pytest.raises(ValueError, match="number must be one of 1, 2, 3; got '4'"):
        predict.lock(4, "1")
    assert predict.answers == {}
    predict.set_state({"answers": {"1": "a lot"}})
    assert predict.replies["1"]["words"].startswith("answer must be a number, such as 0.5, 0,5, 1/8")
    assert not predict.replies["1"].get("closed")
    predict.set_state({"answers": {"1": "1"}})
    assert kept() == [("predicted", "1", False)]


def test_what_is_locked_is_locked_in_every_window():
    one, other = Predict(LESSON), Predict(LESSON)
    one.lock(1, "1")
    with pytest.raises(ValueError, match=r"question 1 is answered already\. Locked: 1"):
        one.lock(1, "2")
    with pytest.raises(ValueError, match="question 1 is answered already"):
        one.skip(1)
    assert other.lock(1, "2") == "Locked: 1. Now look at the figure."
    assert kept() == [("predicted", "1", False)]


def test_where_it_cannot_be_kept_it_says_so_and_counts(record_file):
    record_file.parent.touch()
    assert "This cannot be kept: " in Predict(LESSON).lock(1, "1")
    assert Predict(LESSON).score == "1 of 3 locked"


@every_lesson
def test_the_page_and_the_stored_output_do_not_tell(lesson):
    fresh = Predict(lesson)
    stored, _ = fresh._repr_mimebundle_()
    stored.pop("application/vnd.jupyter.widget-view+json", None)
    predict = Predict(lesson)
    for number, question in enumerate(questions.of(lesson), start=1):
        predict.lock(number, wrong_answer(question))
    sent = json.dumps([predict.asked, predict.replies, predict.score, predict.shown])
    assert all(reply["right"] is None for reply in predict.replies.values())
    for question in questions.of(lesson):
        assert question.reason(question.first, "") not in sent
    again, _ = Predict(lesson)._repr_mimebundle_()
    again.pop("application/vnd.jupyter.widget-view+json", None)
    assert again == stored  # whatever the record holds
    assert stored["text/plain"] == f"Predict: {len(questions.of(lesson))} questions"
    for question in questions.of(lesson):
        assert question.asked(question.first) in stored["text/markdown"]


def test_nothing_is_compared_before_it_is_locked():
    compare = Compare(LESSON)
    assert repr(compare).startswith("Nothing is locked yet.")
    assert compare._repr_html_() == f"<p>{compare!r}</p>"


def test_the_guess_beside_what_happened_and_the_belief_behind_it():
    predict = Predict(LESSON)
    predict.lock(1, "-1/8")
    predict.lock(2, "diverges")
    predict.skip(3)
    first, second, third = repr(Compare(LESSON)).split("\n  ")[1:]
    assert first.startswith("You said -1/8; it is -0.125. ✔")
    assert "right is “zigzags and settles”. You took the jump over the bottom for divergence." in second
    assert third.startswith("You skipped this; it is 1.33. Each update multiplies")
    table = Compare(LESSON)._repr_html_()
    assert table.count("<tr>") == 4
    assert "<code>lr = 0.5</code>" in table
    assert "<td style='text-align: left'>skipped</td>" in table
    assert "<th scope='col' style='text-align: left'>you said</th>" in table

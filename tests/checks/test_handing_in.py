"""Predictions handed in with an exercise: by an act of the learner's, as a text, and no more."""

import pytest

from course_lib import questions
from course_lib.checks import feedback, hand_in, handing_in
from course_lib.predictions import Predict

pytestmark = pytest.mark.usefixtures("record_file", "clock")
LESSON = "01_learning_rate"


def test_it_prints_what_was_said_first_and_that_is_all_that_is_handed_in(capsys, clock):
    predict = Predict(LESSON)
    predict.lock(1, "-1/8")
    predict.lock(2, "Diverges")
    predict.skip(3)
    Predict("05_momentum").lock(1, "1")
    assert capsys.readouterr().out == ""
    hand_in(LESSON)
    printed = capsys.readouterr().out
    assert printed.splitlines() == [
        handing_in.BEGINS,
        "weight_after_three: -1/8",
        "manner_of_a_rate: Diverges",
        "weight_over_the_limit: skipped",
    ]
    said = {"weight_after_three": "-1/8", "manner_of_a_rate": "Diverges", "weight_over_the_limit": ""}
    assert handing_in.read(printed) == said
    assert handing_in.read(handing_in.written(said)) == said


def test_where_nothing_was_predicted_nothing_is_handed_in(capsys):
    hand_in(LESSON)
    assert capsys.readouterr().out == f"{handing_in.NOTHING}\n"
    assert handing_in.read(handing_in.NOTHING) == {}
    with pytest.raises(ValueError, match="lesson must be one of"):
        hand_in("moon")


def test_a_graders_run_hands_in_nothing(capsys, monkeypatch):
    Predict(LESSON).lock(1, "-1/8")
    monkeypatch.setenv(feedback.GRADED, "1")
    hand_in(LESSON)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "line",
    [
        "weight_after_three: <script>alert(1)</script>",
        "weight_after_three: 1,000",
        f"weight_after_three: {'1' * 101}",
        "weight_after_three:",
        " weight_after_three: 1",
        "manner_of_a_rate: explodes",
        "place_in_the_ravine: 1",
        "place_in_the_ravine: 1 and inf",
        "no_such_question: 1",
        "__class__: 1",
        f"{'a' * 100_000}: 1",
        f"{' ' * 20_000}\nweight_after_three: 1",
        "\x1b[31mweight_after_three: 1",
        "weight_after_three: 1\0",
    ],
)
def test_what_is_no_answer_to_a_question_is_left_out(line):
    assert handing_in.read(line) == {}


def test_of_two_answers_the_first_stands():
    assert handing_in.read("terminal_step: 1\nterminal_step: 2") == {"terminal_step": "1"}


def test_every_answer_there_is_can_be_handed_in():
    for question in questions.BY_NAME.values():
        right = question.words(question.right(question.first))
        assert handing_in.read(handing_in.written({question.name: right})) == {question.name: right}

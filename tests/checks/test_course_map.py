"""The map: how each lesson stands by the record and the day, and what was expected against what happened."""

import io

import pytest
from PIL import Image

from course_lib import questions
from course_lib.checks import calibration, calibration_picture, check, progress, record
from course_lib.predictions import Predict, Review
from course_lib.questions import kept
from course_lib.quizzes import Quiz, load

LESSON = "01_learning_rate"


@pytest.fixture(autouse=True)
def _fresh(record_file, clock):
    """After conftest's own."""


def state(lesson=LESSON):
    return next(row[1] for row in progress().rows if row[0] == lesson)


def lock(*said):
    predict = Predict(LESSON)
    for number, answer in enumerate(said, start=1):
        predict.lock(number, answer)


def test_a_lesson_is_not_begun_then_shaky_or_holds_then_due(clock):
    assert state() == "not begun"
    lock("-1/8", "zigzags and settles")
    assert state() == "holds"
    Predict(LESSON).lock(3, "0")
    assert state() == "shaky"
    clock(2)
    assert state() == "due"
    assert "Due again: 1 question, in the review of a later lesson." in repr(progress())
    Review("05_momentum").answer(1, "777")
    assert state() == "shaky"
    assert state("05_momentum") == "not begun"


def test_a_quiz_and_an_exercise_make_a_lesson_shaky_or_hold_and_never_due(clock):
    question = load(LESSON)[0]
    wrong = next(option for option in question.options if option != question.right)
    quiz = Quiz(LESSON)
    quiz.answer(1, wrong)
    assert state() == "shaky"
    quiz.answer(1, question.right)
    assert state() == "holds"
    check("sgd_step", lambda w, g, lr: w)
    assert state() == "shaky"
    check("sgd_step", lambda w, g, lr: w - lr * g)
    assert state() == "holds"
    clock(30)
    assert state() == "holds"


def test_what_became_of_the_predictions():
    assert "Predictions" not in repr(progress())
    assert "<img" not in progress()._repr_html_()
    lock("0.5", "zigzags and settles", "")
    assert repr(progress()).endswith("Predictions and reviews: 1 of 2 right, 1 skipped.")
    page = progress()._repr_html_()
    assert "<td>shaky</td>" in page
    words = (
        "Of what you predicted 1 of 2 were right. lesson 1: expected 0.5, it was -0.125; "
        "lesson 1: expected zigzags and settles, it was zigzags and settles."
    )
    assert f"alt='{words}'" in page


def test_where_each_lies_in_the_picture():
    """Numbers by the power of ten that they are off, all else where it is right or where it is not."""
    lock("-1/80", "diverges", "13.31")
    predict = Predict("05_momentum")
    for number, said in [(1, "for ever"), (3, "0.9"), (4, "1 and 1")]:
        predict.lock(number, said)
    points = calibration.points(kept.answered())
    assert [point.off for point in points] == pytest.approx([-1, calibration.ELSE, 1, 2, 0, calibration.ELSE])
    assert [(point.expected, point.happened) for point in points][-2:] == [
        ("0.9", "0.9"),
        ("1 and 1", "-1.28 and -0.471"),
    ]
    assert Image.open(io.BytesIO(calibration_picture.picture(points))).width == 1200


def test_a_choice_with_an_apostrophe_ends_no_attribute():
    asked = [question.name for question in questions.of("02_regression_losses")]
    Predict("02_regression_losses").lock(1 + asked.index("moved_by_an_outlier"), "mse's alone")
    assert "expected mse&#x27;s alone" in progress()._repr_html_()


@pytest.mark.parametrize("said", ["-1/8", "0", "1e9", "-1e-9", "0.125"])
def test_the_picture_takes_whatever_was_said(said):
    lock(said)
    points = calibration.points(kept.answered())
    assert Image.open(io.BytesIO(calibration_picture.picture(points * 45))).width == 1200


@pytest.mark.parametrize(
    ("task", "left", "joined"),
    [
        ("measured_gradient", "02_regression_losses", "02b_is_the_slope_right"),
        ("repaired_line", "12_the_race", "12b_the_documented_example"),
        ("review-in-words", "12_the_race", "12b_the_documented_example"),
    ],
)
def test_a_task_that_moved_to_another_lesson_keeps_its_points(task, left, joined):
    record.add(task, 4.0)  # as the exercise gave them that had it before
    points = {lesson: earned for lesson, _, earned, *_ in progress().rows}
    assert (points[left], points[joined]) == (0, 4)


def test_a_lesson_with_a_letter_is_called_by_its_number():
    Predict("02b_is_the_slope_right").lock(1, "1/6")
    assert "lesson 2b: expected 0.167, it was 6." in calibration.in_words(calibration.points(kept.answered()))

"""A lesson's predictions in its figure: a button to each, and there the guess beside the truth."""

import gc
import json
import weakref

import lint_questions
import numpy as np
import pytest
import refresh

from course_lib import questions
from course_lib.explorers import LearningRate, Momentum
from course_lib.explorers.live import predictions
from course_lib.predictions import Predict

pytestmark = pytest.mark.usefixtures("record_file", "clock")
LESSON = "01_learning_rate"


def test_what_is_locked_is_told_where_the_figure_shows_it():
    figure = LearningRate(asked=LESSON)
    assert figure.predicted == []
    predict = Predict(LESSON)
    predict.lock(2, "diverges")
    (row,) = figure.predicted
    assert (row["label"], row["values"]) == ("lr 1.8", figure.values | {"lr": 1.8})
    (told,) = row["told"]
    assert told.startswith("You said “diverges”; right is “zigzags and settles”. You took the jump over")
    predict.lock(1, "-1/8")
    predict.skip(3)
    told = {row["label"]: row["told"] for row in figure.predicted}
    assert told["lr 0.5"] == ["You said -1/8; it is -0.125."]
    assert told["lr 2.1"][0].startswith("You skipped this; it is 1.33.")
    assert LearningRate(asked=LESSON).predicted == figure.predicted
    assert LearningRate().predicted == []


def test_questions_that_one_setting_shows_share_a_button():
    figure, predict = Momentum(asked="05_momentum"), Predict("05_momentum")
    for number, said in enumerate(("1", "10", "0.9"), start=1):
        predict.lock(number, said)
    (row,) = figure.predicted
    assert len(row["told"]) == 3


@pytest.mark.parametrize("path", refresh.LESSONS, ids=lambda path: path.stem)
def test_a_figure_opens_after_what_was_predicted_and_goes_to_each(path):
    listed = questions.BY_LESSON.get(path.stem, [])
    for number in range(1, len(listed) + 1):
        Predict(path.stem).skip(number)
    for made, values in lint_questions.figures_of(path):
        figure = made(**values)
        predictions.follow(figure, path.stem)  # as where it is made
        for row in figure.predicted:
            figure.set(**row["values"])
        told = sum(len(row["told"]) for row in figure.predicted)
        assert told == sum(bool(question.figure) for question in listed)


def test_a_place_stands_beside_the_one_that_came_on_the_axes_of_the_path():
    figure = Momentum(asked="05_momentum", momentum=0.0)
    Predict("05_momentum").lock(4, "-1 and 0.1")
    (row,) = figure.predicted
    figure.set(momentum=0.9)
    came = figure.facts["paths"]["Keras"][:, 10]
    (places,) = row["places"]
    assert places["said"] == [-1, 0.1]
    assert places["right"] == pytest.approx(came)
    assert f"{np.hypot(*(came - places['said'])):.3g} away. You gave the first steps" in row["told"][0]
    assert figure.scene["compared"]["box"] == figure.scene["picks"][0]["box"]


def test_a_weight_stands_on_its_curve():
    figure = LearningRate(asked=LESSON)
    Predict(LESSON).lock(1, "0.5")
    assert figure.predicted[0]["places"] == [{"said": [0.5, 0.125], "right": [-0.125, 0.125**2 / 2]}]
    Predict(LESSON).skip(3)
    assert figure.predicted[1]["places"] == []


@pytest.mark.parametrize(("said", "places"), [("for ever", []), ("1e300", [1e6])])
def test_what_is_outside_of_every_picture_can_be_sent_to_the_page(said, places):
    figure = LearningRate(asked=LESSON)
    predict = Predict(LESSON)
    predict.lock(1, said)
    (row,) = figure.predicted
    assert [place["said"][0] for place in row["places"]] == places
    json.dumps([row, predict.replies], allow_nan=False)


def test_a_lesson_that_the_figure_cannot_show():
    with pytest.raises(ValueError, match="lesson must be one of"):
        LearningRate(asked="moon")
    with pytest.raises(ValueError, match=r"control must be one of curvature, lr, .*; got 'momentum'"):
        LearningRate(asked="05_momentum")


def test_a_figure_that_follows_is_freed_all_the_same():
    figure = LearningRate(asked=LESSON)
    gone = weakref.ref(figure)
    figure.close()
    del figure
    gc.collect()
    assert gone() is None
    Predict(LESSON).lock(1, "1")

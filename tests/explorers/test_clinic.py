"""Clinic: what is shown, against the clinic's own runs; and what becomes of a new patient."""

import numpy as np
import pytest

from course_lib.clinic import CHANGES, TESTS, prescriptions, running, ward
from course_lib.explorers import Clinic
from course_lib.explorers.clinic import NONE
from tests.explorers.driving import caption, frame


@pytest.fixture
def figure():
    return Clinic()


def test_the_run_is_the_patients_and_goes_on_where_it_stopped(figure):
    shown = frame(figure, patient="3", change="cross-entropy").artists
    treated = prescriptions.go_on(ward(1)[2], "cross-entropy")
    for name, course in {"changed": treated.course, "unchanged": treated.unchanged}.items():
        x, losses = shown[name]
        assert x[0] == running.UPDATES
        assert np.array_equal(losses, course.val_loss)
    assert shown["changed"][1][0] == shown["unchanged"][1][0] == shown["validation"][1].min()


@pytest.mark.parametrize("test", TESTS)
def test_a_test_is_shown_once_it_is_ordered(figure, test):
    before, after = (str(frame(figure, tests=tests).artists[test]) for tests in ([], [test]))
    assert before != after
    assert f"Tests: {test} " in caption(figure)


def test_the_answer_names_what_speaks_against_a_wrong_cause(figure):
    said = caption(figure, patient="4", tests=["one batch"], cause="MSE on a softmax")
    assert said.startswith("Not MSE on a softmax (patient 4), because one batch is learned by heart.")


def test_a_wrong_change_is_answered_by_what_came_of_it(figure):
    said = caption(figure, patient="10", change="lr / 10")
    assert said.endswith("With lr / 10, nothing changes: shorter steps help only where steps are too long.")


def test_a_fourth_test_is_not_done(figure):
    said = caption(figure, patient="3", tests=list(TESTS))
    assert said.endswith("and gradient norm is small; no more than three tests are done.")
    assert frame(figure).artists["lr * curvature"] == ""


@pytest.mark.parametrize("moved", [{"patient": "9"}, {"ward": 2}])
def test_a_new_patient_begins_without_tests_cause_and_change(figure, moved):
    figure.set_state({"tests": ["one batch"], "cause": "noise floor", "change": next(iter(CHANGES))})
    figure.set_state(moved)
    assert (figure.tests, figure.cause, figure.change) == ((), NONE, NONE)


def test_what_the_page_sends_with_a_new_patient_is_taken(figure):
    figure.set_state({"patient": "9", "tests": ["one batch"]})
    assert figure.tests == ("one batch",)


@pytest.mark.parametrize(("tests", "points"), [([], 10), (["one batch"], 9), (list(TESTS), 7)])
def test_points_are_fewer_for_each_test(figure, tests, points):
    figure.set(patient="2", cause="wrong labels", change="right labels", tests=tests)
    assert figure.facts["points"] == points
    assert f"({points} of 10 points)" in caption(figure)

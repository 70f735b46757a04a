"""Predictions of the exercises: the first answer counts, and what was wrong is asked with other numbers."""

import json
from itertools import pairwise

import pytest

from course_lib.base import events
from course_lib.checks import again, check, progress, record, rounds, tasks
from course_lib.checks.task import Prediction

NAME = "after_three_updates"  # 3 points for 3 numbers
TASK = tasks.BY_NAME[NAME]
RIGHT = [-0.216, 0.216, 2.744]
PREDICTIONS = [task for task in tasks.BY_NAME.values() if isinstance(task, Prediction)]
every_prediction = pytest.mark.parametrize("task", PREDICTIONS, ids=lambda task: task.name)


@pytest.fixture(autouse=True)
def _fresh(record_file):
    """After conftest's own."""


def answer(*numbers):
    return check(NAME, lambda: numbers)


def right_of(place):
    """What is right in a round, by its curvature and its rates."""
    text, asked = rounds.asked(TASK, place)
    curvature = float(text.removeprefix("The curvature is ").partition(",")[0])
    return [-((1 - float(lr.removeprefix("lr ")) * curvature) ** 3) for lr in asked.expected]


def test_the_first_answer_counts_and_no_other_is_tried(capsys):
    assert answer(-0.216, 9, 9) == 1
    first = capsys.readouterr().out
    assert answer(*RIGHT) == 1
    told = capsys.readouterr().out
    assert told == f"Your first answer counts, (-0.216, 9, 9). Another one is not tried here.\n{first}"
    assert "for half of the points that are missing" in first
    assert 'again("after_three_updates", ..., ..., ...)' in first
    assert "2.74" not in told


def test_the_same_answer_is_told_the_same(capsys):
    answer(1, 2, 3)
    first = capsys.readouterr().out
    answer(1, 2, 3)
    assert capsys.readouterr().out == first


def test_a_wrong_belief_is_told_its_sentence(capsys):
    answer(-(0.9**3), -(0.6**3), -(0.4**3))
    assert "→ You left out the curvature: here it is 4, and the slope is 4 * w." in capsys.readouterr().out


def test_a_right_first_answer_has_all_and_is_asked_nothing_more(capsys):
    assert answer(*RIGHT) == 3
    assert "Again" not in capsys.readouterr().out
    assert again(NAME, 1, 2, 3) == 3
    assert rounds.said(TASK) == [RIGHT]


def test_after_a_right_first_answer_another_way_is_tried(capsys):
    answer(*RIGHT)
    capsys.readouterr()
    assert answer(-0.216, 0.216, 2.7) == 3
    assert "you say 2.7: yes" in capsys.readouterr().out
    assert answer(-0.216, 0.216, 9) == 2
    assert record.read() == {NAME: 3.0}
    assert rounds.said(TASK) == [RIGHT]


@pytest.mark.parametrize("value", [None, "no", (1, 2), [[1], [2, 3]]])
def test_what_is_no_answer_locks_nothing(value):
    check(NAME, lambda: value)
    check(NAME, lambda: 1 / 0)
    check(NAME, rounds.question)
    assert rounds.said(TASK) == []
    assert answer(*RIGHT) == 3


def test_asked_again_gives_half_of_what_is_missing(capsys):
    answer(-0.216, 9, 9)
    assert again(NAME, *right_of(1)) == 2  # 1, and half of the other 2
    assert capsys.readouterr().out.endswith("2 of 3 points.\n")
    assert record.read() == {NAME: 2.0}
    assert "2 of 15 points, 1 of 5 tasks" in repr(progress())
    assert answer(*RIGHT) == 2


def test_a_wrong_one_is_told_what_is_right_and_asked_with_other_numbers(capsys):
    answer(9, 9, 9)
    one, *_ = right_of(1)
    capsys.readouterr()
    assert again(NAME, one, 9, 9) == 0.5
    told = capsys.readouterr().out
    assert told.count("✔") == 1
    assert f"you say 9; it is {right_of(1)[1]:.4g}" in told
    assert rounds.question(TASK, 2) in told
    assert "0.5 of 15 points, 0 of 5 tasks" in repr(progress())
    assert again(NAME, *right_of(2)) == 1.5


def test_without_numbers_it_is_read_once_more_and_what_is_no_answer_locks_nothing(capsys):
    answer(9, 9, 9)
    told = capsys.readouterr().out
    again(NAME)
    assert capsys.readouterr().out.rstrip() in told
    again(NAME, 1, 2)
    assert "asked for are 3" in capsys.readouterr().out
    assert len(rounds.said(TASK)) == 1


def test_again_comes_after_check(capsys):
    assert again(NAME, 1, 2, 3) == 0
    assert 'check("after_three_updates", after_three_updates)' in capsys.readouterr().out
    assert rounds.said(TASK) == []


@pytest.mark.parametrize("name", ["sgd_step", "chosen_rate"])
def test_only_predictions_are_asked_again(name):
    with pytest.raises(ValueError, match=f"{name} is not asked again"):
        again(name, 1)


def test_a_grader_tries_what_it_is_given(monkeypatch):
    answer(9, 9, 9)
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert answer(*RIGHT) == 3
    assert rounds.said(TASK) == [[9, 9, 9]]


def test_it_outlives_the_kernel_and_in_two_windows_the_first_stands(record_file):
    answer(9, 9, 9)
    events.add(rounds.LOCKED, task=NAME, round=0, said=RIGHT)
    assert answer(*RIGHT) == 0


@pytest.mark.parametrize("said", [[1, 2], [1, 2, "3"], [1, 2, None], "123", {}])
def test_what_is_damaged_or_another_versions_is_left_out(record_file, said):
    record_file.parent.mkdir()
    record_file.write_text(json.dumps({"event": "locked", "task": NAME, "round": 0, "said": said}))
    assert rounds.said(TASK) == []
    assert answer(*RIGHT) == 3


def test_where_it_cannot_be_kept_it_counts_in_this_kernel(record_file, capsys):
    record_file.parent.touch()
    assert answer(9, 9, 9) == 0
    assert "cannot be kept" in capsys.readouterr().out
    assert answer(*RIGHT) == 0


@every_prediction
def test_every_prediction_is_asked_again_with_other_numbers(task):
    drawn = [rounds.asked(task, place) for place in range(1, 7)]
    assert all(len(text) < 300 and text.endswith((".", "?")) for text, _ in drawn)
    questions = [(text, *asked.expected.items()) for text, asked in drawn]
    assert all(one != after for one, after in pairwise(questions))
    assert len(set(questions)) > 3
    for _, asked in drawn:
        assert len(asked.expected) == len(task.expected)
        assert all(line.right for line in asked.judge(asked.solved()).lines)
        assert not all(line.right for line in asked.judge(task.solved()).lines)


@every_prediction
def test_the_exercises_mistakes_do_not_pass_when_it_is_asked_again(task):
    for wrong in task.mistakes.values():
        for place in range(1, 4):
            _, asked = rounds.asked(task, place)
            assert not all(line.right for line in asked.judge(wrong).lines)

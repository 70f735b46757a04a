"""What every task of every exercise says: to a stub, and as a hint.

What a task must have is said by tools/lint_exercises.py, which tests/adopting holds to the course.
"""

import pytest
from hypothesis import given, settings

from course_lib.checks import check, hint, tasks
from course_lib.checks.feedback import HINTS_SEEN
from tests.wrong_values import ONE_OF_EACH, WRONG

ALL = list(tasks.BY_NAME.values())
every_task = pytest.mark.parametrize("task", ALL, ids=lambda task: task.name)


@every_task
def test_the_stub_has_none(task, capsys):
    def stub(*arguments):
        raise NotImplementedError

    assert check(task.name, stub) == 0
    assert f"{task.name} is not written yet" in capsys.readouterr().out


@every_task
def test_whatever_an_answer_gives_it_is_judged_and_the_learner_told(task, capsys):
    def answer(*_, **__):
        return value

    for value in ONE_OF_EACH:
        assert 0 <= check(task.name, answer) < task.points, value
        assert "✘" in capsys.readouterr().out, value


@settings(max_examples=50)
@given(wrong=WRONG)
def test_a_wrong_name_a_wrong_seed_and_what_is_no_function_are_refused(wrong):
    with pytest.raises(ValueError, match="there is no task"):
        check(wrong, print)
    if wrong is not None:
        with pytest.raises(ValueError, match="seed must be a whole number >= 0; got"):
            check("sgd_step", print, seed=wrong)
    assert check("sgd_step", wrong) == 0


@every_task
def test_hints_climb(task, capsys):
    HINTS_SEEN.clear()
    for _ in range(4):
        hint(task.name)
    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == [f"Hint {place} of 3: {words}" for place, words in enumerate(task.hints, 1)]
    assert lines[3] == lines[2]


@every_task
def test_a_hint_does_not_stand_in_the_feedback(task, capsys):
    check(task.name, lambda *arguments: None)
    told = capsys.readouterr().out
    assert not any(words in told for words in task.hints)

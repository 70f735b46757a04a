"""What every task of every exercise says: to a stub, and as a hint.

What a task must have is said by tools/lint_exercises.py, which tests/adopting holds to the course.
"""

import pytest

from course_lib.checks import check, hint, tasks
from course_lib.checks.feedback import HINTS_SEEN

ALL = list(tasks.BY_NAME.values())
every_task = pytest.mark.parametrize("task", ALL, ids=lambda task: task.name)


@every_task
def test_the_stub_has_none(task, capsys):
    def stub(*arguments):
        raise NotImplementedError

    assert check(task.name, stub) == 0
    assert f"{task.name} is not written yet" in capsys.readouterr().out


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

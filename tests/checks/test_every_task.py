"""What holds for every task of every exercise: the right answer passes, and each mistake is told its name."""

import pytest
from hypothesis import HealthCheck, given, settings

from course_lib.checks import check, hint, tasks
from course_lib.checks.feedback import HINTS_SEEN
from course_lib.checks.task import Function, Goal, Prediction
from tests.wrong_values import WRONG

ALL = list(tasks.BY_NAME.values())
every_task = pytest.mark.parametrize("task", ALL, ids=lambda task: task.name)
MISTAKES = [
    pytest.param(task, says, id=f"{task.name}-{i}") for task in ALL for i, says in enumerate(task.mistakes)
]


def test_names_are_used_once():
    assert len(tasks.BY_NAME) == sum(map(len, tasks.BY_LESSON.values()))


@pytest.mark.parametrize("lesson", tasks.BY_LESSON)
def test_a_lesson_has_three_or_four_checked_tasks_and_a_picture_or_prediction(lesson):
    listed = tasks.BY_LESSON[lesson]
    assert 3 <= len(listed) <= 4  # one more is prose, and marked by hand
    assert any(isinstance(task, Prediction) or getattr(task, "picture", None) for task in listed)


@every_task
def test_a_task_says_enough(task):
    assert task.points > 0
    assert len(task.hints) == len(set(task.hints)) == 3
    assert all(len(words) > 10 for words in task.hints)
    assert len(task.mistakes) >= 3
    assert all(says.endswith((".", "?")) for says in task.mistakes)


@every_task
@pytest.mark.parametrize("seed", [None, 0, 1, 2])
def test_the_right_answer_has_all_points(task, seed, capsys):
    assert check(task.name, task.solved(), seed=seed) == task.points
    assert "✘" not in capsys.readouterr().out


@every_task
def test_the_stub_has_none(task, capsys):
    def stub(*arguments):
        raise NotImplementedError

    assert check(task.name, stub) == 0
    assert f"{task.name} is not written yet" in capsys.readouterr().out


@pytest.mark.parametrize(("task", "says"), MISTAKES)
def test_a_mistake_is_told_its_name(task, says, capsys):
    earned = check(task.name, task.mistakes[says])
    told = capsys.readouterr().out
    assert earned < task.points
    assert f"→ {says}\n" in told
    assert told.count("→") == 1


@every_task
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=WRONG)
def test_whatever_an_answer_gives_it_is_judged_and_the_learner_told(task, value, capsys):
    assert 0 <= check(task.name, lambda *_, **__: value) < task.points
    assert "✘" in capsys.readouterr().out


@settings(max_examples=50)
@given(wrong=WRONG)
def test_a_wrong_name_a_wrong_seed_and_what_is_no_function_are_refused(wrong):
    for way in (check, lambda name, _: hint(name)):
        with pytest.raises(ValueError, match="there is no task"):
            way(wrong, print)
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


@pytest.mark.parametrize(
    "task", [task for task in ALL if isinstance(task, Function)], ids=lambda task: task.name
)
def test_no_two_cases_are_the_same(task):
    drawn = task._drawn(seed=3)
    assert len({str(case) for case in [*task.cases, *drawn]}) == len(task.cases) + len(drawn)


@pytest.mark.parametrize("task", [task for task in ALL if isinstance(task, Goal)], ids=lambda task: task.name)
def test_every_mistake_of_a_goal_has_its_sign(task):
    assert task.mistakes.keys() == task.signs.keys()

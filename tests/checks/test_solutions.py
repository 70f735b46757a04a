"""The solutions: closed before a try and where a teacher says so; what was read too early is said."""

import pytest

from course_lib.checks import again, check, opening, progress, solution, solutions, tasks

NAME = "momentum_path"
SOLUTION = solutions.BY_TASK[NAME]
SHOWN = f"One way to solve it:\n\n{SOLUTION.code}\n\n{SOLUTION.why}\n"
TOO_EARLY = "Solutions read before the task was solved"


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def shown(capsys):
    """What ``solution(name)`` prints."""

    def show(name=NAME):
        capsys.readouterr()
        solution(name)
        return capsys.readouterr().out

    return show


def test_every_task_has_one_without_the_marks_of_the_notebook():
    assert solutions.BY_TASK.keys() == tasks.BY_NAME.keys()
    for name, one in solutions.BY_TASK.items():
        assert f"def {name}(" in one.code
        assert "###" not in one.code
        assert one.why.startswith("Why. ")
        assert "Another way" not in one.why


def test_before_a_try_it_is_closed_and_an_empty_answer_is_no_try(shown):
    def empty(*arguments):
        raise NotImplementedError

    for attempt in (None, empty):
        if attempt:
            check(NAME, attempt)
        assert shown() == f'Try it first: check("{NAME}", {NAME}). Then its solution can be opened.\n'
    assert solutions.opened() == []


def test_after_a_wrong_answer_it_is_shown_and_that_is_said(shown):
    check(NAME, lambda *arguments: 0)
    assert TOO_EARLY not in repr(progress())
    for _ in range(2):
        assert shown() == SHOWN
    assert f"{TOO_EARLY}: 1 ({NAME})" in repr(progress())
    check(NAME, tasks.BY_NAME[NAME].solved())
    assert "4 of 17 points, 1 of 5 tasks" in repr(progress()), "points that come later count"
    assert f"{TOO_EARLY}: 1 ({NAME})" in repr(progress())


def test_after_the_right_answer_it_is_shown_and_nothing_is_said(shown):
    check(NAME, tasks.BY_NAME[NAME].solved())
    assert shown() == SHOWN
    assert TOO_EARLY not in repr(progress())


def test_a_prediction_that_was_right_when_asked_again_is_solved(shown):
    task = tasks.BY_NAME["terminal_steps"]
    check(task.name, lambda: [0] * len(task.expected))
    assert progress().points[task.name] == 0
    text = "" if again(task.name) else shown(task.name)
    assert solutions.BY_TASK[task.name].code in text
    assert solutions.opened() == [task.name]


@pytest.mark.parametrize(
    ("teacher", "says"),
    [
        ("2126-03-03", "Your teacher opens the answers on 2126-03-03.\n"),
        ("later", "Your teacher keeps the answers closed for now.\n"),
        ("2026-01-01", SHOWN),
    ],
)
def test_a_teacher_keeps_it_closed(teacher, says, shown, tmp_path):
    (tmp_path / opening.CLOSED).write_text(teacher)
    check(NAME, lambda *arguments: 0)
    assert shown() == says
    assert solutions.opened() == ([NAME] if says == SHOWN else [])


def test_in_a_class_the_teacher_opens_it(shown, monkeypatch, tmp_path):
    opened = tmp_path / "opened"
    monkeypatch.setenv(opening.CLASS, str(opened))
    check(NAME, lambda *arguments: 0)
    assert shown() == "Your teacher has not opened the answers of this exercise yet.\n"
    opened.write_text("05_momentum\n")
    assert shown() == SHOWN


def test_in_a_graders_run_nothing_is_shown(shown, monkeypatch):
    check(NAME, tasks.BY_NAME[NAME].solved())
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert shown() == ""


def test_what_has_no_solution_is_told_what_to_do(shown):
    assert shown("momentum_pth").startswith("There is no task 'momentum_pth'; near it are momentum_path")
    assert shown("lesson 5") == 'lesson 5 is a part of the lesson: hint("lesson 5") leads to it.\n'

"""What a learner writes in a lesson: while it is missing it is asked for; the repository's is right."""

import contextlib

import nbformat
import pytest
import refresh
from rules import PAGES

from course_lib.checks import tasks
from course_lib.course import contents

LESSONS = {int(path.stem[:2]): path for path in refresh.LESSONS if path.stem not in PAGES}
every_lesson = pytest.mark.parametrize("number", LESSONS)
CHECKED, MARK = ["check-your-line", "check-your-turn"], "# your line: "


@every_lesson
def test_what_stands_in_the_repository_is_right(number, capsys):
    told = run(number, capsys, lambda code: code)
    assert [f"✔ {tasks.IN_LESSONS[name].name} is right.\n" for name in names(number)] == told


@every_lesson
def test_what_a_learner_gets_is_asked_for(number, capsys):
    told = run(number, capsys, contents.blanked)
    for name, says in zip(names(number), told, strict=True):
        assert says == f'✘ {tasks.IN_LESSONS[name].name} is not written yet.\nFor help: hint("{name}")\n'


def names(number):
    return [f"lesson {number}", f"lesson {number}, your turn"]


def run(number, capsys, form):
    """What the two checks say. The cells in which something is to be written are plain Python."""
    space, told = {}, []
    for cell in nbformat.read(LESSONS[number], as_version=4).cells:
        if MARK in cell.source or cell.id in CHECKED:
            with contextlib.suppress(NotImplementedError):  # as in a notebook, where the next cell is run
                exec(form(cell.source), space)
            said = capsys.readouterr().out
            told += [said] if cell.id in CHECKED else []
    return told


def test_every_task_in_a_lesson_is_asked_for_there():
    asked = {name for number in LESSONS for name in names(number)}
    assert tasks.IN_LESSONS.keys() == asked


def test_the_lines_of_one_place_become_one():
    code = (
        "def f(w, v):\n"
        "    v = 2 * v  # your line: the new v, and with it w\n"
        "    w = w + v  # your line\n"
        "    return w, v\n\n\n"
        "def g():\n"
        "    return 1  # your line: return one\n"
        "g()"
    )
    assert contents.blanked(code) == (
        "def f(w, v):\n"
        '    raise NotImplementedError("Replace this line by yours: the new v, and with it w")\n'
        "    return w, v\n\n\n"
        "def g():\n"
        '    raise NotImplementedError("Replace this line by yours: return one")\n'
        "g()"
    )

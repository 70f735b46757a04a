"""What a learner writes in a lesson: while it is missing it is asked for; the repository's is right."""

import contextlib
import json

import pytest
import refresh

from course_lib.base.naming import lesson_number
from course_lib.checks import tasks
from course_lib.course import contents

LESSONS = {
    number: path
    for path in refresh.LESSONS
    if f"lesson {(number := lesson_number(path.stem))}" in tasks.IN_LESSONS
}
every_lesson = pytest.mark.parametrize("number", LESSONS)
CHECKED = ["check-your-line", "check-your-turn"]


@every_lesson
def test_what_stands_in_the_repository_is_right(number, capsys):
    told = checks_of(LESSONS[number].read_bytes(), capsys)
    assert [f"✔ {tasks.IN_LESSONS[name].name} is right.\n" for name in names(number)] == told


@every_lesson
def test_what_a_learner_gets_is_asked_for(number, capsys):
    copy = contents.learners_copy(f"lessons/{LESSONS[number].name}")
    for name, says in zip(names(number), checks_of(copy, capsys), strict=True):
        assert says == f'✘ {tasks.IN_LESSONS[name].name} is not written yet.\nFor help: hint("{name}")\n'


def names(number):
    return [f"lesson {number}", f"lesson {number}, your turn"]


def checks_of(lesson, capsys):
    """What the two checks of a lesson say, after the cell that has the line. They are plain Python."""
    sources = {cell["id"]: "".join(cell["source"]) for cell in json.loads(lesson)["cells"]}
    space, told = {}, []
    for name in ["the-code", *CHECKED]:
        with contextlib.suppress(NotImplementedError):  # as in a notebook, where the next cell is run
            exec(sources[name], space)
        told.append(capsys.readouterr().out)
    return told[1:]


def test_a_lesson_has_both_a_line_and_a_turn():
    assert tasks.IN_LESSONS.keys() == {name for number in LESSONS for name in names(number)}


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

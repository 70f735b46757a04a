"""What a learner writes in a lesson: while it is missing it is asked for; the repository's is right."""

import ast
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
    cells = code_of(LESSONS[number].read_bytes())
    for name, check in zip(names(number), CHECKED, strict=True):
        assert said_by(check, cells, capsys) == f"✔ {tasks.IN_LESSONS[name].name} is right.\n"


@every_lesson
def test_what_a_learner_gets_is_asked_for(number, capsys):
    """One of the two at a time: the other was written."""
    cells = code_of(LESSONS[number].read_bytes())
    blank = code_of(contents.learners_copy(f"lessons/{LESSONS[number].name}"))
    for name, check, cell in zip(names(number), CHECKED, ["the-code", "check-your-turn"], strict=True):
        asked = f'✘ {tasks.IN_LESSONS[name].name} is not written yet.\nFor help: hint("{name}")\n'
        assert said_by(check, cells | {cell: blank[cell]}, capsys) == asked


def names(number):
    return [f"lesson {number}", f"lesson {number}, your turn"]


def code_of(lesson):
    cells = json.loads(lesson)["cells"]
    return {cell["id"]: "".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"}


def said_by(check, cells, capsys):
    """What a check says. It is plain Python; of what stands before it, imports and definitions are run."""
    space = {}
    for name, source in cells.items():
        if name in ["the-code", check]:
            with contextlib.suppress(NotImplementedError):  # as in a notebook, where the next cell is run
                exec(source, space)
        else:
            exec(compile(ast.Module(definitions(source), []), name, "exec"), space)
        said = capsys.readouterr().out
        if name == check:
            return said
    raise AssertionError(f"there is no cell {check}")


def definitions(source):
    kinds = ast.Import | ast.ImportFrom | ast.FunctionDef
    return [node for node in ast.parse(source).body if isinstance(node, kinds)]


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

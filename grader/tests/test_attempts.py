"""An attempt is what the code is: the same has the same cases, and what is learnt from one is of no use."""

import json
import re
from copy import deepcopy

import nbformat
import numpy as np
import pytest
from course_grader import attempts, marking, step
from course_grader.course import Course

from course_lib.checks import tasks
from course_lib.checks.task import Function

from . import a_course
from .a_course import NAME, RELEASE, RIGHT


def rebuilt(**answers):
    notebook = deepcopy(RELEASE)
    for cell in notebook.cells:
        cell.source = (RIGHT | answers).get(cell.id, cell.source)
    return notebook


def cell(notebook, name):
    return next(cell for cell in notebook.cells if cell.id == name)


BASE = attempts.attempt(rebuilt(), {"data.csv": b"1"})


def prose(notebook, files):
    cell(notebook, "nan-in-words").source = "Other words."


def outputs(notebook, files):
    cell(notebook, "descend").outputs = [nbformat.v4.new_output("stream", text="12 of 12 points.")]
    cell(notebook, "descend").metadata["tags"] = ["learnt"]
    notebook.metadata["learnt"] = "all"


def check_in_the_release(notebook, files):
    cell(notebook, "check-descend").source += "\n# The teacher's."


@pytest.mark.parametrize("changes", [prose, outputs, check_in_the_release])
def test_what_no_code_can_know_of_makes_no_attempt(changes):
    notebook, files = rebuilt(), {"data.csv": b"1"}
    changes(notebook, files)
    assert attempts.attempt(notebook, files) == BASE


def source(notebook, files):
    cell(notebook, "descend").source += " "


def new_cell(notebook, files):
    notebook.cells.append(nbformat.v4.new_code_cell(""))


def name_of_a_cell(notebook, files):
    cell(notebook, "set-up").id = "learnt"


def order(notebook, files):
    code = [place for place, one in enumerate(notebook.cells) if one.cell_type == "code"]
    first, second = code[0], code[1]
    notebook.cells[first], notebook.cells[second] = notebook.cells[second], notebook.cells[first]


def place_of_a_check(notebook, files):
    notebook.cells.append(notebook.cells.pop(notebook.cells.index(cell(notebook, "check-descend"))))


def file(notebook, files):
    files["data.csv"] = b"2"


def name_of_a_file(notebook, files):
    files["learnt.csv"] = files.pop("data.csv")


@pytest.mark.parametrize(
    "changes", [source, new_cell, name_of_a_cell, order, place_of_a_check, file, name_of_a_file]
)
def test_what_code_can_know_of_makes_another_attempt(changes):
    notebook, files = rebuilt(), {"data.csv": b"1"}
    changes(notebook, files)
    assert attempts.attempt(notebook, files) != BASE


def test_nothing_else_crosses_into_the_sandbox(monkeypatch):
    """What is told to the process is what the name of an attempt is made of."""
    told = []

    class Session:
        killed = False

        def __init__(self, walls, limits, folder):
            told.append(sorted((path.name, path.read_bytes()) for path in folder.iterdir()))

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def run(self, name, source):
            told.append((name, source))
            return marking.Said(name)

        def call(self, name, arguments, seconds):
            return marking.running.Result(failure="not asked")

    monkeypatch.setattr(marking, "Session", Session)
    monkeypatch.setattr(step.sandbox, "choose", lambda trusted_code: a_course)
    monkeypatch.setattr(a_course, "name", "none", raising=False)
    notebook = rebuilt()
    for change in (prose, outputs, check_in_the_release):
        change(notebook, {})
    cell(notebook, "check-descend").source = cell(rebuilt(), "check-descend").source
    for one in (rebuilt(), notebook):
        step.mark(step.Step(json.dumps(one), {"data.csv": b"1"}, lambda task: 1))
    assert told[: len(told) // 2] == told[len(told) // 2 :]


# Of the batch


LEARNING = """\
seen = []
def descend(w, lr, curvature, updates):
    seen.append((w, lr, curvature, updates))
    print(seen)
    raise ValueError(repr(seen))
"""


def by_heart(table):
    return f"known = {table}\ndef descend(*given):\n    return known.get(given, [])\n"


@pytest.fixture
def course(tmp_path):
    """A course whose key is always the same."""
    course = Course(a_course.make(tmp_path / "course"))
    course.grading.mkdir()
    (course.grading / "key").write_bytes(bytes(32))
    return course


def marked(course, walls, descend, when="2026-01-31 10:00:00 UTC", student="ada"):
    """The mark of ``descend``, when this is what is handed in."""
    folder = course.grading / "submitted" / student / NAME
    if not folder.exists():
        a_course.hand_in(course, student, {})
    (folder / f"{NAME}.ipynb").write_text(nbformat.writes(rebuilt(descend=descend)))
    (folder / "timestamp.txt").write_text(when)
    handed_in = course.handed_in(NAME, student)
    report = step.mark(step.Step.of(handed_in, course.seeds(NAME, student, handed_in.attempt)))
    return next(mark for mark in report.marks if mark.grade_id == "check-descend")


def cases(course, student="ada"):
    """The hidden cases of ``descend`` for what is in a student's folder."""
    seed = course.seeds(NAME, student, course.handed_in(NAME, student).attempt)("descend")
    return tasks.BY_NAME["descend"]._drawn(seed)


HALF_RIGHT = RIGHT["descend"].replace("updates + 1", "updates + (w < 0)")


def test_the_same_work_has_the_same_mark_whatever_its_stamp_says(course, walls):
    stamps = ("2026-01-31 10:00:00 UTC", "1999-01-01 00:00:00 UTC", "whenever")
    marks = [marked(course, walls, HALF_RIGHT, when) for when in stamps]
    assert 0 < marks[0].points < 4
    assert marks[0] == marks[1] == marks[2]


@pytest.mark.parametrize("when", ["2026-01-31 10:00:00 UTC", "2026-02-01 10:00:00 UTC"])
def test_a_table_of_all_that_was_asked_gains_nothing_in_the_next_attempt(course, walls, when):
    marked(course, walls, LEARNING)
    asked = cases(course)
    table = {tuple(case.values()): tasks.BY_NAME["descend"].reference(**case).tolist() for case in asked}
    assert marked(course, walls, by_heart(table), when).points == 0
    assert [case for case in cases(course) if case in asked] == []


def test_two_students_with_the_same_work_are_asked_different_things(course, walls):
    for student in ("ada", "bob"):
        marked(course, walls, RIGHT["descend"], student=student)
    assert [case for case in cases(course, "ada") if case in cases(course, "bob")] == []


def numbers(text):
    """Those with more than two digits behind the point: none of a visible case has so many."""
    return set(re.findall(r"\d\.\d{3,}", text))


def test_feedback_has_no_number_of_a_hidden_case(course, walls):
    mark = marked(course, walls, LEARNING)
    hidden = [f"{value:.6g}" for case in cases(course) for value in case.values()]
    text = "\n".join(line for line in mark.text.splitlines() if "hidden" in line)
    assert text.count("✘ a hidden case, descend(w=a number, lr=a number") == 5
    assert text.count("it raises ValueError") == 5
    assert numbers(text) == set()
    assert [number for number in hidden if "." in number and number in mark.text] == []
    assert all(f"descend(w={value:.6g}" in mark.whole for value in (case["w"] for case in cases(course)))


@pytest.mark.parametrize(
    "task",
    [task for task in tasks.BY_NAME.values() if isinstance(task, Function)],
    ids=lambda task: task.name,
)
def test_no_case_is_drawn_twice(task):
    drawn = [case for seed in range(4) for case in task._drawn(seed)]
    texts = [
        repr([value.tolist() if isinstance(value, np.ndarray) else value for value in case.values()])
        for case in drawn
    ]
    assert len(set(texts)) == len(texts)

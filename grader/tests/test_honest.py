"""Honest submissions of all assignments have the marks that ``check`` gives on a learner's own page.

And that stock nbgrader gives, which runs the checks in the student's kernel: it is asked about assignments
that have every kind of task among them. All have the seeds that stand in the solutions.
"""

import ast
import contextlib
import io
import os
import re
from pathlib import Path
from unittest import mock

import nbformat
import pytest
from course_grader import marking, submission
from course_grader.limits import Limits
from course_grader.session import Session
from nbformat.v4 import new_code_cell
from nbgrader.preprocessors import Execute
from nbgrader.utils import determine_grade, is_grade, is_solution

from course_lib.checks import tasks
from course_lib.checks.task import Function, Goal, Prediction

ROOT = Path(__file__).parents[2]

A_GRADERS_RUN = mock.patch.dict(os.environ, NBGRADER_EXECUTION="autograde")  # as autograde itself says

# Right for about half of the cases of a task, and for half of the numbers where there is one case.
SOMETIMES = """

def _sometimes(right):
    def answer(*given):
        value = right(*given)
        if given:
            return value if sum(len(repr(x)) for x in given if not callable(x)) % 2 else None
        if isinstance(value, dict):
            return value | {key: value[key] * 3 for key in list(value)[:1]}
        if isinstance(value, str | int | float):
            return value * 3
        return [x if place % 2 else x + 1 for place, x in enumerate(value)]

    return answer


NAME = _sometimes(NAME)
"""


def right(place, cell, stub):
    return cell.source


def half(place, cell, stub):
    return stub if place % 2 else cell.source


def empty(place, cell, stub):
    return stub


def sometimes_right(place, cell, stub):
    name = re.findall(r"^def (\w+)", cell.source, re.MULTILINE)[-1]
    return cell.source + SOMETIMES.replace("NAME", name)


KINDS = [right, half, empty, sometimes_right]


def read(folder, lesson):
    return nbformat.read(ROOT / folder / lesson / f"{lesson}.ipynb", as_version=4)


def code(cell):
    return cell.cell_type == "code"


def handed_in(lesson, kind):
    """The exercise with answers of this kind."""
    notebook = read("exercises", lesson)
    solved = {cell.id: cell for cell in read("solutions", lesson).cells}
    answers = [cell for cell in notebook.cells if code(cell) and is_solution(cell)]
    for place, cell in enumerate(answers):
        cell.source = kind(place, solved[cell.id], cell.source)
    return notebook


def with_hidden_cases(lesson, notebook):
    """The sources of the code cells and the cells, with the seeds in the checks."""
    hidden = {cell.id: cell.source for cell in read("solutions", lesson).cells if is_grade(cell)}
    return [(hidden.get(cell.id, cell.source), cell) for cell in notebook.cells if code(cell)]


def on_the_learners_page(lesson, notebook):
    """The points that ``check`` gives to each cell, run in this process: id -> points.

    In a grader's run: on a learner's own page the first answer to a prediction counts, so another notebook
    would be told the points of the first.
    """
    space, marks = {}, {}
    for source, cell in with_hidden_cases(lesson, notebook):
        with contextlib.redirect_stdout(io.StringIO()):
            if is_grade(cell):
                last = ast.unparse(ast.parse(source).body[-1])  # where the hidden cases are
                with A_GRADERS_RUN:
                    marks[cell.metadata.nbgrader.grade_id] = eval(last, space)
            else:
                exec(source, space)
    return marks


def stock(notebooks, folder):
    """The points that nbgrader gives to each check of each (lesson, notebook): id -> points.

    One kernel is started for all of them and emptied in between; to start one takes most of the time.
    """
    cells = []
    for lesson, notebook in notebooks:
        for source, cell in with_hidden_cases(lesson, notebook):
            cells.append(new_code_cell(source, metadata=cell.metadata))
        cells.append(new_code_cell("%reset -f"))
    whole = nbformat.v4.new_notebook(cells=cells, metadata=notebooks[0][1].metadata)
    with A_GRADERS_RUN:
        run, _ = Execute().preprocess(whole, {"metadata": {"path": str(folder)}})
    marks, found = [], {}
    for cell in run.cells:
        if is_grade(cell):
            found[cell.metadata.nbgrader.grade_id], _ = determine_grade(cell)
        elif cell.source == "%reset -f":
            marks, found = [*marks, found], {}
    return marks


@pytest.fixture(scope="module")
def session(walls):
    """One for all notebooks: each writes every answer anew, and to start a process takes most of the time."""
    with Session(walls, Limits(whole_seconds=3600)) as session:
        yield session


def ours(lesson, notebook, session):
    source = "\n".join(cell.source for cell in read("solutions", lesson).cells)
    seeds = {task.name: 0 for task in tasks.BY_LESSON[lesson]}
    seeds |= {name: int(seed) for name, seed in re.findall(r'check\("(\w+)", \w+, seed=(\d+)\)', source)}
    rebuilt = submission.rebuilt(nbformat.writes(notebook), read("exercises", lesson))
    marks, _ = marking.went_through(rebuilt, seeds, session)
    return {mark.grade_id: mark.points for mark in marks}


@pytest.mark.parametrize("lesson", tasks.BY_LESSON)
def test_the_marks_are_those_of_the_learners_page(lesson, session):
    notebooks = [handed_in(lesson, kind) for kind in KINDS]
    expected = [on_the_learners_page(lesson, notebook) for notebook in notebooks]
    assert [ours(lesson, notebook, session) for notebook in notebooks] == expected
    whole, most, nothing, some = (sum(points.values()) for points in expected)
    assert nothing == 0 < some < whole == sum(task.points for task in tasks.BY_LESSON[lesson])
    assert 0 < most < whole


BESIDE_STOCK = ["01_learning_rate", "05_momentum"]


def test_every_kind_of_task_is_compared_with_stock():
    compared = [task for lesson in BESIDE_STOCK for task in tasks.BY_LESSON[lesson]]
    assert {type(task) for task in compared} == {Function, Prediction, Goal}
    assert any(getattr(task, "picture", None) for task in compared)


def test_the_marks_are_those_of_stock_nbgrader(tmp_path):
    """Right answers and none stand in turn in one notebook; in another, all are right sometimes."""
    kinds = [half, sometimes_right]
    notebooks = [(lesson, handed_in(lesson, kind)) for lesson in BESIDE_STOCK for kind in kinds]
    assert stock(notebooks, tmp_path) == [on_the_learners_page(*one) for one in notebooks]

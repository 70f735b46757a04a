"""A course in a folder, with a gradebook that knows the first assignment, and students who hand it in."""

import functools
import logging
import shutil
import tempfile
from pathlib import Path

import nbformat
import nbgrader.api
from alembic.script import ScriptDirectory
from course_grader import received, submission
from course_grader.course import Course
from nbgrader.apps import NbGraderAPI

from course_lib.checks import handing_in

# For each new gradebook nbgrader asks a process for a number that is always the same, which takes seconds.
nbgrader.api.get_alembic_version = functools.cache(
    lambda: ScriptDirectory(Path(nbgrader.api.__file__).with_name("alembic")).get_current_head()
)

ROOT = Path(__file__).parents[2]
NAME = "01_learning_rate"
RELEASE = nbformat.read(ROOT / "exercises" / NAME / f"{NAME}.ipynb", as_version=4)
RIGHT = {
    "sgd-step": "def sgd_step(w, g, lr):\n    return w - lr * g",
    "after-three-updates": "def after_three_updates():\n    return -0.216, 0.216, 2.744",
    "descend": (
        "def descend(w, lr, curvature, updates):\n"
        "    return [w * (1 - lr * curvature) ** n for n in range(updates + 1)]"
    ),
    "chosen-rate": "def chosen_rate():\n    return 0.125",
    "nan-in-words": "The rate is too large: the loss grows, and ends as nan. Divide lr by 10.",
}


def make(folder):
    """The course's files in a folder, without a gradebook."""
    for part in (f"solutions/{NAME}", f"exercises/{NAME}"):
        shutil.copytree(ROOT / part, folder / part)
    (folder / "tools").mkdir()
    for file in ("nbgrader_config.py", "tools/classroom.py"):
        shutil.copy(ROOT / file, folder / file)
    return folder


def generate(course):
    """What ``nbgrader generate_assignment`` does."""
    made = api(course).generate_assignment(NAME)
    assert made["success"], made


def tell_gradebook(course):
    """The same for a gradebook in a file: it is generated once, and then copied."""
    (course.root / "gradebook.db").write_bytes(_gradebook())


@functools.cache
def _gradebook():
    with tempfile.TemporaryDirectory() as folder:
        course = Course(make(Path(folder, "course")))
        generate(course)
        return (course.root / "gradebook.db").read_bytes()


def hand_in(course, student, answers, when="2026-01-31 10:00:00 UTC", printed=""):
    """Put a notebook with these sources among the submissions, as if it had been collected; its folder.

    ``printed``: what its cell `hand-in` printed.
    """
    folder = course.grading / "submitted" / student / NAME
    folder.mkdir(parents=True)
    notebook = nbformat.from_dict(RELEASE)
    for cell in notebook.cells:
        cell.source = answers.get(cell.id, cell.source)
        if printed and cell.id == handing_in.CELL:
            cell.outputs = [nbformat.v4.new_output("stream", text=printed)]
    nbformat.write(notebook, folder / f"{NAME}.ipynb")
    (folder / "timestamp.txt").write_text(when)
    received.keep(folder, when, submission.content(folder, NAME))
    return folder


def api(course):
    """What the formgrader's buttons call."""
    api = NbGraderAPI(config=course.config)
    api.log.setLevel(logging.INFO)
    return api


def by_hand(course, student, cell, points):
    """A teacher's mark, as the formgrader keeps it."""
    with api(course).gradebook as gradebook:
        grade = gradebook.find_grade(cell, NAME, NAME, student)
        grade.manual_score, grade.needs_manual_grade = points, False
        gradebook.db.commit()


def scores(course):
    """Student -> score, as the gradebook has them."""
    with api(course).gradebook as gradebook:
        return {one.student_id: one.score for one in gradebook.assignment_submissions(NAME)}


def opened(folder):
    """The course in a folder, with its settings read anew."""
    return Course(folder)

"""Points stand with the tasks. Other ones, wherever somebody wrote them, are refused with what to do."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from course_grader import __main__, schedulers
from course_grader.faults import GraderFault
from course_grader.gradebook import Gradebook

import course_lib
from course_lib.checks import points

from . import a_course
from .a_class import POINTS, Here, in_gradebook
from .a_course import NAME

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's own
CARRY = "python tools/build_exercises.py"
TASKS = Path(course_lib.__file__).parent / "checks" / "tasks" / "learning_rate.py"


@pytest.fixture
def mark(course, monkeypatch, capsys):
    """The command; what it said."""
    monkeypatch.setattr(schedulers, "Processes", Here)

    def mark():
        status = __main__.main(["mark", NAME, "--course", str(course.root)])
        said = capsys.readouterr()
        assert (status == 0) == (said.err == "")
        return said.err or said.out

    return mark


def change(path, grade_id, points):
    """What *Create Assignment* does with the number in a cell's corner."""
    notebook = nbformat.read(path, as_version=4)
    (cell,) = [cell for cell in notebook.cells if cell.id == grade_id]
    cell.metadata.nbgrader.points = points
    nbformat.write(notebook, path)


def solution(course):
    return course.root / "solutions" / NAME / f"{NAME}.ipynb"


def released(course):
    return course.root / "exercises" / NAME / f"{NAME}.ipynb"


@pytest.mark.parametrize("most", [2.0, 6.0])
def test_a_number_changed_in_the_menu_makes_no_exercise_and_leaves_the_old_one(course, most):
    before = released(course).read_bytes()
    change(solution(course), "check-descend", most)
    made = a_course.api(course).generate_assignment(NAME)
    assert not made["success"]
    assert (
        f"{NAME} is left as it was. {course.root}/solutions/./{NAME}/{NAME}.ipynb: check-descend has "
        f"{most:g} points, and its task 4, in {TASKS}. "
        f"The tasks' points are carried into the notebooks by: {CARRY}"
    ) in made["log"]
    assert released(course).read_bytes() == before


def test_a_number_of_the_prose_must_agree_with_the_promised_sum(course):
    change(solution(course), "nan-in-words", 4)
    made = a_course.api(course).generate_assignment(NAME)
    assert "Its first cell promises 15 points, and its cells have 16 together." in made["log"]
    assert CARRY in made["log"]


def test_checks_without_a_file_of_tasks_are_told_where_it_belongs(course):
    said = points.faults("99_no_such_lesson", course.release(NAME))
    file = TASKS.with_name("no_such_lesson.py")
    assert said == [f"Its tasks belong in {file}: there is no such file."]


@pytest.mark.parametrize("most", [2.0, 6.0])
def test_nobody_is_marked_by_an_exercise_with_other_points(course, mark, most):
    change(released(course), "check-descend", most)
    said = mark()
    assert f"check-descend has {most:g} points, and its task 4, in {TASKS}." in said
    assert CARRY in said
    assert in_gradebook(course) == {}
    done = a_course.api(course).autograde(NAME, "ada")
    assert not done["success"]
    assert "check-descend has" in done["log"]
    assert not any(sum(filter(None, cells.values())) for cells in points_of(course).values())


def test_nobody_is_marked_before_the_gradebook_has_the_points(course, mark):
    """As after `make exercises`, which leaves it alone: the prose has 4, and the first cell says so."""
    for path in (solution(course), released(course)):
        change(path, "nan-in-words", 4)
        path.write_text(path.read_text().replace("**Points.** 15.", "**Points.** 16."))
    said = mark()
    assert "The gradebook has other points than the exercise for nan-in-words." in said
    assert f"nbgrader generate_assignment {NAME}\n" in said
    with pytest.raises(GraderFault, match="nan-in-words"):
        course.check_points(NAME, Gradebook(course.config, NAME))
    a_course.generate(course)
    assert "3 of 3 are marked" in mark()
    assert in_gradebook(course) == POINTS
    with a_course.api(course).gradebook as gradebook:
        assert gradebook.find_assignment(NAME).max_score == 16


GIVEN = """
import json, os, runpy, sys
import course_grader.gradebook, nbgrader.apps.nbgraderapp

for sys.argv in json.loads(sys.argv[1]):
    if process := os.fork():
        print("status", os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), "=====", flush=True)
    else:
        sys.path.insert(0, os.path.dirname(sys.argv[0]))
        run = runpy.run_path if sys.argv[0].endswith(".py") else runpy.run_module
        run(sys.argv[0], run_name="__main__")
        sys.exit()
"""


def test_a_change_of_a_task_is_carried_everywhere(course):
    """In a copy of the course, by the commands: refused first, then carried, made and marked."""
    for part in ("course_lib", "lessons", "tools"):
        shutil.copytree(a_course.ROOT / part, course.root / part, dirs_exist_ok=True)
    tasks = course.root / "course_lib" / "checks" / "tasks" / "learning_rate.py"
    tasks.write_text(tasks.read_text().replace("points=4,", "points=8,"))
    generate = ["nbgrader", "generate_assignment", NAME]
    mark = ["course_grader", "mark", NAME, "--jobs", "1"]
    refused, carried, made, marked = given(course, generate, CARRY.split()[1:], generate, mark)
    assert f"check-descend has 4 points, and its task 8, in {tasks}" in refused
    assert refused.endswith("status 1 ")
    assert f"{NAME}.ipynb has its tasks' points now" in carried
    assert "**Points.** 19." in released(course).read_text()
    assert made.endswith("status 0 ")
    assert marked.endswith("status 0 "), marked
    assert in_gradebook(course) == POINTS | {"ada": 16}
    page = course.grading / "autograded" / "ada" / NAME / f"{NAME}.ipynb"
    assert "8 of 8 points." in page.read_text()


def given(course, *commands):
    """What each of Python's commands said, and its status. nbgrader is loaded once for all of them."""
    words = [sys.executable, "-c", GIVEN, json.dumps(commands)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    done = subprocess.run(words, cwd=course.root, **pipes, check=True)
    return done.stdout.split("=====\n")[:-1]


def points_of(course):
    return Gradebook(course.config, NAME).points()


def test_what_was_answered_in_an_exercise_is_kept_when_it_is_made_anew(course, capsys):
    notebook = nbformat.read(released(course), as_version=4)
    next(cell for cell in notebook.cells if cell.id == "sgd-step").source = "# mine"
    nbformat.write(notebook, released(course))
    a_course.generate(course)
    assert "# mine" not in released(course).read_text()
    assert "# mine" in (course.root / "my_answers" / f"{NAME}-01.ipynb").read_text()
    assert "your answers in 01_learning_rate are kept in" in capsys.readouterr().out

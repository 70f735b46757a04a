"""The grader inside nbgrader: what its converter, gradebook and pages make of a submission."""

import shutil
from copy import deepcopy

import nbformat
import pytest
from course_grader import marking, records, sandbox, step
from course_grader.course import Course
from course_grader.faults import GraderFault
from course_grader.marking import Mark, Report, Said
from course_grader.preprocessors import tidy, with_outputs
from nbgrader.utils import determine_grade

from . import a_course
from .a_course import NAME, RIGHT

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's own
POINTS = {"check-sgd-step": 3, "check-after-three-updates": 3, "check-descend": 4, "check-chosen-rate": 2}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = a_course.make(tmp_path_factory.mktemp("made") / "course")
    a_course.tell_gradebook(Course(folder))
    return folder


@pytest.fixture
def course(made, tmp_path):
    """A course of its own for each test."""
    return Course(shutil.copytree(made, tmp_path / "course"))


def report(points=1.5, text="told"):
    marks = [Mark(name, min(points, most), most, text) for name, most in POINTS.items()]
    return Report(tuple(marks), (), 0.1, "bubblewrap")


def autograde(course, student="*"):
    done = a_course.api(course).autograde(NAME, student)
    return done["success"], done.get("log", "")


def autograded(course, student):
    return nbformat.read(course.grading / "autograded" / student / NAME / f"{NAME}.ipynb", as_version=4)


def outputs(notebook):
    """Cell id -> its outputs, if it is code."""
    return {cell.id: cell.outputs for cell in notebook.cells if cell.cell_type == "code"}


def mark_by_record(course, student, report):
    """As a batch leaves them: marks on disk that are those of this submission."""
    handed_in = course.handed_in(NAME, student)
    basis = records.basis(handed_in, course.release(NAME))
    records.Records(course.marks, NAME).write(records.Record(student, basis, report))


def refuse(*_, **__):
    raise GraderFault("There is no sandbox. Install bubblewrap.")


@pytest.mark.parametrize("points", [0.0, 0.25, 1 / 3, 2.0])
def test_nbgrader_reads_exactly_the_points(course, points):
    notebook = with_outputs(deepcopy(course.release(NAME)), report(points, "FAIL\nerror\nTraceback"))
    for cell in notebook.cells:
        if marking.is_check(cell):
            assert determine_grade(cell) == (points, POINTS[cell.metadata.nbgrader.grade_id])
    nbformat.validate(notebook)


def test_what_students_cells_said_is_shown(course):
    said = (Said("sgd-step", "hello\n", "NameError: name 'x' is not defined"), Said("set-up", "", ""))
    notebook = with_outputs(deepcopy(course.release(NAME)), Report(report().marks, said, 0.1, ""))
    printed, error = outputs(notebook)["sgd-step"]
    assert printed.text == "hello\n"
    assert (error.ename, error.evalue) == ("NameError", "name 'x' is not defined")
    assert outputs(notebook)["set-up"] == []


@pytest.mark.parametrize("points", [-1.0, 5.0, float("nan")])
def test_points_that_cannot_be_are_a_fault(course, points):
    marks = tuple(Mark(name, points, 4.0, "") for name in POINTS)
    with pytest.raises(GraderFault, match="not those of this notebook"):
        with_outputs(deepcopy(course.release(NAME)), Report(marks, (), 0.1, ""))


def test_a_missing_mark_is_a_fault_and_no_zero(course):
    with pytest.raises(GraderFault, match="not those of this notebook"):
        with_outputs(deepcopy(course.release(NAME)), Report(report().marks[1:], (), 0.1, ""))


def test_the_button_autograde_marks_right_there(course, walls):
    a_course.hand_in(course, "ada", RIGHT | {"sgd-step": "print('hi')\nnot_there"})
    assert autograde(course)[0]
    assert a_course.scores(course) == {"ada": 9}
    shown = outputs(autograded(course, "ada"))
    assert [output.output_type for output in shown["check-sgd-step"]] == ["stream", "execute_result"]
    assert [output.output_type for output in shown["sgd-step"]] == ["stream", "error"]
    assert "seed=" not in nbformat.writes(autograded(course, "ada"))


def test_marks_of_a_batch_are_taken_and_not_made_again(course, monkeypatch):
    a_course.hand_in(course, "ada", RIGHT)
    mark_by_record(course, "ada", report(1.5))
    monkeypatch.setattr(step, "mark", refuse)
    assert autograde(course)[0]
    assert a_course.scores(course) == {"ada": 6}


def test_marks_of_another_submission_are_not_taken(course, monkeypatch):
    folder = a_course.hand_in(course, "ada", {})
    mark_by_record(course, "ada", report(1.5))
    shutil.rmtree(folder)
    a_course.hand_in(course, "ada", RIGHT)
    monkeypatch.setattr(step, "mark", lambda step: report(2.0))
    assert autograde(course)[0]
    assert a_course.scores(course) == {"ada": 8}


def test_a_fault_of_ours_leaves_this_student_unmarked_and_marks_the_others(course, monkeypatch):
    for student in ("ada", "bob", "eve"):
        a_course.hand_in(course, student, RIGHT)
    mark_by_record(course, "ada", report(1.5))
    mark_by_record(course, "eve", report(1.5))
    monkeypatch.setattr(sandbox, "choose", refuse)
    done, log = autograde(course)
    assert not done
    assert "There is no sandbox. Install bubblewrap." in log
    assert f"There was an error processing assignment '{NAME}' for student 'bob'" in log
    assert not (course.grading / "autograded" / "bob" / NAME).exists()
    assert a_course.scores(course) == {"ada": 6, "bob": 0, "eve": 6}
    with a_course.api(course).gradebook as gradebook:
        grades = gradebook.find_submission_notebook(NAME, NAME, "bob").grades
        assert {grade.auto_score for grade in grades} == {None}


def test_a_fault_of_ours_leaves_an_earlier_grade(course, monkeypatch):
    folder = a_course.hand_in(course, "ada", {})
    mark_by_record(course, "ada", report(1.5))
    assert autograde(course)[0]
    shutil.rmtree(folder)
    a_course.hand_in(course, "ada", RIGHT, "2026-02-01 10:00:00 UTC")
    monkeypatch.setattr(sandbox, "choose", refuse)
    assert not autograde(course)[0]
    assert a_course.scores(course) == {"ada": 6}


def test_a_duplicated_cell_or_junk_stops_nobody(course, monkeypatch):
    monkeypatch.setattr(step, "mark", lambda step: report(1.5))
    twice = a_course.hand_in(course, "ada", RIGHT) / f"{NAME}.ipynb"
    notebook = nbformat.read(twice, as_version=4)
    notebook.cells += [nbformat.from_dict({**cell, "id": f"{cell.id}-2"}) for cell in notebook.cells]
    nbformat.write(notebook, twice)
    (a_course.hand_in(course, "bob", RIGHT) / f"{NAME}.ipynb").write_bytes(b"\xff\xfe junk")
    (a_course.hand_in(course, "eve", RIGHT) / "timestamp.txt").write_text("yesterday")
    done, log = autograde(course)
    assert done, log
    assert "bob: The notebook counts as not answered. The file is not a notebook." in log
    assert a_course.scores(course).keys() == {"ada", "bob", "eve"}
    assert "could not be read" in autograded(course, "bob").cells[0].source


def test_what_a_link_leads_to_is_copied_nowhere(course, monkeypatch):
    monkeypatch.setattr(step, "mark", lambda step: report(1.5))
    folder = a_course.hand_in(course, "ada", RIGHT)
    (folder / "notes.txt").write_text("mine")
    (folder / "marks.txt").symlink_to(course.root / "gradebook.db")
    (folder / "answers").symlink_to(course.root / "solutions")
    assert autograde(course)[0]
    assert a_course.api(course).generate_feedback(NAME)["success"]
    for step_ in ("submitted", "autograded", "feedback"):
        found = {path.name: path for path in (course.grading / step_ / "ada" / NAME).rglob("*")}
        assert not any(path.is_symlink() for path in found.values())
        assert found["notes.txt"].read_text() == "mine"
        assert "marks.txt" not in found
        assert not any(b"SQLite format" in path.read_bytes() for path in found.values() if path.is_file())
    assert "gradebook.db" in (folder / "marks.txt.submitted").read_text()


def test_nbgrader_itself_takes_no_linked_folder_and_no_time_that_a_student_wrote(course, monkeypatch):
    monkeypatch.setattr(step, "mark", lambda step: report(1.5))
    (a_course.hand_in(course, "ada", RIGHT) / "timestamp.txt").write_text("1999-01-01 10:00:00 UTC")
    (course.grading / "submitted" / "eve").symlink_to("ada")
    assert autograde(course, "ada")[0]
    assert not autograde(course, "eve")[0]
    assert not (course.grading / "autograded" / "eve").exists()
    with a_course.api(course).gradebook as gradebook:
        came = {one.student_id: str(one.timestamp) for one in gradebook.assignment_submissions(NAME)}
    assert came == {"ada": "2026-01-31 10:00:00"}


def test_no_script_of_a_students_is_on_the_pages(course, monkeypatch):
    monkeypatch.setattr(step, "mark", lambda step: report(text="<script>told()</script>"))
    link = "[x](javascript:go()) [y] [z][y]\n\n[y]: javascript:go()"
    hostile = f"<script>go()</script> `<img onerror=go()>`\n\n<div onclick=go()>\n\n{link}"
    a_course.hand_in(course, "ada", RIGHT | {"nan-in-words": hostile, "title": hostile, "set-up": hostile})
    assert autograde(course)[0]
    assert a_course.api(course).generate_feedback(NAME)["success"]
    page = (course.grading / "feedback" / "ada" / NAME / f"{NAME}.html").read_text()
    for written in ("<script>go", "<script>told", "<img onerror", "<div onclick", 'href="javascript:'):
        assert written not in page


def test_an_error_while_tidying_ends_the_command_before_anything_is_copied(course, monkeypatch):
    folder = a_course.hand_in(course, "ada", RIGHT)
    monkeypatch.setattr("course_grader.submission.put_right", refuse)
    with pytest.raises(SystemExit, match="could not be put right, and is not marked: There is no sandbox"):
        tidy(NAME, [str(folder / f"{NAME}.ipynb")], course.root / "exercises")
    assert not autograde(course)[0]
    assert not (course.grading / "autograded").exists()
    assert a_course.scores(course) == {}


def test_without_the_grader_nbgrader_is_as_before(made, monkeypatch):
    import classroom

    monkeypatch.setattr(classroom, "has_grader", lambda: False)
    config = Course(made).config
    assert config.Autograde.pre_convert_hook.func is classroom.tidy
    assert classroom.Execute in config.Autograde.autograde_preprocessors
    assert "ExchangeFactory" not in config

"""Ten submissions, from right to hostile: each gets its own mark."""

import csv
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from .conftest import ASSIGNMENT, ROOT, STUDENTS


@pytest.fixture(scope="module")
def submissions(classroom):
    with Gradebook(f"sqlite:///{classroom.course / 'gradebook.db'}") as gradebook:
        yield {s.student.id: s for s in gradebook.assignment_submissions(ASSIGNMENT)}


def test_what_is_released_is_what_is_committed(classroom):
    name = Path("exercises", ASSIGNMENT, f"{ASSIGNMENT}.ipynb")
    assert (classroom.course / name).read_bytes() == (ROOT / name).read_bytes()


def test_everybody_is_marked(submissions):
    assert submissions.keys() == STUDENTS.keys()


@pytest.mark.parametrize("name", STUDENTS)
def test_each_gets_the_points_of_their_own_work(submissions, name):
    _, points = STUDENTS[name]
    assert submissions[name].score == points
    assert submissions[name].max_score == 15


@pytest.mark.parametrize("name", STUDENTS)
def test_only_written_prose_waits_for_the_teacher(submissions, name):
    assert submissions[name].needs_manual_grade == (name not in ("half", "empty"))


def test_a_mark_by_hand_feedback_and_the_table_of_marks(classroom):
    with Gradebook(f"sqlite:///{classroom.course / 'gradebook.db'}") as gradebook:
        grade = gradebook.find_grade("nan-in-words", ASSIGNMENT, ASSIGNMENT, "right")
        grade.manual_score = 2.5
        gradebook.db.commit()
    classroom.teacher("generate_feedback", ASSIGNMENT)
    classroom.teacher("release_feedback", ASSIGNMENT)
    classroom.teacher("export", "--to", "marks.csv")
    with (classroom.course / "marks.csv").open() as table:
        marks = {row["student_id"]: float(row["score"]) for row in csv.DictReader(table)}
    assert marks == {name: points for name, (_, points) in STUDENTS.items()} | {"right": 14.5}
    pages = {
        path.parts[-3]: path.read_text(encoding="utf-8")
        for path in (classroom.course / "grading" / "feedback").glob(f"*/{ASSIGNMENT}/{ASSIGNMENT}.html")
    }
    assert pages.keys() == STUDENTS.keys()
    assert "did not end within 2 s" in pages["endless_loop"]
    assert "this cell ended the kernel" in pages["os_exit"]

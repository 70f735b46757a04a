"""The files for Moodle and Canvas, read as those systems read them.

The readers here are written after what the two do: grade/import/csv/classes/load_data.php of Moodle's, and
lib/gradebook_importer.rb of Canvas's.
"""

import csv
import re
import shutil
from datetime import datetime, timedelta

import pytest
from course_grader import __main__, step
from course_grader.batch import Batch
from course_grader.course import Course
from course_grader.gradebook import Gradebook

from . import a_class, a_course
from .a_class import QUICK, Here
from .a_course import NAME

PEOPLE = {
    "ada": {
        "first_name": "Jörg",
        "last_name": "Müller, von",
        "email": "ada@example.org",
        "lms_user_id": "17",
    },
    "bob": {"first_name": '=1+1"', "last_name": "", "email": "bob@example.org", "lms_user_id": "18"},
    "cy": {"first_name": "Ελένη", "last_name": "-x", "email": "cy@example.org", "lms_user_id": "19"},
}
POINTS = {
    "ada": 4 + 2 - 1.5,
    "bob": 4.0,
    "cy": 4 - 1.5,
}  # four checks; ada's prose; ada and cy are a day late


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Marked, one by hand, two of them late; and a fourth who has handed in nothing."""
    course = a_class.make(tmp_path_factory.mktemp("made") / "course")
    config = course.root / "nbgrader_config.py"
    config.write_text(config.read_text().replace("per_cent_a_day = 0", "per_cent_a_day = 10"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(step, "mark", lambda step: QUICK)
        batch = Batch(course, NAME, [*PEOPLE], Gradebook(course.config, NAME))
        assert not any(row.failed for row in batch.run(batch.jobs(), Here()))
    with a_course.api(course).gradebook as gradebook:
        for name, about in PEOPLE.items():
            gradebook.update_or_create_student(name, **about)
        gradebook.add_student("dan", email="dan@example.org", lms_user_id="20")
        gradebook.update_or_create_assignment(NAME, duedate=datetime(2026, 1, 31, 8))
        gradebook.find_submission(NAME, "bob").extension = timedelta(days=1)
        gradebook.db.commit()
    a_course.by_hand(course, "ada", "nan-in-words", 2.0)
    return course.root


@pytest.fixture
def course(made, tmp_path):
    return Course(shutil.copytree(made, tmp_path / "course"))


def export(course, *words):
    return __main__.main(["export", "--course", str(course.root), "--to", *words])


def lines(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def moodle(path, key, column):
    """Key -> grade that Moodle would put into a column's grade item. It keeps the last student it knew."""
    head, *rows = [[cell.strip() for cell in row] for row in lines(path)]
    found, student = {}, None
    for row in rows:
        student = row[head.index(key)] or student
        value = row[head.index(column)]
        found[student] = None if value in ("", "-") else float(value)
    return found


def canvas(path):
    """(header, points possible, rows) as Canvas takes them apart; the rows by their SIS Login ID."""
    head, *rows = lines(path)
    assert "Student" in head[0]
    assert "ID" in head[1]
    assert re.search(r"SIS\s+User\s+ID", head[2])
    assert re.search(r"SIS\s+Login\s+ID", head[3])
    assert "Section" in head[4]
    possible = [row for row in rows if "Points Possible" in row[0]]
    assert rows[: len(possible)] == possible[:1]
    return head[5:], possible[0][5:], {row[3]: row for row in rows[1:]}


def test_moodle_gives_everybody_their_own_points(course, capsys):
    assert export(course, "moodle") == 0
    path = course.grading / "reports" / "moodle.csv"
    for key, names in (
        ("Username", {name: name for name in PEOPLE}),
        ("ID number", {name: about["lms_user_id"] for name, about in PEOPLE.items()}),
        ("Email address", {name: about["email"] for name, about in PEOPLE.items()}),
    ):
        grades = moodle(path, key, NAME)
        assert [grade for grade in grades.values() if grade is None] == [None]  # dan's
        assert {name: grades[there] for name, there in names.items()} == POINTS
    said = capsys.readouterr().out
    assert said.startswith(f"{path} is written: 4 students, 1 assignment.\n")
    assert not path.read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_key_that_not_everybody_has_is_left_out_and_said(course, capsys):
    """Moodle would give what stands behind an empty one to the student above."""
    with a_course.api(course).gradebook as gradebook:
        gradebook.update_or_create_student("bob", email=None)
    assert export(course, "moodle") == 0
    assert lines(course.grading / "reports" / "moodle.csv")[0] == [
        "First name",
        "Last name",
        "Username",
        "ID number",
        NAME,
    ]
    assert "The column Email address is left out, as not everybody has one: bob.\n" in capsys.readouterr().out


def test_canvas_finds_students_titles_and_points(course):
    file = course.root / "for canvas.csv"
    assert export(course, "canvas", str(file), "--column", f"{NAME}=Rates (4711)") == 0
    titles, possible, rows = canvas(file)
    assert titles == ["Rates (4711)"]
    assert [float(points) for points in possible] == [15.0]
    assert {name: float(row[5]) for name, row in rows.items() if row[5]} == POINTS
    assert rows["ada"] == ["Müller, von, Jörg", "17", "", "ada", "", "4.5"]
    assert rows["dan"] == ["dan", "20", "", "dan", "", ""]


def test_no_name_is_a_formula(course):
    for to in ("moodle", "canvas"):
        export(course, to)
        for row in lines(course.grading / "reports" / f"{to}.csv"):
            assert not [cell for cell in row if cell != "-" and cell.startswith(("=", "+", "-", "@"))]


def test_both_say_what_nbgrader_export_says(course):
    with a_course.api(course).gradebook as gradebook:
        export(course, "moodle")
        ours = moodle(course.grading / "reports" / "moodle.csv", "Username", NAME)
        for one in gradebook.assignment_submissions(NAME):
            assert ours[one.student_id] == max(0.0, one.score - one.late_submission_penalty)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["excel"], "invalid choice: 'excel'"),
        (["moodle", "/not/there/marks.csv"], "FILE must be in a folder that exists"),
        (["moodle", "--assignment", "01"], "--assignment: there is no '01'"),
        (["canvas", "--column", "Rates"], "must be NAME=TITLE; got 'Rates'"),
        (["canvas", "--column", "01=Rates"], "--column: there is no '01'"),
    ],
)
def test_what_cannot_be_understood_is_said(course, capsys, words, says):
    with pytest.raises(SystemExit) as end:
        export(course, *words)
    assert end.value.code == 2
    assert says in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["canvas", "--column", f"{NAME}=Final Score of all"], "Canvas reads no column with 'Final Score'"),
        (
            ["moodle", "--column", f"{NAME}==1+1"],
            "'=1+1' begins with '=', which a spreadsheet takes for a formula",
        ),
        (["moodle", "--column", f"{NAME}=a\nb"], "has characters that cannot be shown"),
    ],
)
def test_what_could_not_be_imported_is_refused(course, capsys, words, says):
    assert export(course, *words) == 1
    assert says in capsys.readouterr().err
    assert not (course.grading / "reports").exists()


def test_a_key_that_is_a_formula_is_refused(course, capsys):
    with a_course.api(course).gradebook as gradebook:
        gradebook.add_student("@sum")
    assert export(course, "canvas") == 1
    assert "'@sum' begins with '@'" in capsys.readouterr().err


def test_a_gradebook_with_nothing_in_it(tmp_path, capsys):
    course = Course(a_course.make(tmp_path / "course"))
    a_course.tell_gradebook(course)
    assert export(course, "moodle") == 1
    assert "The gradebook has nothing of any assignment to export." in capsys.readouterr().err

"""Ten submissions, from right to hostile: each gets its own mark."""

import csv
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tools import lab

from .conftest import ASSIGNMENT, ROOT, STUDENTS

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's own


@pytest.fixture(scope="module")
def submissions(classroom):
    with classroom.gradebook() as gradebook:
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


def test_their_code_and_the_hidden_cases_never_met(classroom):
    marked = classroom.course / "grading" / "autograded" / "right" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    assert "seed=" in (classroom.course / "solutions" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_text()
    assert "seed=" not in marked.read_text()
    assert (classroom.course / "grading" / "key").exists()


def test_the_button_validate_says_what_is_missing(classroom):
    written = f"grading/submitted/{{}}/{ASSIGNMENT}/{ASSIGNMENT}.ipynb"
    told = classroom.teacher("validate", written.format("right"), written.format("half"))
    assert told.count("Your notebook passes all the tests") == 1
    assert "Partial credit" in told
    assert "You did not provide a response" in told


@pytest.fixture
def teachers_page(browser):
    """Nbgrader's pages ask for a library on the network; nothing but this machine answers here."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.route(lambda url: "//127.0.0.1" not in url, lambda route: route.abort())
    yield page
    page.close()


def test_prose_is_marked_in_the_formgrader(classroom, teachers_page):
    with lab.serve(classroom.course, cwd=classroom.course) as url:
        teachers_page.goto(f"{url}/formgrader/gradebook/{ASSIGNMENT}/{ASSIGNMENT}")
        expect(teachers_page.locator("tbody tr")).to_have_count(len(STUDENTS))
        teachers_page.goto(f"{url}/formgrader/submissions/{classroom.submission_id('right')}")
        teachers_page.wait_for_load_state("networkidle")  # its script listens to the field only then
        prose = teachers_page.locator(".nbgrader_cell").filter(has_text="Divide lr by 10")
        with teachers_page.expect_response(lambda answer: "/api/grade/" in answer.url and answer.ok):
            prose.locator("input.score").fill("2.5")
            teachers_page.keyboard.press("Tab")
    assert classroom.manual_score("right") == 2.5


def test_feedback_and_the_table_of_marks(classroom):
    by_hand = classroom.manual_score("right") or 0  # if the formgrader's test ran before
    classroom.button("generate_feedback")
    classroom.teacher("release_feedback", ASSIGNMENT)
    classroom.teacher("export", "--to", "marks.csv")
    with (classroom.course / "marks.csv").open() as table:
        marks = {row["student_id"]: float(row["score"]) for row in csv.DictReader(table)}
    assert marks == {name: points for name, (_, points) in STUDENTS.items()} | {"right": 12 + by_hand}
    pages = {
        path.parts[-3]: path.read_text(encoding="utf-8")
        for path in (classroom.course / "grading" / "feedback").glob(f"*/{ASSIGNMENT}/{ASSIGNMENT}.html")
    }
    assert pages.keys() == STUDENTS.keys()
    assert "did not end within 2 s" in pages["endless_loop"]
    assert "its process ended" in pages["os_exit"]

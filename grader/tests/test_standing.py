"""What is next where a teacher leaves the page's order: a later hand-in, a second marking or exercise."""

import shutil

import pytest
from course_grader import doctor, standing, step
from course_grader.batch import Batch
from course_grader.course import Course
from course_grader.gradebook import Gradebook

from . import a_class, a_course
from .a_class import QUICK, Here
from .a_course import NAME, RIGHT

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's own
HERE = "Next, in the course's folder:"
EXPORT = f"{HERE} nbgrader export --to marks.csv"
SECOND = "02_regression_losses"


@pytest.fixture(scope="module")
def given_back(tmp_path_factory):
    """Everybody is marked and has feedback, and what one wrote is marked too."""
    course = a_class.make(tmp_path_factory.mktemp("made") / "course")
    shutil.rmtree(course.root / "exercises")
    shutil.copytree(a_course.ROOT / "exercises", course.root / "exercises")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(step, "mark", lambda step: QUICK)
        mark(course)
    mark_prose(course)
    give_feedback(course)
    return course.root


@pytest.fixture
def course(given_back, tmp_path, monkeypatch):
    monkeypatch.setattr(step, "mark", lambda step: QUICK)
    course = Course(shutil.copytree(given_back, tmp_path / "course"))
    course.config.Exchange.root = str(tmp_path / "exchange")
    return course


def mark(course):
    batch = Batch(course, NAME, course.students(NAME), Gradebook(course.config, NAME))
    assert not any(row.failed for row in batch.run(batch.jobs(), Here()))


def mark_prose(course):
    with a_course.api(course).gradebook as gradebook:
        for submission in gradebook.assignment_submissions(NAME):
            grade = gradebook.find_grade("nan-in-words", NAME, NAME, submission.student_id)
            grade.manual_score, grade.needs_manual_grade = 2, False
        gradebook.db.commit()


def give_feedback(course):
    made = a_course.api(course).generate_feedback(NAME)
    assert made["success"], made


def test_when_all_is_done_the_table_is_next_and_then_another_exercise(course):
    assert standing.next_step(course) == EXPORT
    shutil.copytree(a_course.ROOT / "solutions" / SECOND, course.root / "solutions" / SECOND)
    then = f"The exercise after that begins with: nbgrader generate_assignment {SECOND}"
    assert standing.next_step(course) == f"{EXPORT}. {then}"


def test_what_is_handed_in_anew_is_marked_and_gets_new_feedback(course):
    folder = course.submitted(NAME, "bob")
    shutil.rmtree(folder)
    a_course.hand_in(course, "bob", RIGHT, "2026-02-01 10:00:00 UTC")
    assert standing.next_step(course) == f"{HERE} python -m course_grader mark {NAME}"
    mark(course)
    assert "mark what one student wrote" in standing.next_step(course)
    mark_prose(course)
    assert standing.next_step(course) == f"{HERE} nbgrader generate_feedback {NAME}"
    give_feedback(course)
    assert standing.next_step(course) == EXPORT


def test_an_exchange_has_the_exercise_first_and_then_what_came_late(course, tmp_path):
    exchange = tmp_path / "exchange" / "losses_and_optimizers"
    exchange.mkdir(parents=True)
    assert standing.next_step(course) == f"{HERE} nbgrader release_assignment {NAME}"
    (exchange / "outbound" / NAME).mkdir(parents=True)
    (exchange / "inbound" / f"ada+{NAME}+2026-01-31 10:00:00 UTC").mkdir(parents=True)
    assert standing.next_step(course) == EXPORT
    (exchange / "inbound" / f"d+n+{NAME}+2026-02-01 10:00:00 UTC").mkdir()
    assert standing.next_step(course) == f"{HERE} nbgrader collect {NAME}"


def test_what_can_be_done_comes_before_what_is_waited_for(course):
    shutil.copytree(a_course.ROOT / "solutions" / SECOND, course.root / "solutions" / SECOND)
    made = a_course.api(course).generate_assignment(SECOND)
    assert made["success"], made
    place = f"{course.grading}/submitted/STUDENT/{SECOND}"
    what = f"put each one's file into {place}, and then: python -m course_grader mark {SECOND}"
    assert standing.next_step(course) == f"Next, when students have handed in: {what}"
    a_course.hand_in(course, "dan", RIGHT)
    assert standing.next_step(course) == f"{HERE} python -m course_grader mark {NAME}"


def test_what_is_in_the_way_is_next(course, walls):
    with a_course.api(course).gradebook as gradebook:
        gradebook.find_graded_cell("nan-in-words", NAME, NAME).max_score = 5
        gradebook.db.commit()
    told, well = doctor.report(course.root)
    assert not well
    assert told.endswith(
        "Next: The gradebook has other points than the exercise for nan-in-words. "
        f"In the course's folder: nbgrader generate_assignment {NAME}"
    )

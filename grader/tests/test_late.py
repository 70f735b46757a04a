"""Late work, reckoned by hand and as nbgrader itself shows it."""

import csv
from datetime import datetime, timedelta

import pytest
from course_grader import ledger, step
from course_grader.batch import Batch
from course_grader.course import Course
from course_grader.faults import GraderFault
from course_grader.gradebook import Gradebook
from course_grader.late import Late, Rule, days, settle
from course_grader.ledger import Assignment, Grade, Ledger, Submission
from nbgrader.apps import ExportApp
from traitlets.config import Config

from . import a_class, a_course
from .a_class import CHECKS, QUICK, Here
from .a_course import NAME

DUE = datetime(2026, 1, 31, 8, 0)  # everybody of the class hands in two hours later
RULE = "c.LateDays.grace_days = 0\nc.LateDays.per_cent_a_day = 0"


def submission(assignment, handed_in, points=10.0, due=DUE):
    grades = {assignment: [Grade("check", True, 10.0, points)]}
    return Submission("ada", assignment, handed_in, due, {assignment: 0.0}, grades)


def book(*submissions):
    assignments = {one.assignment: Assignment(one.assignment, 10.0, one.due) for one in submissions}
    return Ledger({}, assignments, {(one.assignment, one.student): one for one in submissions})


HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("after", "begun"), [(-DAY, 0), (0 * DAY, 0), (timedelta(seconds=1), 1), (DAY, 1), (DAY + HOUR, 2)]
)
def test_a_day_that_has_begun_counts(after, begun):
    assert submission("a", DUE + after).days_late == begun


def test_without_a_due_date_or_a_time_nothing_is_late():
    assert submission("a", None).days_late == submission("a", DUE, due=None).days_late == 0


def test_grace_days_are_spent_by_due_date_and_what_is_left_costs():
    late = book(
        submission("z", DUE + 2 * DAY),
        submission("a", DUE + 9 * DAY, due=DUE + 7 * DAY),
        submission("b", DUE + 14 * DAY + HOUR, due=DUE + 14 * DAY),
    )
    assert list(days(late, Rule(3, 10)).values()) == [
        Late("ada", "z", 2, 2, 0.0),
        Late("ada", "a", 2, 1, 1.0),
        Late("ada", "b", 1, 0, 1.0),
    ]


@pytest.mark.parametrize(("points", "late", "cost"), [(10, 3, 3), (2, 3, 2), (0, 3, 0), (10, 30, 10)])
def test_it_costs_a_share_of_what_could_be_earned_and_never_more_than_was(points, late, cost):
    (one,) = days(book(submission("a", DUE + late * DAY, points)), Rule(0, 10)).values()
    assert one.penalty == cost


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (
            {"grace_days": -1},
            "c.LateDays.grace_days in nbgrader_config.py must be a whole number from 0; got -1",
        ),
        ({"grace_days": 1.5}, "got 1.5"),
        ({"grace_days": True}, "got True"),
        (
            {"per_cent_a_day": 101},
            "c.LateDays.per_cent_a_day in nbgrader_config.py must be a number from 0 to",
        ),
        ({"per_cent_a_day": float("nan")}, "got nan"),
        ({"per_cent_a_day": "10"}, "got '10'"),
        ({"per_cent_day": 10}, "There is no c.LateDays.per_cent_day.*Did you mean per_cent_a_day?"),
        ({"free": 1}, "There is no c.LateDays.free.*It has grace_days and per_cent_a_day."),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused(given, says):
    with pytest.raises(GraderFault, match=says):
        Rule.of(Config({"LateDays": given}))


def test_the_rule_of_the_course_is_read_and_costs_nothing_until_it_is_changed(course):
    assert Rule.of(course.config) == Rule(0, 0)
    assert str(Rule.of(course.config)) == "Late work costs nothing."


# In a gradebook


@pytest.fixture
def strict(course, monkeypatch):
    """A class whose every submission is two hours late, and whose rule is no grace and 10 % a day."""
    monkeypatch.setattr(step, "mark", lambda step: QUICK)
    config = course.root / "nbgrader_config.py"
    assert RULE in config.read_text()
    config.write_text(config.read_text().replace(RULE, "c.LateDays.per_cent_a_day = 10"))
    due(course, DUE)
    return Course(course.root)


def due(course, when):
    with a_course.api(course).gradebook as gradebook:
        gradebook.update_or_create_assignment(NAME, duedate=when)


def mark(course):
    batch = Batch(course, NAME, course.students(NAME), Gradebook(course.config, NAME))
    assert not any(row.failed for row in batch.run(batch.jobs(), Here()))


def penalties(course):
    """As nbgrader's own objects have them."""
    with a_course.api(course).gradebook as gradebook:
        return {one.student_id: one.late_submission_penalty for one in gradebook.assignment_submissions(NAME)}


def settled(course):
    with Gradebook(course.config, NAME).engine.begin() as connection:
        return settle(connection, Rule.of(course.config))


def exported(course, monkeypatch):
    """Student -> row, of the command ``nbgrader export``."""
    monkeypatch.chdir(course.root)
    app = ExportApp()
    app.initialize(["--to", "marks.csv"])
    app.start()
    with (course.root / "marks.csv").open() as file:
        return {row["student_id"]: row for row in csv.DictReader(file)}


def test_a_batch_and_nbgrader_itself_take_the_same_off(strict):
    mark(strict)
    assert penalties(strict) == {"ada": 1.5, "bob": 1.5, "cy": 1.5}  # of 15 points, prose among them
    assert a_course.api(strict).autograde(NAME, "ada", force=True)["success"]
    assert penalties(strict)["ada"] == 1.5


def test_what_a_ledger_says_is_what_nbgrader_says(strict):
    mark(strict)
    a_course.by_hand(strict, "bob", "check-descend", 4.0)
    with a_course.api(strict).gradebook as gradebook:
        grade = gradebook.find_grade("check-sgd-step", NAME, NAME, "cy")
        grade.extra_credit = 0.5
        gradebook.db.commit()
    with Gradebook(strict.config, NAME).engine.connect() as connection:
        read = ledger.read(connection)
        assert ledger.read(connection, "bob").of(NAME) == {"bob": read.of(NAME)["bob"]}
    with a_course.api(strict).gradebook as gradebook:
        assert read.assignments[NAME] == Assignment(NAME, gradebook.find_assignment(NAME).max_score, DUE)
        for one in gradebook.assignment_submissions(NAME):
            ours = read.of(NAME)[one.student_id]
            assert (ours.points, ours.penalty) == (one.score, one.late_submission_penalty)
            assert (ours.waits, ours.handed_in) == (one.needs_manual_grade, one.timestamp)
    assert [grade.cell for grade in read.of(NAME)["bob"].cells if grade.changed] == ["check-descend"]
    assert [grade.cell for grade in read.of(NAME)["cy"].cells if grade.changed] == ["check-sgd-step"]
    assert read.of(NAME)["ada"].marked


def test_an_extension_and_another_due_date_count_without_marking_again(strict):
    mark(strict)
    with a_course.api(strict).gradebook as gradebook:
        gradebook.grant_extension(NAME, "bob", hours=3)
    assert settled(strict).of(NAME)["bob"].penalty == 0
    assert penalties(strict) == {"ada": 1.5, "bob": 0.0, "cy": 1.5}
    due(strict, DUE - 2 * DAY)
    settled(strict)
    assert penalties(strict) == {"ada": 4.0, "bob": 3.0, "cy": 4.0}  # three days, and two: all have 4 points


def test_feedback_and_export_of_nbgrader_reckon_anew_what_is_marked_by_hand(strict, monkeypatch):
    """Ten days late, all is lost: one point for each check, and then what a teacher adds."""
    due(strict, DUE - 9 * DAY)
    mark(strict)
    assert penalties(strict) == dict.fromkeys(a_class.CLASS, len(CHECKS))
    a_course.by_hand(strict, "ada", "nan-in-words", 3.0)
    assert a_course.api(strict).generate_feedback(NAME, "ada", force=True)["success"]
    assert penalties(strict)["ada"] == 7.0
    page = (strict.grading / "feedback" / "ada" / NAME / f"{NAME}.html").read_text()
    assert "Late submission penalty (Score: -7.0)" in page
    a_course.by_hand(strict, "bob", "nan-in-words", 2.0)
    rows = exported(strict, monkeypatch)
    assert float(rows["bob"]["late_submission_penalty"]) == 6.0
    assert float(rows["bob"]["score"]) == 0.0

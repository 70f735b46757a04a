"""Late work: grace days that each student has for the whole course, and what a day costs after them.

The rule stands in nbgrader_config.py, a due date and an extension in nbgrader's gradebook:

    c.LateDays.grace_days = 2
    c.LateDays.per_cent_a_day = 10

What it costs is put where nbgrader itself has it, as ``late_submission_penalty``, so the formgrader's
feedback, ``nbgrader export`` and this package say the same. nbgrader's own plugin for it is told neither the
assignment nor the other ones, on which the days that are left depend, and it is not asked again when prose is
marked.
"""

import difflib
import functools
import math
from dataclasses import dataclass, fields

import sqlalchemy
from nbconvert.preprocessors import Preprocessor
from nbgrader.plugins import CsvExportPlugin
from sqlalchemy.pool import NullPool
from traitlets import Bool

from course_grader import ledger
from course_grader.faults import GraderFault

NAME = "LateDays"  # of the table in nbgrader_config.py


@dataclass(frozen=True)
class Rule:
    """``grace_days``: how many days cost a student nothing, in the whole course.

    ``per_cent_a_day``: of an assignment's points, for each day after them.

    >>> print(Rule(grace_days=2, per_cent_a_day=10))
    Each student has 2 grace days for the whole course. Each day begun after them costs 10% of the
    assignment's points.
    """

    grace_days: int = 0
    per_cent_a_day: float = 0.0

    def __post_init__(self):
        _check("grace_days", self.grace_days, int, "a whole number from 0", math.inf)
        _check("per_cent_a_day", self.per_cent_a_day, int | float, "a number from 0 to 100", 100)

    @classmethod
    def of(cls, config):
        """The rule of a course, by what nbgrader_config.py says. GraderFault for what it cannot mean."""
        given, known = dict(config[NAME]), [field.name for field in fields(cls)]
        for name in given:
            if name not in known:
                near = difflib.get_close_matches(name, known, n=1)
                what = f"Did you mean {near[0]}?" if near else f"It has {' and '.join(known)}."
                raise GraderFault(f"There is no c.{NAME}.{name}, as nbgrader_config.py has it. {what}")
        return cls(**given)

    def __str__(self):
        if not self.per_cent_a_day:
            return "Late work costs nothing."
        cost = f"costs {self.per_cent_a_day:g}% of the assignment's points."
        if not self.grace_days:
            return f"Each day begun after the due date {cost}"
        days = f"{self.grace_days} grace day{'s' * (self.grace_days != 1)}"
        return f"Each student has {days} for the whole course. Each day begun after them {cost}"

    def cost(self, days, points):
        """Of so many late ``days`` beyond the grace, where ``points`` could be earned."""
        return round(points * min(1.0, days * self.per_cent_a_day / 100), 2)


@dataclass(frozen=True)
class Late:
    """A late submission: days begun, how many of them were grace days, the points that the others cost."""

    student: str
    assignment: str
    days: int
    grace: int
    penalty: float


def days(book, rule):
    """A Late for each late submission in a Ledger, by assignment and student.

    Grace days are spent in the order of the due dates, whatever was handed in or marked first.
    """
    left, found = {}, {}
    late = [one for one in book.submissions.values() if one.days_late]
    for one in sorted(late, key=lambda one: (book.assignments[one.assignment].due, one.assignment)):
        free = min(one.days_late, left.get(one.student, rule.grace_days))
        left[one.student] = left.get(one.student, rule.grace_days) - free
        penalty = sum(_penalties(one, one.days_late - free, rule).values())
        found[one.assignment, one.student] = Late(one.student, one.assignment, one.days_late, free, penalty)
    return found


def settle(connection, rule, student=None):
    """Bring the gradebook's penalties to what the rule says now; its Ledger. ``student``: only this one's.

    They depend on due dates, extensions and what a teacher has marked by hand, so they are reckoned anew
    whenever somebody asks for marks.
    """
    book = ledger.read(connection, student)
    late, notebook = days(book, rule), ledger.TABLES["submitted_notebook"]
    penalties = {}
    for key, one in book.submissions.items():
        owed = _penalties(one, late[key].days - late[key].grace if key in late else 0, rule)
        changed = {name: points for name, points in owed.items() if abs(points - one.penalties[name]) > 1e-3}
        for name, points in changed.items():
            connection.execute(
                notebook.update().where(notebook.c.id == name).values(late_submission_penalty=points)
            )
        if changed:
            penalties[key] = owed
    return book.with_penalties(penalties)


def _penalties(submission, charged, rule):
    """Id of a notebook -> what so many days cost there: never more than was earned."""
    return {
        name: min(
            rule.cost(charged, sum(grade.of for grade in grades)), sum(grade.points for grade in grades)
        )
        for name, grades in submission.grades.items()
    }


class LatePenalty(Preprocessor):
    """Stands in place of nbgrader's ``AssignLatePenalties``, and before feedback is made."""

    enabled = Bool(True).tag(config=True)

    def preprocess(self, nb, resources):
        about = resources["nbgrader"]
        with _engine(about["db_url"]).begin() as connection:
            settle(connection, Rule.of(self.config), about["student"])
        return nb, resources


class Export(CsvExportPlugin):
    """``nbgrader export``, after late work has been reckoned anew."""

    def export(self, gradebook):
        with gradebook.engine.begin() as connection:
            settle(connection, Rule.of(self.config))
        super().export(gradebook)


@functools.cache
def _engine(url):
    return sqlalchemy.create_engine(url, poolclass=NullPool)


def _check(name, value, kinds, accepted, most):
    if isinstance(value, bool) or not isinstance(value, kinds) or not 0 <= value <= most:
        raise GraderFault(f"c.{NAME}.{name} in nbgrader_config.py must be {accepted}; got {value!r}.")

"""What a gradebook says of a whole course, read at once and kept as plain data.

nbgrader's own objects would ask the database anew for every student and every cell.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import sqlalchemy
from nbgrader import api

TABLES = api.Base.metadata.tables
CELL, CHECK, TASK = TABLES["base_cell"], TABLES["grade_cells"], TABLES["task_cells"]
MOST = sqlalchemy.func.coalesce(CHECK.c.max_score, TASK.c.max_score, 0.0)  # points of a cell
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Student:
    """Who is in the gradebook. ``lms_id``: the number of this student in another system, "" if not known."""

    name: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_id: str = ""

    @property
    def in_words(self):
        """A person's name, or that of the folder where there is none."""
        return ", ".join(filter(None, [self.last_name, self.first_name])) or self.name


@dataclass(frozen=True)
class Grade:
    """Of one cell: ``auto`` from its check, ``by_hand`` by a teacher, None where there are none.

    ``waits``: for a teacher's look. ``code``: it is a check, and no prose.
    """

    cell: str
    code: bool
    of: float
    auto: float | None
    by_hand: float | None = None
    extra: float = 0.0
    waits: bool = False

    @property
    def points(self):
        """By nbgrader's rule: what a teacher gave goes before what a check gave."""
        given = self.auto if self.by_hand is None else self.by_hand
        return 0.0 if given is None else given + self.extra

    @property
    def marked(self):
        return self.auto is not None or self.by_hand is not None

    @property
    def changed(self):
        """Has a teacher changed what the check gave?"""
        return self.code and (self.by_hand not in (None, self.auto) or bool(self.extra))


@dataclass(frozen=True)
class Submission:
    """What a student handed in, and when, in UTC. ``due``: with the student's own extension, None without.

    ``penalties``: id of a notebook -> the points that the gradebook takes off for late work.
    ``grades``: id of a notebook -> its grades.
    """

    student: str
    assignment: str
    handed_in: datetime | None
    due: datetime | None
    penalties: dict[str, float] = field(default_factory=dict)
    grades: dict[str, list[Grade]] = field(default_factory=dict)

    @property
    def cells(self):
        """The grades of all cells."""
        return [grade for grades in self.grades.values() for grade in grades]

    @property
    def points(self):
        return sum(grade.points for grade in self.cells)

    @property
    def penalty(self):
        return sum(self.penalties.values())

    @property
    def total(self):
        """The points that count, as ``nbgrader export`` has them."""
        return max(0.0, self.points - self.penalty)

    @property
    def marked(self):
        """Have the checks been made?"""
        checks = [grade for grade in self.cells if grade.code]
        return bool(checks) and all(grade.marked for grade in checks)

    @property
    def waits(self):
        """Must a teacher still look at something?"""
        return any(grade.waits for grade in self.cells)

    @property
    def days_late(self):
        """Days begun since it was due; 0 if it was not late."""
        if self.due is None or self.handed_in is None:
            return 0
        return max(0, -((self.due - self.handed_in) // DAY))


@dataclass(frozen=True)
class Assignment:
    """``of``: the points that it has. ``due``: in UTC, None if it never is."""

    name: str
    of: float
    due: datetime | None


@dataclass(frozen=True)
class Ledger:
    """``students``, ``assignments``: by their names. ``submissions``: by assignment and student."""

    students: dict[str, Student]
    assignments: dict[str, Assignment]
    submissions: dict[tuple[str, str], Submission]

    def of(self, assignment):
        """Student -> Submission of an assignment."""
        return {name: one for (what, name), one in self.submissions.items() if what == assignment}

    def with_penalties(self, penalties):
        """The same with other ``penalties``: by assignment and student, as a Submission has them."""
        changed = {key: replace(self.submissions[key], penalties=new) for key, new in penalties.items()}
        return replace(self, submissions=self.submissions | changed)


def read(connection, student=None):
    """The Ledger of a gradebook; with only one ``student`` in it, if it is named."""
    table = TABLES["student"]
    wanted = sqlalchemy.select(table)
    if student is not None:
        wanted = wanted.where(table.c.id == student)
    students = {row.id: _student(row) for row in connection.execute(wanted)}
    assignments = {row.name: Assignment(*row) for row in connection.execute(_assignments())}
    return Ledger(students, assignments, _submissions(connection, student))


def _student(row):
    names = ("id", "first_name", "last_name", "email", "lms_user_id")
    return Student(*(getattr(row, name) or "" for name in names))


def _assignments():
    assignment, notebook = TABLES["assignment"], TABLES["notebook"]
    return (
        sqlalchemy.select(assignment.c.name, sqlalchemy.func.sum(MOST), assignment.c.duedate)
        .outerjoin_from(assignment, notebook, notebook.c.assignment_id == assignment.c.id)
        .outerjoin(CELL, CELL.c.notebook_id == notebook.c.id)
        .outerjoin(CHECK, CHECK.c.id == CELL.c.id)
        .outerjoin(TASK, TASK.c.id == CELL.c.id)
        .group_by(assignment.c.id, assignment.c.name, assignment.c.duedate)
        .order_by(assignment.c.name)
    )


def _submissions(connection, student):
    assignment, given, notebook, grade = (
        TABLES[name] for name in ("assignment", "submitted_assignment", "submitted_notebook", "grade")
    )
    wanted = (
        sqlalchemy.select(
            assignment.c.name.label("assignment"),
            assignment.c.duedate,
            given.c.student_id,
            given.c.timestamp,
            given.c.extension,
            notebook.c.id.label("notebook"),
            notebook.c.late_submission_penalty,
            CELL.c.name.label("cell"),
            CHECK.c.cell_type,
            MOST.label("most"),
            grade.c.auto_score,
            grade.c.manual_score,
            grade.c.extra_credit,
            grade.c.needs_manual_grade,
        )
        .join_from(given, assignment, given.c.assignment_id == assignment.c.id)
        .outerjoin(notebook, notebook.c.assignment_id == given.c.id)
        .outerjoin(grade, grade.c.notebook_id == notebook.c.id)
        .outerjoin(CELL, CELL.c.id == grade.c.cell_id)
        .outerjoin(CHECK, CHECK.c.id == CELL.c.id)
        .outerjoin(TASK, TASK.c.id == CELL.c.id)
        .order_by(assignment.c.name, given.c.student_id, CELL.c.name)
    )
    if student is not None:
        wanted = wanted.where(given.c.student_id == student)
    found = {}
    for row in connection.execute(wanted):
        key = (row.assignment, row.student_id)
        if key not in found:
            due = row.duedate and row.duedate + (row.extension or timedelta())
            found[key] = Submission(row.student_id, row.assignment, row.timestamp, due)
        if row.notebook:
            found[key].penalties[row.notebook] = row.late_submission_penalty or 0.0
            grades = found[key].grades.setdefault(row.notebook, [])
            if row.cell:
                grades.append(_grade(row))
    return found


def _grade(row):
    return Grade(
        row.cell,
        row.cell_type == "code",
        row.most,
        row.auto_score,
        row.manual_score,
        row.extra_credit or 0.0,
        bool(row.needs_manual_grade),
    )

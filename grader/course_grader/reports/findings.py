"""Everything that a report on an assignment shows, as plain data: found here, drawn elsewhere."""

import statistics
from dataclasses import dataclass

from course_grader import late, records
from course_grader.faults import GraderFault
from course_grader.ledger import Assignment, Grade, Ledger, Submission
from course_grader.reports import alike, mistakes, predictions
from course_grader.submission import grade_id


@dataclass(frozen=True)
class Changed:
    """A check's points that a teacher has changed by hand."""

    student: str
    grade: Grade


@dataclass(frozen=True)
class Findings:
    """``submissions``: by student, those that the checks have marked; ``unmarked``: who else has handed in.

    ``nothing``: who has not. ``late``: by student. ``unread``: whose files cannot be compared.
    ``predicted``: the questions of the lesson as the class answered them, and ``predicting``, how many did.
    ``unrecorded``: how many no batch has marked, so that their mistakes are not known.
    """

    assignment: Assignment
    book: Ledger
    submissions: dict[str, Submission]
    unmarked: list[str]
    nothing: list[str]
    late: dict[str, late.Late]
    tasks: list[mistakes.Task]
    alike: list[alike.Alike]
    unread: list[str]
    changed: list[Changed]
    predicted: list[predictions.Predicted]
    predicting: int
    unrecorded: int

    @property
    def points(self):
        """What counts, of everybody who is marked."""
        return [one.total for one in self.submissions.values()]

    @property
    def median(self):
        return statistics.median(self.points) if self.points else None

    @property
    def waiting(self):
        """In how many submissions a teacher must still look at something."""
        return sum(one.waits for one in self.submissions.values())

    @property
    def handed_in(self):
        return len(self.submissions) + len(self.unmarked)


def find(course, name, book, late_days):
    """The Findings on an assignment. ``late_days``: as late.days has them, of the whole course."""
    release, there = course.release(name), set(course.students(name))
    in_book = book.of(name)
    marked = {student: one for student, one in in_book.items() if one.marked}
    kept = records.Records(course.marks, name)
    made = {student: record for student in marked if (record := kept.read(student))}
    notebooks, unread = _read(course, name, there)
    predicted, predicting = predictions.of(name, notebooks.values())
    return Findings(
        book.assignments[name],
        book,
        marked,
        sorted((there | in_book.keys()) - marked.keys()),
        sorted(book.students.keys() - there - in_book.keys()),
        {student: one for (what, student), one in late_days.items() if what == name},
        mistakes.tasks(release, marked, made),
        _alike(release, notebooks),
        unread,
        [Changed(student, grade) for student, one in marked.items() for grade in one.cells if grade.changed],
        predicted,
        predicting,
        len(marked) - len(made),
    )


def _read(course, name, students):
    """Student -> rebuilt notebook, and who could not be read."""
    notebooks, unread = {}, []
    for student in sorted(students):
        try:
            notebooks[student] = course.handed_in(name, student).notebook
        except (GraderFault, OSError):
            unread.append(student)
    return notebooks, unread


def _alike(release, notebooks):
    """The groups whose answers are alike."""
    released = {
        grade_id(cell): cell.source
        for cell in release.cells
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution")
    }
    answers = {cell: {} for cell in released}
    for student, notebook in notebooks.items():
        for cell in notebook.cells:
            if grade_id(cell) in answers:
                answers[grade_id(cell)][student] = cell.source
    return alike.groups(answers, released)

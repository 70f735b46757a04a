"""The files of a report: ``grading/reports/ASSIGNMENT.html`` and ``.csv``, and those of the whole course."""

from datetime import UTC, datetime

from course_grader import late, spreadsheet
from course_grader.faults import GraderFault
from course_grader.gradebook import Gradebook
from course_grader.reports import assignment_page, course_page, findings

COURSE = "course"
IDENTITY = ["student", "last_name", "first_name"]


def report(course, assignments):
    """Write the report on each of these assignments; a sentence for each. GraderFault, if it cannot be."""
    rule, book, late_days = standing(course)
    for name in assignments:
        _check_that_it_is_known(name, book)
        yield _assignment(course, findings.find(course, name, book, late_days), rule)


def report_all(course):
    """Write those that somebody has handed in, and the course's own; a sentence for each."""
    rule, book, late_days = standing(course)
    known = [name for name in course.assignments if name in book.assignments]
    found = [one for name in known if (one := findings.find(course, name, book, late_days)).handed_in]
    if not found:
        raise GraderFault("Nobody has handed in anything that is released, so there is nothing to report.")
    for one in found:
        yield _assignment(course, one, rule)
    title = course.directory.course_id or course.root.name
    content = course_page.made(title, found, book, late_days, rule, _now())
    yield _written(course, COURSE, content, _course_rows(found, book))


def standing(course):
    """The rule for late work, the Ledger of a course, and the late days in it, all as of now."""
    rule, gradebook = late.Rule.of(course.config), Gradebook(course.config, "")
    gradebook.assignments()  # GraderFault, if it cannot be read and written
    with gradebook.transaction() as connection:
        book = late.settle(connection, rule)
    return rule, book, late.days(book, rule)


def _assignment(course, found, rule):
    content = assignment_page.made(found, rule, _now())
    return _written(course, found.assignment.name, content, _rows(found))


def _written(course, name, content, rows):
    folder = course.grading / "reports"
    spreadsheet.save(folder / f"{name}.html", content)
    spreadsheet.write(folder / f"{name}.csv", rows)
    return f"{folder / f'{name}.html'} and .csv are written."


def _rows(found):
    """A line for each student, whether marked or not."""
    cells = [task.cell for task in found.tasks]
    yield [
        *IDENTITY,
        "handed_in",
        "state",
        "points",
        "max_points",
        "days_late",
        "grace_days",
        "penalty",
        "counts",
        *cells,
    ]
    for name in sorted({*found.book.students, *found.unmarked}):
        one, days = found.submissions.get(name), found.late.get(name)
        given = found.book.of(found.assignment.name).get(name)
        points = {grade.cell: grade.points for grade in one.cells if grade.marked} if one else {}
        yield [
            *_identity(found.book, name),
            given and given.handed_in,
            _state(found, name),
            one and one.points,
            found.assignment.of,
            days.days if days else 0,
            days.grace if days else 0,
            one and one.penalty,
            one and one.total,
            *(points.get(cell) for cell in cells),
        ]


def _course_rows(found, book):
    yield [*IDENTITY, *(one.assignment.name for one in found), "counts"]
    for name in sorted(book.students):
        totals = [one.submissions[name].total if name in one.submissions else None for one in found]
        yield [*_identity(book, name), *totals, sum(filter(None, totals))]


def _identity(book, name):
    student = book.students.get(name)
    names = (name, student.last_name, student.first_name) if student else (name, "", "")
    return map(spreadsheet.text, names)


def _state(found, name):
    if name in found.submissions:
        return "waits for you" if found.submissions[name].waits else "marked"
    return "nothing handed in" if name in found.nothing else "not marked yet"


def _check_that_it_is_known(name, book):
    if name not in book.assignments:
        what = f"The gradebook does not know {name}."
        raise GraderFault(f"{what} In the course's folder: nbgrader generate_assignment {name} --force")


def _now():
    return datetime.now(UTC)

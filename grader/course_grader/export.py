"""Marks in the columns that Moodle and Canvas import. Late work is taken off, as in ``nbgrader export``.

By their documentation, and where it is silent by what their importers do:

- Moodle, https://docs.moodle.org/en/Grade_import: a column names the student, the teacher says which; each
  further one is a grade item. "-" is no grade. A line whose naming column is empty goes to the student above
  it, so such a column is left out.
- Canvas, "How do I import grades in the Gradebook?" in its Instructor Guide: Student, ID, SIS User ID, SIS
  Login ID, Section, then the assignments, by their titles or as "Title (number)"; below them a line of the
  points possible. An empty cell changes nothing.
"""

from course_grader import spreadsheet
from course_grader.faults import GraderFault
from course_grader.reports.write import standing

SAID = 5  # names in a sentence
CANVAS_OWN = [f"{part} {what}" for part in ("Current", "Final") for what in ("Score", "Points", "Grade")]
CANVAS_OWN += ["Override Score", "Override Grade", "Override Status"]  # columns that it never reads


def write(course, to, file, assignments=None, titles=None):
    """Write the ``file`` for "moodle" or "canvas"; sentences on what is in it, and what is not.

    ``assignments``: their names, by default all that somebody has handed in. ``titles``: what an assignment
    is called there, by its name here. GraderFault for what could not be imported.
    """
    _, book, _ = standing(course)
    handed_in = {name for name, _ in book.submissions}
    names = [name for name in book.assignments if name in (assignments or handed_in)]
    unknown = sorted({*(assignments or [])} - {*names})
    if unknown or not names:
        raise GraderFault(
            f"The gradebook has nothing of {' and '.join(unknown) or 'any assignment'} to export."
        )
    titled = {name: (titles or {}).get(name, name) for name in names}
    _check(to, book, titled)
    rows, left_out = {"moodle": _moodle, "canvas": _canvas}[to](book, titled)
    spreadsheet.write(file, rows)
    held = f"{len(book.students)} students, {len(names)} assignment{'s' * (len(names) != 1)}"
    return [f"{file} is written: {held}.", *left_out, *_open(book, names)]


def _moodle(book, titled):
    keys = {
        "Username": lambda student: student.name,
        "ID number": lambda student: student.lms_id,
        "Email address": lambda student: student.email,
    }
    left_out = []
    for column, key in list(keys.items()):
        if without := [name for name, student in book.students.items() if not key(student)]:
            del keys[column]
            left_out.append(f"The column {column} is left out, as not everybody has one: {_some(without)}.")
    rows = [["First name", "Last name", *keys, *titled.values()]]
    for name, student in book.students.items():
        person = map(spreadsheet.text, (student.first_name, student.last_name))
        rows.append(
            [*person, *(key(student) for key in keys.values()), *_marks(book, titled, name, none="-")]
        )
    return rows, left_out


def _canvas(book, titled):
    possible = [f"{book.assignments[name].of:g}" for name in titled]
    rows = [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *titled.values()],
        ["    Points Possible", "", "", "", "", *possible],
    ]
    for name, student in book.students.items():
        number, sis = (student.lms_id, "") if student.lms_id.isdecimal() else ("", student.lms_id)
        person = [spreadsheet.text(student.in_words), number, sis, name, ""]
        rows.append([*person, *_marks(book, titled, name, none="")])
    return rows, []


def _marks(book, names, student, none):
    for name in names:
        one = book.submissions.get((name, student))
        yield f"{round(one.total, 2):g}" if one and one.marked else none


def _some(names):
    return (
        ", ".join(names) if len(names) <= SAID else f"{', '.join(names[:SAID])} and {len(names) - SAID} more"
    )


def _open(book, names):
    """What the file cannot say: whose marks are not the last ones."""
    given = [one for one in book.submissions.values() if one.assignment in names]
    unmarked, waiting = sum(not one.marked for one in given), sum(one.marked and one.waits for one in given)
    if unmarked:
        yield f"{unmarked} submissions are not marked yet, and have no grade in it."
    if waiting:
        yield f"{waiting} submissions still wait for marks by hand, and are in it without them."


def _check(to, book, titled):
    """GraderFault for a key or title that the other system would not find again, or would not read."""
    keys = [
        key for student in book.students.values() for key in (student.name, student.email, student.lms_id)
    ]
    for key in [*keys, *titled.values()]:
        if spreadsheet.text(key) != key:
            what = f"{key!r} begins with {key[0]!r}, which a spreadsheet takes for a formula."
            raise GraderFault(f"{what} Give it another name in the gradebook, or by --column.")
        if not key.isprintable():
            raise GraderFault(f"{key!r} has characters that cannot be shown. Give it another name.")
    for title in titled.values():
        if list(titled.values()).count(title) > 1:
            raise GraderFault(f"Two assignments are called {title!r}. Each needs a column of its own.")
        if to == "canvas" and (own := next((own for own in CANVAS_OWN if own in title), None)):
            raise GraderFault(f"Canvas reads no column with {own!r} in its title; got {title!r}.")

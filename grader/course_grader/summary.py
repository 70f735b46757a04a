"""What a batch did, as a table to read and as a file for a spreadsheet."""

from dataclasses import dataclass, field

from course_grader import marking, spreadsheet

FAULT = "grader fault"
COLUMNS = ["student", "points", "of", "state", "seconds", "what happened"]
NUMBERS = {"points", "of", "seconds"}


@dataclass(frozen=True)
class Row:
    """A student's line. ``seconds``: of the marking. ``marks``: grade_id -> points.
    ``remarks``: sentences about what was handed in.

    ``state``: one of marking's two, or FAULT; then there are no points, and ``what`` says what to do.
    """

    student: str
    state: str
    points: float | None = None
    of: float | None = None
    seconds: float | None = None
    what: str = ""
    marks: dict[str, float] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()

    @property
    def failed(self):
        """Is this student left unmarked, or not in the gradebook?"""
        return self.state == FAULT


def row(record, before=False):
    """The line of a student who is marked, and in the gradebook; ``before``: by an earlier run."""
    report = record.report
    ended = [mark.grade_id for mark in report.marks if mark.state == marking.STUDENT_ERROR]
    raised = sum(bool(said.error) for said in report.said)
    what = [
        "marked before" if before else "",
        f"{raised} cell{'s' * (raised != 1)} with an error" if raised else "",
        f"its process ended in {', '.join(ended)}" if ended else "",
    ]
    return Row(
        record.student,
        marking.STUDENT_ERROR if ended else marking.GRADED,
        sum(mark.points for mark in report.marks),
        sum(mark.max_points for mark in report.marks),
        report.seconds,
        "; ".join(filter(None, what)),
        {mark.grade_id: mark.points for mark in report.marks},
        record.remarks,
    )


def fault(student, reason):
    """The line of a student who is not marked, or not in the gradebook, for this ``reason``."""
    return Row(student, FAULT, what=str(reason))


def table(rows):
    """The rows as text: names to the left, numbers to the right. What to do about a fault is said below it.

    >>> print(table([Row("ada", "graded", 12, 12, 0.31), Row("bob", FAULT, what="There is no sandbox.")]))
    student  points  of  state         seconds  what happened
    -------  ------  --  ------------  -------  -------------
    ada          12  12  graded            0.3
    bob           -   -  grader fault        -  see below
    """
    lines = [COLUMNS]
    for one in rows:
        what = "see below" if one.failed else one.what
        numbers = [_number(one.points), _number(one.of), one.state, _seconds(one.seconds)]
        lines.append([plain(one.student), *numbers, plain(what)])
    return columns(lines, {COLUMNS.index(name) for name in NUMBERS})


def columns(lines, to_the_right=()):
    """Lines of cells as text, the first one underlined; ``to_the_right``: the places of the numbers."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    lines = [lines[0], ["-" * width for width in widths], *lines[1:]]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if place in to_the_right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def whole(rows):
    """The table, and below it what is to be said or done."""
    left = sum(one.failed for one in rows)
    end = f"{len(rows) - left} of {len(rows)} are marked and in the gradebook."
    if left:
        end += f" {left} {'is' if left == 1 else 'are'} not:"
    return "\n".join(filter(None, [f"{table(rows)}\n", remarks(rows), end, faults(rows)]))


def plan(jobs):
    """What a run would do for each student, and why, as text."""
    lines = [["student", "what would be done", "why"]]
    for job in jobs:
        what = "mark" if job.why else "nothing" if job.recorded else "record"
        why = job.why or (
            "is marked, and in the gradebook" if job.recorded else "is marked, but not in the gradebook"
        )
        lines.append([plain(job.student), what, plain(why)])
    return columns(lines)


def faults(rows):
    """Who is left, grouped by what is to be done about it; "" if nobody is."""
    reasons = {}
    for one in rows:
        if one.failed:
            reasons.setdefault(one.what, []).append(one.student)
    return "\n".join(f"{', '.join(map(plain, names))}: {plain(what)}" for what, names in reasons.items())


def remarks(rows):
    """What is to be said of what was handed in, a line each; "" if nothing is."""
    return "\n".join(f"{plain(one.student)}: {plain(remark)}" for one in rows for remark in one.remarks)


def write_csv(path, rows):
    """Write the rows as a whole, with a column for each check. GraderFault if the disk refuses."""
    checks = sorted({check for one in rows for check in one.marks})
    lines = [["student", "points", "max_points", "state", "seconds", "what_happened", *checks]]
    for one in rows:
        marks = [one.marks.get(check) for check in checks]
        seconds = None if one.seconds is None else round(one.seconds, 2)
        student, what = map(spreadsheet.text, (one.student, one.what))
        lines.append([student, one.points, one.of, one.state, seconds, what, *marks])
    spreadsheet.write(path, lines)


def plain(text):
    """A text that a terminal only shows: what students wrote may hold codes that move its cursor."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def _number(value):
    return "-" if value is None else f"{value:g}"


def _seconds(value):
    return "-" if value is None else f"{value:.1f}"

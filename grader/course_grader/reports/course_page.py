"""The page on a course, which leads to those on its assignments."""

from collections import Counter

from course_grader.reports import drawings, page, predictions
from course_grader.reports.markup import element, table
from course_grader.reports.mistakes import hardest_first
from course_lib.base import naming

MOST = 10  # mistakes that are shown


def made(name, found, book, late_days, rule, when):
    """The page on a course: a list of Findings, the Ledger, and the late days of all."""
    return page.whole(
        name,
        element("p", f"All assignments, as of {page.time(when)}.", class_="small"),
        _assignments(found),
        _mistakes_of_all(found),
        _predictions(found),
        _students(found, book, late_days, rule),
    )


def _assignments(found):
    rows = []
    for one in found:
        hardest = next(iter(hardest_first(one.tasks)), None)
        rows.append(
            [
                element("a", one.assignment.name, href=f"{one.assignment.name}.html"),
                one.handed_in,
                len(one.nothing),
                len(one.late),
                one.waiting,
                "-" if one.median is None else f"{one.median:g} of {one.assignment.of:g}",
                "-" if hardest is None else f"{hardest.title} ({hardest.share:.0%})",
            ]
        )
    head = ["assignment", "handed in", "nothing", "late", "wait for you", "median", "hardest task"]
    return page.section("Assignments", table("Assignments", head, rows, {1, 2, 3, 4}))


def _mistakes_of_all(found):
    all_ = [
        (f"{says} ({one.assignment.name}, {task.title})", many, task.marked)
        for one in found
        for task in one.tasks
        for says, many in task.mistakes
    ]
    most = sorted(all_, key=lambda row: -row[1])[:MOST]
    return page.section(
        "The most frequent mistakes", page.bars(most) if most else page.sentence("None so far.")
    )


def _predictions(found):
    rows = [
        (
            f"lesson {naming.lesson_number(one.assignment.name)}",
            sum((asked.columns for asked in one.predicted), Counter()),
        )
        for one in found
        if one.predicting
    ]
    if not rows:
        return page.section("Predictions", page.sentence("Nobody has handed in predictions."))
    rows.append(("all", sum((columns for _, columns in rows), Counter())))
    beliefs = [
        (f"{says} ({one.assignment.name}, question {number})", many, asked.answered)
        for one in found
        for number, asked in enumerate(one.predicted, start=1)
        for says, many in asked.beliefs
    ]
    most = sorted(beliefs, key=lambda row: -row[1])[:MOST]
    return page.section(
        "Predictions",
        page.sentence("What those expected who chose to hand it in, for what happened."),
        drawings.calibration(rows, predictions.COLUMNS, predictions.RIGHT),
        page.sentence(predictions.ABOUT_COLUMNS, class_="small"),
        page.bars(most) if most else None,
    )


def _students(found, book, late_days, rule):
    rows = []
    for name in sorted(book.students):
        given = [one.submissions.get(name) for one in found]
        used = sum(one.grace for (_, student), one in late_days.items() if student == name)
        points = [f"{one.total:g}" if one else "-" for one in given]
        total = sum(one.total for one in given if one)
        missing = sum(name in one.nothing for one in found)
        rows.append([page.name(book, name), f"{total:g}", missing, rule.grace_days - used, *points])
    short = (naming.lesson_number(one.assignment.name) for one in found)
    head = ["student", "total", "not handed in", "grace days left", *short]
    shown = (
        table("Students", head, rows, range(1, len(head))) if rows else page.sentence("Nobody is known yet.")
    )
    return page.section("Students", page.sentence(str(rule)), shown, names=True)

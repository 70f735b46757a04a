"""A report as one HTML file that needs nothing else: to look at, to show in class and to print.

What may be shown in class stands first, and without names. All else has the class ``names``, which a switch
at the top of the page hides.
"""

from importlib import resources

from course_grader.reports import alike, drawings
from course_grader.reports.markup import Html, element, joined, table
from course_grader.reports.mistakes import hardest_first

STYLE = resources.files("course_grader.reports").joinpath("page.css").read_text(encoding="utf-8")
LONGEST = 80  # characters of a name that are shown
MOST = 5  # mistakes of a task that are shown; and twice as many of a course


def assignment(found, rule, when):
    """The page on an assignment, by its Findings, at a time in UTC."""
    due = found.assignment.due
    facts = [f"Due {_time(due)}" if due else "No due date", f"as of {_time(when)}"]
    return _page(
        found.assignment.name,
        element("p", f"{'; '.join(facts)}.", class_="small"),
        _figures(found),
        _marks(found),
        _mistakes(found),
        _tasks(found),
        _nothing(found),
        _late(found, rule),
        _alike(found),
        _changed(found),
        _everybody(found),
    )


def course(name, found, book, late_days, rule, when):
    """The page on a course: a list of Findings, the Ledger, and the late days of all."""
    return _page(
        name,
        element("p", f"All assignments, as of {_time(when)}.", class_="small"),
        _assignments(found),
        _mistakes_of_all(found),
        _students(found, book, late_days, rule),
    )


def _page(title, *parts):
    switch = [
        element("input", type="checkbox", id="switch", class_="switch"),
        element("label", "Without names, to show it in class", for_="switch"),
    ]
    head = [
        Html('<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'),
        element("title", title),
        element("style", Html(STYLE)),
    ]
    body = element(
        "body",
        element("a", "To the report", href="#report", class_="skip"),
        *switch,
        element("main", element("h1", title), *parts, id="report", tabindex="-1"),
    )
    return f"<!DOCTYPE html>\n{element('html', element('head', *head), body, lang='en')}\n"


def _section(title, *parts, names=False):
    return element("section", element("h2", title), *parts, class_="names" if names else None)


def _sentence(words, **attributes):
    return element("p", words, **attributes)


# An assignment


def _figures(found):
    known = found.handed_in + len(found.nothing)
    median = "-" if found.median is None else f"{found.median:g} of {found.assignment.of:g}"
    numbers = [
        (f"{found.handed_in} of {known}", "have handed in"),
        (median, "points are the median"),
        (len(found.late), "handed in late"),
        (found.waiting, "wait for your marks"),
    ]
    tiles = (element("li", element("strong", number), says) for number, says in numbers)
    return element("ul", *tiles, class_="figures")


def _marks(found):
    if not found.points:
        return _section("Marks", _sentence("Nobody is marked yet."))
    drawn = drawings.histogram(found.points, found.assignment.of, found.median)
    says = "How many have how many points. Late work is taken off."
    if found.waiting:
        says += f" In {found.waiting} of them something is still to be marked by hand, and not in here."
    return _section("Marks", drawn, _sentence(says, class_="small"))


def _mistakes(found):
    parts = [_mistakes_of(task) for task in found.tasks if task.mistakes or task.other]
    if found.unrecorded:
        what = (
            f"{found.unrecorded} were marked without course_grader mark, and their mistakes are not counted."
        )
        parts.append(_sentence(what, class_="warn"))
    return _section("The most frequent mistakes", *(parts or [_sentence("None so far.")]))


def _mistakes_of(task):
    bars = _bars((says, many, task.marked) for says, many in task.mistakes[:MOST])
    rest = task.other + sum(many for _, many in task.mistakes[MOST:])
    more = f"{rest} more went wrong in other ways." if rest else None
    return joined([element("h3", task.title), bars, more and _sentence(more, class_="small")])


def _bars(rows):
    cells = []
    for says, many, of in rows:
        cells.append(element("div", element("strong", f"{many} of {of}: "), says))
        cells.append(drawings.bar(many / of if of else 0.0, f"{many} of {of}"))
    return element("div", *cells, class_="bars")


def _tasks(found):
    ready = hardest_first(found.tasks)
    cells = []
    for task in ready:
        share = f"{task.share:.0%}"
        how = f" of {task.of:g} points; {task.full} of {task.marked} have all, {task.none} none"
        cells.append(element("div", element("strong", f"{task.title}: {share}"), how))
        cells.append(drawings.bar(task.share, f"{share} of the points"))
    bars = element("div", *cells, class_="bars") if cells else _sentence("Nobody is marked yet.")
    waits = [
        _sentence(f"{task.title}: {task.waiting} wait for your marks.")
        for task in found.tasks
        if task not in ready and task.waiting
    ]
    return _section("The tasks, the hardest first", bars, *waits)


def _nothing(found):
    parts = [
        _sentence("; ".join(_named(found.book, found.nothing)) or "Everybody who is known has handed in.")
    ]
    if found.unmarked:
        names = "; ".join(_named(found.book, found.unmarked))
        parts.append(_sentence(f"Handed in and not marked yet: {names}.", class_="warn"))
    return _section("Nothing handed in", *parts, names=True)


def _late(found, rule):
    head = ["student", "handed in (UTC)", "days late", "grace days", "points off"]
    rows = [
        [
            _name(found.book, name),
            f"{found.book.of(found.assignment.name)[name].handed_in:%Y-%m-%d %H:%M}",
            one.days,
            one.grace,
            f"{one.penalty:g}",
        ]
        for name, one in sorted(found.late.items())
    ]
    shown = table("Late", head, rows, {2, 3, 4}) if rows else _sentence(_nobody_late(found))
    return _section("Late", _sentence(str(rule)), shown, names=True)


def _nobody_late(found):
    return "Nobody is." if found.assignment.due else "There is no due date, so nobody is."


def _alike(found):
    what = (
        "A hint, and no proof of anything: their answers have the same statements, apart from names, "
        f"comments and what was given. Answers of fewer than {alike.SHORTEST} statements are left out, and "
        f"so is what more than one in {alike.USUAL} have written."
    )
    rows = [
        [
            "; ".join(_named(found.book, group.students)),
            ", ".join(group.cells),
            group.statements,
            "the same" if group.names else "others",
        ]
        for group in found.alike
    ]
    head = ["students", "answers", "statements", "names in them"]
    parts = [table("Alike", head, rows, {2}) if rows else _sentence("None.")]
    if found.unread:
        parts.append(
            _sentence(f"Could not be read: {'; '.join(_named(found.book, found.unread))}.", class_="warn")
        )
    return _section("Answers that are alike", _sentence(what), *parts, names=True)


def _changed(found):
    rows = [
        [
            _name(found.book, one.student),
            one.grade.cell,
            "-" if one.grade.auto is None else f"{one.grade.auto:g}",
            f"{one.grade.points:g}",
            "marked again since: look once more" if one.grade.waits else "",
        ]
        for one in found.changed
    ]
    what = "What you change by hand counts, and is kept when somebody is marked again."
    head = ["student", "check", "it gave", "you gave", ""]
    shown = table("Changed by hand", head, rows, {2, 3}) if rows else _sentence("Nothing.")
    return _section("Changed by hand", _sentence(what), shown, names=True)


def _everybody(found):
    cells = [task.cell for task in found.tasks]
    rows = []
    for name, one in sorted(found.submissions.items()):
        points = {grade.cell: f"{grade.points:g}" for grade in one.cells if grade.marked}
        waits = "waits for you" if one.waits else ""
        each = [points.get(cell, "-") for cell in cells]
        rows.append([_name(found.book, name), f"{one.total:g}", _off(one), *each, waits])
    head = ["student", "total", "late", *(cell.removeprefix("check-") for cell in cells), ""]
    shown = (
        table("Everybody", head, rows, range(1, 3 + len(cells)))
        if rows
        else _sentence("Nobody is marked yet.")
    )
    return _section("Everybody", shown, names=True)


def _off(submission):
    return f"-{submission.penalty:g}" if submission.penalty else ""


# A course


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
    return _section("Assignments", table("Assignments", head, rows, {1, 2, 3, 4}))


def _mistakes_of_all(found):
    all_ = [
        (f"{says} ({one.assignment.name}, {task.title})", many, task.marked)
        for one in found
        for task in one.tasks
        for says, many in task.mistakes
    ]
    most = sorted(all_, key=lambda row: -row[1])[: 2 * MOST]
    return _section("The most frequent mistakes", _bars(most) if most else _sentence("None so far."))


def _students(found, book, late_days, rule):
    rows = []
    for name in sorted(book.students):
        given = [one.submissions.get(name) for one in found]
        used = sum(one.grace for (_, student), one in late_days.items() if student == name)
        points = [f"{one.total:g}" if one else "-" for one in given]
        total = sum(one.total for one in given if one)
        missing = sum(name in one.nothing for one in found)
        rows.append([_name(book, name), f"{total:g}", missing, rule.grace_days - used, *points])
    head = [
        "student",
        "counts",
        "not handed in",
        "grace days left",
        *(one.assignment.name[:2] for one in found),
    ]
    shown = table("Students", head, rows, range(1, len(head))) if rows else _sentence("Nobody is known yet.")
    return _section("Students", _sentence(str(rule)), shown, names=True)


def _name(book, student):
    """As the gradebook has it, with the folder's name where the two differ; bounded: students choose it."""
    in_words = book.students[student].in_words if student in book.students else student
    shown = student if in_words == student else f"{in_words} ({student})"
    return shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}..."


def _named(book, students):
    return [_name(book, student) for student in students]


def _time(moment):
    return f"{moment.day} {moment:%B %Y, %H:%M} UTC" if moment else "-"

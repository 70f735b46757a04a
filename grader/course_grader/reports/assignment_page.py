"""The page on an assignment."""

from course_grader.reports import alike, drawings, page, predictions
from course_grader.reports.markup import element, joined, table
from course_grader.reports.mistakes import hardest_first

MOST = 5  # mistakes of a task that are shown


def made(found, rule, when):
    """The page on an assignment, by its Findings, at a time in UTC."""
    due = found.assignment.due
    facts = [f"Due {page.time(due)}" if due else "No due date", f"as of {page.time(when)}"]
    return page.whole(
        found.assignment.name,
        element("p", f"{'; '.join(facts)}.", class_="small"),
        _figures(found),
        _marks(found),
        _mistakes(found),
        _tasks(found),
        _predictions(found),
        _nothing(found),
        _late(found, rule),
        _alike(found),
        _changed(found),
        _everybody(found),
    )


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
        return page.section("Marks", page.sentence("Nobody is marked yet."))
    drawn = drawings.histogram(found.points, found.assignment.of, found.median)
    says = "How many have how many points. Late work is taken off."
    if found.waiting:
        says += f" In {found.waiting} of them something is still to be marked by hand, and not in here."
    return page.section("Marks", drawn, page.sentence(says, class_="small"))


def _mistakes(found):
    parts = [_mistakes_of(task) for task in found.tasks if task.mistakes or task.other]
    if found.unrecorded:
        what = f"Marked without course_grader mark: {found.unrecorded}. Their mistakes are not counted."
        parts.append(page.sentence(what, class_="warn"))
    return page.section("The most frequent mistakes", *(parts or [page.sentence("None so far.")]))


def _mistakes_of(task):
    bars = page.bars((says, many, task.marked) for says, many in task.mistakes[:MOST])
    rest = task.other + sum(many for _, many in task.mistakes[MOST:])
    more = f"{rest} more went wrong in other ways." if rest else None
    return joined([element("h3", task.title), bars, more and page.sentence(more, class_="small")])


def _tasks(found):
    ready = hardest_first(found.tasks)
    cells = []
    for task in ready:
        share = f"{task.share:.0%}"
        how = f" of {task.of:g} points; {task.full} of {task.marked} have all, {task.none} none"
        cells.append(element("div", element("strong", f"{task.title}: {share}"), how))
        cells.append(drawings.bar(task.share, f"{share} of the points"))
    bars = element("div", *cells, class_="bars") if cells else page.sentence("Nobody is marked yet.")
    waits = [
        page.sentence(f"{task.title}: {task.waiting} wait for your marks.")
        for task in found.tasks
        if task not in ready and task.waiting
    ]
    return page.section("The tasks, the hardest first", bars, *waits)


def _predictions(found):
    if not found.predicting:
        return page.section("Predictions", page.sentence("Nobody has handed in predictions."))
    says = (
        f"{found.predicting} of {found.handed_in} chose to hand in what they predicted before they saw the "
        "lesson's figure. No points depend on it."
    )
    rows = [(f"question {number}", one.columns) for number, one in enumerate(found.predicted, start=1)]
    about = page.sentence(predictions.ABOUT_COLUMNS, class_="small")
    asked = (_question(number, one) for number, one in enumerate(found.predicted, start=1))
    return page.section(
        "Predictions",
        page.sentence(says),
        drawings.calibration(rows, predictions.COLUMNS, predictions.RIGHT),
        about,
        *asked,
    )


def _question(number, one):
    skipped = f"; {one.skipped} skipped it" if one.skipped else ""
    right = one.columns[predictions.RIGHT]
    beliefs = page.bars((says, many, one.answered) for says, many in one.beliefs[:MOST])
    return joined(
        [
            element("h3", f"{number}. {one.asked}"),
            page.sentence(f"Right is {one.right}: {right} of {one.answered} said so{skipped}."),
            beliefs if one.beliefs else None,
        ]
    )


def _nothing(found):
    parts = [page.sentence(page.named(found.book, found.nothing) or "Everybody who is known has handed in.")]
    if found.unmarked:
        names = page.named(found.book, found.unmarked)
        parts.append(page.sentence(f"Handed in and not marked yet: {names}.", class_="warn"))
    return page.section("Nothing handed in", *parts, names=True)


def _late(found, rule):
    head = ["student", "handed in (UTC)", "days late", "grace days", "points off"]
    rows = [
        [
            page.name(found.book, name),
            f"{found.book.of(found.assignment.name)[name].handed_in:%Y-%m-%d %H:%M}",
            one.days,
            one.grace,
            f"{one.penalty:g}",
        ]
        for name, one in sorted(found.late.items())
    ]
    shown = table("Late", head, rows, {2, 3, 4}) if rows else page.sentence(_nobody_late(found))
    return page.section("Late", page.sentence(str(rule)), shown, names=True)


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
            page.named(found.book, group.students),
            ", ".join(group.cells),
            group.statements,
            "the same" if group.names else "others",
        ]
        for group in found.alike
    ]
    head = ["students", "answers", "statements", "names in them"]
    parts = [table("Alike", head, rows, {2}) if rows else page.sentence("None.")]
    if found.unread:
        parts.append(
            page.sentence(f"Could not be read: {page.named(found.book, found.unread)}.", class_="warn")
        )
    return page.section("Answers that are alike", page.sentence(what), *parts, names=True)


def _changed(found):
    rows = [
        [
            page.name(found.book, one.student),
            one.grade.cell,
            "-" if one.grade.auto is None else f"{one.grade.auto:g}",
            f"{one.grade.points:g}",
            "marked again since: look once more" if one.grade.waits else "",
        ]
        for one in found.changed
    ]
    what = "What you change by hand counts, and is kept when somebody is marked again."
    head = ["student", "check", "it gave", "you gave", ""]
    shown = table("Changed by hand", head, rows, {2, 3}) if rows else page.sentence("Nothing.")
    return page.section("Changed by hand", page.sentence(what), shown, names=True)


def _everybody(found):
    cells = [task.cell for task in found.tasks]
    rows = []
    for name, one in sorted(found.submissions.items()):
        points = {grade.cell: f"{grade.points:g}" for grade in one.cells if grade.marked}
        waits = "waits for you" if one.waits else ""
        each = [points.get(cell, "-") for cell in cells]
        rows.append([page.name(found.book, name), f"{one.total:g}", _off(one), *each, waits])
    head = ["student", "total", "late", *(cell.removeprefix("check-") for cell in cells), ""]
    shown = (
        table("Everybody", head, rows, range(1, 3 + len(cells)))
        if rows
        else page.sentence("Nobody is marked yet.")
    )
    return page.section("Everybody", shown, names=True)


def _off(submission):
    return f"-{submission.penalty:g}" if submission.penalty else ""

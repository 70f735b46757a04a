"""How a class did in each task: who solved it, and which mistakes were made how often."""

import re
from collections import Counter
from dataclasses import dataclass

from course_grader import marking

HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Task:
    """A graded cell of an assignment, as a class did it.

    ``title``: the heading above it. ``check``: is it marked by a check, or by hand? ``marked``: how many are;
    ``waiting``: how many wait for a teacher; ``full``, ``none``: how many have all the points, and none.
    ``share``: of the points, on average; None while nobody is marked. ``mistakes``: (sentence, how many), the
    most frequent one first. ``other``: how many went wrong in a way that the check has no sentence for.
    """

    cell: str
    title: str
    check: bool
    of: float
    marked: int
    waiting: int
    full: int
    none: int
    share: float | None
    mistakes: tuple[tuple[str, int], ...] = ()
    other: int = 0


def tasks(release, submissions, records):
    """A Task for each graded cell of a ``release``, in its order.

    ``submissions``, ``records``: by student. The points are the gradebook's, the mistakes those that a batch
    has noted.
    """
    found, title = [], ""
    for cell in release.cells:
        about = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "markdown" and not about and (heading := HEADING.search(cell.source)):
            title = heading[1].strip()
        if about.get("grade"):
            found.append(_task(about["grade_id"], title, marking.is_check(cell), submissions, records))
    return found


def hardest_first(tasks):
    """Those that can be compared, by their share of the points: prose only when all of it is marked."""
    ready = (task for task in tasks if task.share is not None and (task.check or not task.waiting))
    return sorted(ready, key=lambda task: task.share)


def _task(name, title, check, submissions, records):
    given = [grade for one in submissions.values() for grade in one.cells if grade.cell == name]
    grades = [grade for grade in given if grade.marked]
    waiting = sum(grade.waits for grade in given)
    of = max((grade.of for grade in grades), default=0.0)
    full = sum(grade.points >= grade.of for grade in grades)
    share = sum(grade.points for grade in grades) / (of * len(grades)) if of and grades else None
    said = [
        mark.mistake
        for record in records.values()
        for mark in record.report.marks
        if mark.grade_id == name and mark.points < mark.max_points
    ]
    counted = Counter(filter(None, said)).most_common()
    none = sum(not grade.points for grade in grades)
    return Task(
        name, title, check, of, len(grades), waiting, full, none, share, tuple(counted), said.count("")
    )

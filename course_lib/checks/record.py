"""What of the course is done: the points of the checked tasks, and the goals found in figures.

Of all that a learner had for a task (``base.events`` keeps it) the best result counts.
"""

from pathlib import Path

from course_lib.base import events
from course_lib.checks import tasks, words

CHECKED = "checked"
BLOCKS = 12  # the length of a bar

_looked_at: set[Path] = set()  # the files whose damage this kernel has told


def read():
    """Task -> the most points that it ever had. What cannot be read is said, and the rest counts."""
    known, fault = _known()
    if fault:
        print(fault)
    best = {}
    for points in map(_points, known):
        for name, earned in (points or {}).items():
            best[name] = max(float(earned), best.get(name, 0.0))
    return best


def goals():
    """The names of the figures whose goal was found by hand, in their order."""
    return sorted({value["figure"] for value in _known()[0] if events.is_goal(value)})


def add(name, points):
    """Remember the points of a task. What cannot be written is known to this kernel, and written later.

    Returns what the learner should know: that it could not be written, or once that the file is damaged.
    """
    try:
        events.add(CHECKED, task=name, points=points)
    except OSError as error:
        return f"Your progress cannot be kept: {error}. The check itself counts; this kernel still knows it."
    if events.file() in _looked_at:
        return ""
    _looked_at.add(events.file())
    return _known()[1]


def _known():
    """All events, and a sentence, if a part of them is damaged or cannot be read."""
    known, fault = [], ""
    try:
        known.extend(events.written())
        if None in map(_points, known):
            fault = (
                f"A part of the file with your progress is damaged; all the rest of {events.file()} counts."
            )
    except OSError as error:
        fault = f"The file with your progress cannot be read: {error}."
    return [*known, *events.unkept], fault


def _points(value):
    """Task -> points of one value; an earlier version wrote all tasks as one. None, if it is neither."""
    match value:
        case {"event": "checked", "task": str(task), "points": int() | float() as points} if points >= 0:
            return {task: points}
        case {"event": str(kind)} if kind != CHECKED:
            return {}  # another thing, or a later version knows it
        case dict() if all(isinstance(points, int | float) and points >= 0 for points in value.values()):
            return value
    return None


class Progress:
    """Points in each lesson's exercise, as a table; in a notebook with bars."""

    def __init__(self, known, goals):
        self.goals = f"Goals found by hand in the figures: {len(goals)} ({', '.join(goals)})" if goals else ""
        self.rows = [
            (
                lesson,
                sum(min(known.get(task.name, 0), task.points) for task in listed),
                sum(task.points for task in listed),
                sum(known.get(task.name, 0) >= task.points for task in listed),
                len(listed),
            )
            for lesson, listed in tasks.BY_LESSON.items()
        ]

    def __repr__(self):
        lessons = [
            f"{lesson:26}{_bar(earned / possible)}  {words.points(earned, possible)}, {done} of {count} tasks"
            for lesson, earned, possible, done, count in self.rows
        ]
        return "\n".join([*lessons, *filter(None, [self.goals])])

    def _repr_html_(self):
        rows = "".join(
            f"<tr><th scope='row'>{lesson}</th>"
            f"<td><progress value='{earned}' max='{possible}' aria-label='{lesson}'></progress></td>"
            f"<td>{words.points(earned, possible)}</td><td>{done} of {count} tasks</td></tr>"
            for lesson, earned, possible, done, count in self.rows
        )
        return (
            f"<table><caption>Your progress in the checked tasks</caption>{rows}</table><p>{self.goals}</p>"
        )


def progress():
    """What is done: points and finished tasks of each lesson's exercise, and the goals found in the figures.

    Your best result of each task is kept in a file of your own, so it is still there tomorrow.
    """
    return Progress(read(), goals())


def _bar(share):
    full = round(BLOCKS * share)
    return "█" * full + "·" * (BLOCKS - full)

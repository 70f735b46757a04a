"""What of the exercises is done: the points of the checked tasks; and the goals found in figures.

Of all that a learner had for a task (``base.events`` keeps it) the best result counts.
"""

from pathlib import Path

from course_lib.base import events

CHECKED = "checked"

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

"""Whether the model answers and solutions of a lesson may be read here: a class waits for its teacher."""

import os
from datetime import date
from pathlib import Path

from course_lib.base import events

CLOSED = "closed_until"  # a file that a teacher lays beside an exercise
CLASS = "COURSE_OPENED"  # in a class this variable names the teacher's file with the lessons that are open


def closed(lesson, folder="."):
    """Why those of a lesson stay closed for whoever works in this folder; "" if they are open.

    A teacher's file there holds the day from which they are open, such as 2026-11-27; or anything else: then
    they are open when the file is gone. Where there is none, a class has those of the lessons in the
    teacher's list, a name a line; and who learns alone has all of them.
    """
    beside, listed = Path(folder, CLOSED), os.environ.get(CLASS)
    if beside.exists():
        return _closed_by(beside)
    if listed and lesson not in _lines(Path(listed)):
        return "Your teacher has not opened the answers of this exercise yet."
    return ""


def _closed_by(file):
    try:
        day = date.fromisoformat(file.read_text(encoding="utf-8").strip())
    except (OSError, ValueError):
        return "Your teacher keeps the answers closed for now."
    return "" if events.now().date() >= day else f"Your teacher opens the answers on {day}."


def _lines(file):
    """Those of the teacher's list; none while there is no such file."""
    try:
        return [line.strip() for line in file.read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError):
        return []

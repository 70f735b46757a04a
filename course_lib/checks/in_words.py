"""The tasks that are answered in words, their model answers, and whether these may be read here.

``in_words.json`` is made from the solutions by tools/build_exercises.py.
"""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from course_lib.base import events, validation

FILE = Path(__file__).with_suffix(".json")
CLOSED = "closed_until"  # a file that a teacher lays beside an exercise
WRITTEN = "written"  # the event


@dataclass(frozen=True)
class InWords:
    """``name``: of its cell. ``points``: at most. ``answer``: the model. ``marking``: the scheme."""

    name: str
    points: float
    answer: str
    marking: str


BY_LESSON = {lesson: InWords(**parts) for lesson, parts in json.loads(FILE.read_text("utf-8")).items()}


def of(lesson):
    """The words task of a lesson's exercise; ValueError for one that has none."""
    return validation.one_of("lesson", lesson, BY_LESSON)


def closed(folder="."):
    """Why the model answer stays closed in this folder; "" if it is open.

    A teacher's file there holds the day from which it is open, such as 2026-11-27; or anything else: then it
    is open when the file is gone.
    """
    path = Path(folder, CLOSED)
    if not path.exists():
        return ""
    try:
        day = date.fromisoformat(path.read_text(encoding="utf-8").strip())
    except (OSError, ValueError):
        return "Your teacher keeps the model answer closed for now."
    return "" if events.now().date() >= day else f"Your teacher opens the model answer on {day}."


def written(task):
    """What the learner wrote last, "" if nothing."""
    texts = [
        value["text"]
        for value in events.known()
        if isinstance(value, dict) and value.get("event") == WRITTEN and value.get("task") == task.name
        if isinstance(value.get("text"), str)
    ]
    return texts[-1] if texts else ""

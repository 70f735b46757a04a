"""The tasks that are answered in words, and their model answers.

``in_words.json`` is made from the solutions by tools/build_exercises.py.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from course_lib.base import events, validation

FILE = Path(__file__).with_suffix(".json")
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


def written(task):
    """What the learner wrote last, "" if nothing."""
    texts = [
        event["text"]
        for event in events.of(WRITTEN)
        if event.get("task") == task.name and isinstance(event.get("text"), str)
    ]
    return texts[-1] if texts else ""

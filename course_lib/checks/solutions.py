"""One way to solve each task of the exercises, and why.

``solutions.json`` is made from the solutions by tools/build_exercises.py.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from course_lib.base import events
from course_lib.checks import opening, record, rounds, tasks

FILE = Path(__file__).with_suffix(".json")
OPENED = "opened"  # the event: before the task was solved


@dataclass(frozen=True)
class Solution:
    """``code``: a function that has all the points. ``why``: it is right."""

    code: str
    why: str


BY_TASK = {name: Solution(**parts) for name, parts in json.loads(FILE.read_text("utf-8")).items()}


def told(task):
    """The solution of a task, or what keeps it closed. What was opened too early is remembered."""
    points = record.read()
    if task.name not in points:
        return f'Try it first: check("{task.name}", {task.name}). Then its solution can be opened.'
    if closed := opening.closed(tasks.lesson_of(task)):
        return closed
    solved = rounds.is_done(task, points)
    fault = "" if solved or task.name in opened() else events.keep(OPENED, task=task.name)
    solution = BY_TASK[task.name]
    return "\n\n".join(filter(None, [f"One way to solve it:\n\n{solution.code}", solution.why, fault]))


def opened():
    """The names of the tasks whose solutions were opened before they were solved, in the course's order."""
    found = {event["task"] for event in events.of(OPENED) if isinstance(event.get("task"), str)}
    return [name for name in BY_TASK if name in found]

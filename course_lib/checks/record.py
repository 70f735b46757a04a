"""What was done so far, in a small file in the user's data folder. It outlives the kernel.

The file only grows: a check adds a line, and of a task's lines the best one counts. So two notebooks may
write at once, and whatever ends one of them in the middle of a line harms no other line.
"""

import errno
import json
import os
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from jupyter_core.paths import jupyter_data_dir

from course_lib.checks import tasks, words

ELSEWHERE = "COURSE_PROGRESS"  # this environment variable names another file
CHECKED = "checked"
BLOCKS = 12  # the length of a bar

_unkept: list[dict] = []  # what this kernel could not write so far
_looked_at: set[Path] = set()  # the files whose damage this kernel has told


def file():
    """Where it is kept. OSError, if this user has no folder for it."""
    if elsewhere := os.environ.get(ELSEWHERE):
        return Path(elsewhere)
    try:
        return Path(jupyter_data_dir()) / "losses-and-optimizers" / "progress.jsonl"
    except RuntimeError:
        raise OSError(f"there is no home folder; {ELSEWHERE} may name a file for it") from None


def read():
    """Task -> the most points that it ever had. What cannot be read is said, and the rest counts."""
    written, fault = _written()
    if fault:
        print(fault)
    best = {}
    for points in [*written, *map(_points, _unkept)]:
        for name, earned in (points or {}).items():
            best[name] = max(float(earned), best.get(name, 0.0))
    return best


def add(name, points):
    """Remember the points of a task. What cannot be written is known to this kernel, and written later.

    Returns what the learner should know: that it could not be written, or once that the file is damaged.
    """
    now = datetime.now(UTC).isoformat(timespec="seconds")
    _unkept.append({"event": CHECKED, "task": name, "points": points, "time": now})
    try:
        _append("".join(f"\n{json.dumps(event)}" for event in _unkept).encode())
    except OSError as error:
        return f"Your progress cannot be kept: {error}. The check itself counts; this kernel still knows it."
    _unkept.clear()
    if file() in _looked_at:
        return ""
    _looked_at.add(file())
    return _written()[1]


def _append(lines):
    file().parent.mkdir(parents=True, exist_ok=True)
    with file().open("ab", buffering=0) as log, _alone(log):
        if log.write(lines) < len(lines):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(file()))


@contextmanager
def _alone(log):
    """On Windows two lines that are added at once would cover each other; elsewhere the system sees to it."""
    if sys.platform != "win32":
        yield
        return
    import msvcrt

    log.seek(2**30)  # a byte that nobody reads
    msvcrt.locking(log.fileno(), msvcrt.LK_LOCK, 1)
    try:
        yield
    finally:
        log.seek(2**30)
        msvcrt.locking(log.fileno(), msvcrt.LK_UNLCK, 1)


def _written():
    """What is in the file, and in that of an earlier version beside it: task -> points, again and again.

    And a sentence, if a part of it is damaged or cannot be read.
    """
    found, fault = [], ""
    try:
        for path in {file(), file().with_suffix(".json")}:
            if path.exists():
                values = list(map(_points, _values(path.read_text(encoding="utf-8", errors="replace"))))
                if None in values:
                    fault = (
                        f"A part of the file with your progress is damaged; all the rest of {path} counts."
                    )
                found += values
    except OSError as error:
        fault = f"The file with your progress cannot be read: {error}."
    return found, fault


def _values(text):
    """The JSON values in a text, one after another; None for a line that is none."""
    text = text.lstrip()
    while text:
        try:
            value, end = json.JSONDecoder().raw_decode(text)
        except (ValueError, RecursionError):
            value, end = None, len(text.partition("\n")[0])
        yield value
        text = text[end:].lstrip()


def _points(value):
    """Task -> points of one value; an earlier version wrote all tasks as one. None, if it is neither."""
    match value:
        case {"event": "checked", "task": str(task), "points": int() | float() as points} if points >= 0:
            return {task: points}
        case {"event": str(kind)} if kind != CHECKED:
            return {}  # a later version knows it
        case dict() if all(isinstance(points, int | float) and points >= 0 for points in value.values()):
            return value
    return None


class Progress:
    """Points in each lesson's exercise, as a table; in a notebook with bars."""

    def __init__(self, known):
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
        return "\n".join(
            f"{lesson:26}{_bar(earned / possible)}  {words.points(earned, possible)}, {done} of {count} tasks"
            for lesson, earned, possible, done, count in self.rows
        )

    def _repr_html_(self):
        rows = "".join(
            f"<tr><th scope='row'>{lesson}</th>"
            f"<td><progress value='{earned}' max='{possible}' aria-label='{lesson}'></progress></td>"
            f"<td>{words.points(earned, possible)}</td><td>{done} of {count} tasks</td></tr>"
            for lesson, earned, possible, done, count in self.rows
        )
        return f"<table><caption>Your progress in the checked tasks</caption>{rows}</table>"


def progress():
    """What is done: points and finished tasks of each lesson's exercise.

    Your best result of each task is kept in a file of your own, so it is still there tomorrow.
    """
    return Progress(read())


def _bar(share):
    full = round(BLOCKS * share)
    return "█" * full + "·" * (BLOCKS - full)

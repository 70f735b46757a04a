"""What the learner did, in a small file in the user's data folder. It outlives the kernel.

The file only grows: each event adds a line. So two notebooks may write at once, and whatever ends one of them
in the middle of a line harms no other line.
"""

import errno
import json
import os
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from jupyter_core.paths import jupyter_data_dir

ELSEWHERE = "COURSE_PROGRESS"  # this environment variable names another file
FOUND = "found"  # the goal of a figure, by hand

unkept: list[dict] = []  # what this kernel could not write so far


def now():
    """The time of an event; every day that is counted is a day of this clock, which tests replace."""
    return datetime.now(UTC)


def file():
    """Where they are kept. OSError, if this user has no folder for it."""
    if elsewhere := os.environ.get(ELSEWHERE):
        return Path(elsewhere)
    try:
        return Path(jupyter_data_dir()) / "losses-and-optimizers" / "progress.jsonl"
    except RuntimeError:
        raise OSError(f"there is no home folder; {ELSEWHERE} may name a file for it") from None


def add(kind, **details):
    """Remember an event. OSError, if it cannot be written; it stays in ``unkept``, and is written later."""
    unkept.append({"event": kind, **details, "time": now().isoformat(timespec="seconds")})
    _append("".join(f"\n{json.dumps(event)}" for event in unkept).encode())
    unkept.clear()


def keep(kind, what="This", **details):
    """``add``; returns what the learner should know, if it cannot be written: ``what`` it is that is not."""
    try:
        add(kind, **details)
    except OSError as error:
        return f"{what} cannot be kept: {error}. It counts until the kernel ends."
    return ""


def written():
    """Everything in the file, and in that of an earlier version beside it; None for a damaged part."""
    for path in {file(), file().with_suffix(".json")}:
        if path.exists():
            yield from _values(path.read_text(encoding="utf-8", errors="replace"))


def known():
    """All that was written, as far as it can be read, and what this kernel could not write; None as above."""
    try:
        return [*written(), *unkept]
    except OSError:  # `progress` says so
        return [*unkept]


def of(kind):
    """The events of one kind among those that are known."""
    return [value for value in known() if isinstance(value, dict) and value.get("event") == kind]


def goals_found():
    """The names of the figures whose goal was found. OSError, if the file cannot be read."""
    return {value["figure"] for value in [*written(), *unkept] if is_goal(value)}


def is_goal(value):
    """Is it such an event?"""
    match value:
        case {"event": str(kind), "figure": str()}:
            return kind == FOUND
    return False


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

"""The record as a whole: copied for the learner, or begun anew. None of it leaves the machine by itself."""

import itertools
import json
from pathlib import Path

from course_lib.base import events, whole_file


def export(path):
    """Write every event into a file, one JSON object a line; returns how many.

    ValueError, if there is a file already; OSError, where the record cannot be read or the file written.
    """
    path = Path(path)
    if path.exists():
        raise ValueError(f"{path} is there already: give another name")
    kept = [value for value in [*events.written(), *events.unkept] if value is not None]
    with whole_file.replacing(path) as file:
        file.writelines(f"{json.dumps(value)}\n".encode() for value in kept)
    return len(kept)


def reset():
    """Begin anew; returns where what there was is kept now: rename it, and it is back. OSError as above."""
    kept = []
    for path in dict.fromkeys([events.file(), events.file().with_suffix(".json")]):
        if path.exists():
            kept.append(_free(path))
            path.rename(kept[-1])
    events.unkept.clear()
    return kept


def _free(path):
    """A name beside it that is free: "progress.before-reset-1.jsonl"."""
    names = (path.with_name(f"{path.stem}.before-reset-{n}{path.suffix}") for n in itertools.count(1))
    return next(name for name in names if not name.exists())

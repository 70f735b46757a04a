"""When a submission came: by the clock of the file system, and not by what a student's file says.

The system keeps for each file when it was last changed (its ctime), and nobody can set that back. The last of
them is when what was handed in was as it is. To copy and to mark it changes that; so what was found first is
kept by content, in ``grading/received/STUDENT/ASSIGNMENT.json``. A teacher who knows better may write another
time there.
"""

import json
from datetime import UTC, datetime
from pathlib import Path

from course_grader.faults import GraderFault
from course_lib.base import whole_file


def utc(seconds):
    """Seconds since 1970 as nbgrader writes a time.

    >>> utc(1769853600.5)
    '2026-01-31 10:00:00.500000 UTC'
    """
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S.%f UTC")


def found(folder, content):
    """The time that is kept of a ``content`` of a student's ``folder``; "" if there is none."""
    return _read(_file(folder)).get(content, "")


def keep(folder, when, *contents):
    """Keep when these contents came, but for those of which it is known. GraderFault if it cannot be kept."""
    file = _file(folder)
    known = _read(file)
    more = known | {content: when for content in contents if content not in known}
    if more != known:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            with whole_file.replacing(file) as kept:
                kept.write(json.dumps(more, indent=1).encode())
        except OSError as error:
            raise GraderFault(f"{file} cannot be written: {error.strerror}. See to that.") from None


def _file(folder):
    """Of ``submitted/STUDENT/ASSIGNMENT``: beside ``submitted``, where no student's file can be."""
    folder = Path(folder)
    return folder.parents[1].with_name("received") / folder.parent.name / f"{folder.name}.json"


def _read(file):
    try:
        known = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise GraderFault(
            f"{file} cannot be read ({error}). Put it right, or restore it from a copy."
        ) from None
    if not isinstance(known, dict) or not all(isinstance(when, str) for when in known.values()):
        raise GraderFault(
            f"{file} is damaged: contents with their times are expected. Restore it from a copy."
        )
    return known

"""Hidden cases of each student's own: their seeds come from a key that only the teacher has.

The same attempt is marked with the same cases each time. A new attempt has new ones, and nobody can work out
anybody's without the key.
"""

import hmac
import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from course_grader.faults import GraderFault

LENGTH = 32  # bytes


@dataclass(frozen=True)
class Seeds:
    """``seeds(task)``: the seed of a task's hidden cases, for one attempt of one student.

    It may go to another process or machine: the course's key is not in it.
    """

    key: bytes = field(repr=False)

    def __call__(self, task):
        return int.from_bytes(hmac.digest(self.key, task.encode(), "sha256")[:16], "big")


def seeds(key, assignment, student, attempt):
    """The seeds of one attempt, from the course's ``key``.

    >>> mine, yours = (seeds(b"secret", "01_learning_rate", name, "1st") for name in ("ada", "bob"))
    >>> mine("sgd_step") == mine("sgd_step"), mine("sgd_step") == yours("sgd_step")
    (True, False)
    """
    whose = json.dumps([assignment, student, attempt])  # as a list: no two can be mistaken for one another
    return Seeds(hmac.digest(key, whose.encode(), "sha256"))


def key(path):
    """The secret key that a file holds; the first call makes it, readable by its owner only.

    GraderFault if the file cannot be read or made, or holds something else.
    """
    path = Path(path)
    try:
        if not path.exists():
            _make(path)
        found = path.read_bytes()
    except OSError as error:
        raise GraderFault(f"The course's key {path} cannot be used: {error.strerror}. See to that.") from None
    if len(found) != LENGTH:
        what = f"The course's key {path} is damaged: it has {len(found)} bytes, not {LENGTH}."
        raise GraderFault(f"{what} Restore it from a copy, or delete it: then hidden cases are drawn anew.")
    return found


def _make(path):
    """Whole or not at all, and never in place of one that another process has just made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{uuid4().hex}.part")
    try:
        with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(LENGTH))
            file.flush()
            os.fsync(file.fileno())
        os.link(partial, path)
    except FileExistsError:
        pass  # theirs is as good
    finally:
        partial.unlink(missing_ok=True)

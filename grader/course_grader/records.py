"""Marks on disk: ``grading/marks/ASSIGNMENT/STUDENT.json``, each file written whole or not at all.

A record says what its marks rest on. As long as that is still so, they need not be made again; so a batch
that was ended at any moment goes on where it was.
"""

import errno
import functools
import hashlib
import json
import os
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from importlib import metadata
from pathlib import Path

from course_grader.faults import GraderFault
from course_grader.marking import Report
from course_grader.sandbox import COURSE, Trusted
from course_lib.base import whole_file

MARKED, RECORDED = "marked", "recorded"  # on disk; and in the gradebook too
AGAIN = "Then give the same command again: it does only what is missing."
APART = (
    "explorers",
    "predictions",
    "questions",
    "quizzes",
    "record",
)  # no task uses these parts of the course's library
PACKAGES = ["losses-and-optimizers", "losses-and-optimizers-grader", "nbgrader", "numpy"]


def refusal(error, place):
    """What a teacher is told when the disk with ``place`` refuses, by its OSError."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk with {place} is full. Make room. {AGAIN}"
    return (
        f"{error.filename or place} cannot be written ({error.strerror}). See to it that it can be. {AGAIN}"
    )


class Busy(GraderFault):
    """Somebody else is marking this assignment. The sentence says who."""


@dataclass(frozen=True)
class Basis:
    """What marks rest on: digests of what was handed in and of the tasks, and which attempt it is."""

    digest: str
    attempt: str
    tasks: str


def basis(handed_in, release):
    """The Basis of the marks of a submission.HandedIn, with this ``release`` and with today's tasks."""
    released = hashlib.sha256(json.dumps(release, sort_keys=True).encode())
    return Basis(handed_in.digest, handed_in.attempt, f"{released.hexdigest()[:32]}-{_library()[:32]}")


@functools.cache
def _library():
    """A digest of the course's library, on which the tasks and their references rest."""
    sources = hashlib.sha256()
    for path in sorted(COURSE.rglob("*.py")):
        name = path.relative_to(COURSE)
        if name.parts[0] not in APART:
            sources.update(f"{name.as_posix()} ".encode() + hashlib.sha256(path.read_bytes()).digest())
    return sources.hexdigest()


@functools.cache
def versions():
    """Package -> version, of what marks here."""
    return {name: metadata.version(name) for name in PACKAGES}


@dataclass(frozen=True)
class Record:
    """A student's marks. ``state``: MARKED, or RECORDED once the gradebook has them.

    ``remarks``: sentences for the teacher about what was handed in. ``when``: its time, as it was recorded.
    """

    student: str
    basis: Basis
    report: Report
    remarks: tuple[str, ...] = ()
    when: str = ""
    state: str = MARKED
    versions: dict[str, str] = field(default_factory=versions)

    @classmethod
    def from_dict(cls, plain):
        """The record that ``asdict`` made plain."""
        parts = {
            "basis": Basis(**plain["basis"]),
            "report": Report.from_dict(plain["report"]),
            "remarks": tuple(plain["remarks"]),
        }
        return cls(**(plain | parts))


class Records:
    """The records of one assignment. ``folder``: of the course's marks, ``grading/marks``."""

    def __init__(self, folder, assignment):
        self.folder = Path(folder) / assignment

    def file(self, student):
        """Where a student's record is."""
        return self.folder / f"{student}.json"

    def read(self, student):
        """A student's record; None if there is none, or one that cannot be read: then it is made again."""
        try:
            return Record.from_dict(json.loads(self.file(student).read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def valid(self, student, basis, trusted_code=False):
        """A student's record, if its marks rest on this ``basis``; else None.

        Those that were made without a sandbox count only where ``trusted_code`` is asked for.
        """
        record = self.read(student)
        if record is None or record.basis != basis:
            return None
        return record if trusted_code or record.report.sandbox != Trusted.name else None

    def write(self, record):
        """Keep a record in place of the last one, which stays if the disk refuses: that is a GraderFault."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with whole_file.replacing(self.file(record.student)) as file:
                file.write(json.dumps(asdict(record), indent=1).encode())
                file.flush()
                os.fsync(file.fileno())  # some disks say only here that they are full
        except OSError as error:
            raise GraderFault(refusal(error, self.folder)) from None

    def say_recorded(self, record):
        """Keep that the gradebook has these marks."""
        self.write(replace(record, state=RECORDED))

    @contextmanager
    def locked(self):
        """Nobody else marks this assignment meanwhile; Busy if somebody does.

        The system itself opens the lock when this process ends, however it ends.
        """
        try:
            import fcntl
        except ImportError:
            raise GraderFault("A whole class is marked on Linux or macOS only.") from None
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = (self.folder / ".lock").open("a+")
        except OSError as error:
            raise GraderFault(refusal(error, self.folder)) from None
        with lock as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Busy(self._busy(file)) from None
            for partial in self.folder.glob("*.part"):  # a run that was killed was writing it
                partial.unlink()
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            yield

    def _busy(self, file):
        file.seek(0)
        who = f"process {file.read() or 'unknown'}"
        return f"{self.folder.name} is being marked already, by {who}. Wait until it has ended, or end it."

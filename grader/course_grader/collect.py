"""``nbgrader collect``, for an exchange that students can write to at any moment.

Stock nbgrader follows links, takes what is half written, only warns where the owner is somebody else, stops
at a name that it cannot read, believes the time that a student wrote, and deletes the old copy before it has
the new one. To use this one instead:

    c.ExchangeFactory.collect = "course_grader.collect.SafeCollect"
"""

import glob
import os
import re
import shutil
import stat
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatch
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.exchange.default import ExchangeCollect

from course_grader import folders, received, submission
from course_grader.faults import GraderFault

FILES, DEPTH = 1000, 10  # of one submission
SOON = timedelta(minutes=5)  # that a hand-in may take
_STUDENT = re.compile(r"\w[\w.@+-]*")  # nothing that leads out of a folder


class Refused(Exception):
    """A submission that is not taken. The words say why."""


class SafeCollect(ExchangeCollect):
    """Takes each student's newest submission that is whole and their own; if it is not, an older one.

    Everything is copied beside the last copy first. That one then moves to ``grading/previous``.
    """

    coursedir: Any  # nbgrader's CourseDirectory, which is never None here
    duedate: Any = None

    def init_src(self):
        """Find what was handed in: student -> records, the newest first."""
        self.inbound_path = os.path.join(self.root, self.coursedir.course_id, "inbound")
        if not os.access(self.inbound_path, os.R_OK | os.X_OK):
            self.fail(f"There is nothing to collect from: {self.inbound_path} cannot be read")
        self.received = {}
        asked_for = f"{self.coursedir.student_id or '*'}+{glob.escape(self.coursedir.assignment_id)}+*"
        for path in sorted(Path(self.inbound_path).glob(asked_for)):
            if record := self._record(path.name):
                self.received.setdefault(record["username"], []).append(record)
            elif not path.name.startswith("."):
                self.log.error("Left out, for its name is not a submission's: %a", path.name)
        for records in self.received.values():
            records.sort(key=lambda record: record["timestamp"], reverse=True)
        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
            try:
                self.duedate = gradebook.find_assignment(self.coursedir.assignment_id).duedate
            except MissingEntry:
                self.duedate = None

    def _record(self, name):
        """Who handed in, and when, by a folder's name: STUDENT+ASSIGNMENT+TIME, perhaps a secret; or None."""
        words = name.rsplit("+", 3 if name.count("+") > 2 else 2)
        student, assignment, when = words[:3] if len(words) > 2 else ("", "", "")
        moment = submission.moment(when)
        if not moment or assignment != self.coursedir.assignment_id or not _STUDENT.fullmatch(student):
            return None
        return {"username": student, "filename": name, "timestamp": moment}

    def copy_files(self):
        """Collect from every student."""
        self.log.info("%d students have handed in %s", len(self.received), self.coursedir.assignment_id)
        for student, records in sorted(self.received.items()):
            if self.before_duedate and self.duedate is not None:
                records = sorted(records, key=self._is_late)
            self._collect(student, records)

    def _is_late(self, record):
        """By when its files were last changed, whatever its name says. What is too large is refused later."""
        changed = []
        for where, _, names, here in os.fwalk(source := Path(self.inbound_path, record["filename"])):
            if len(changed) > FILES or len(Path(where).relative_to(source).parts) > DEPTH:
                break
            found = [os.fstat(here)]
            found += [os.stat(name, dir_fd=here, follow_symlinks=False) for name in names[:FILES]]
            changed += [one.st_ctime for one in found]
        latest = datetime.fromtimestamp(max(changed, default=0.0), UTC).replace(
            tzinfo=None
        )  # as nbgrader's are
        return latest > self.duedate

    def _collect(self, student, records):
        place = self._folder(self.coursedir.submitted_directory, student)
        try:
            folders.refuse_links(place)
        except GraderFault as why:
            self.log.error("NOT collected: %s: %s", student, why)
            return
        for record in records:
            if place.is_dir() and not self._replaces(place, record["timestamp"]):
                self.log.info("%s: nothing to collect; --update takes what is newer", student)
                return
            try:
                came = self._take(record, place)
            except (Refused, GraderFault) as why:
                self.log.error("NOT collected: %s: %s", record["filename"], why)
            else:
                self.log.info("%s: collected what came at %s", student, came)
                if submission.moment(came) - record["timestamp"] > SOON:
                    self.log.warning(
                        "%s: its name says %s UTC, which does not count", student, record["timestamp"]
                    )
                return
        self.log.error("%s: nothing could be collected", student)

    def _replaces(self, place, new):
        """Does a submission take the place of the last one? By nbgrader's own rules."""
        old = submission.moment(submission.timestamp(place))
        return (self.update and (old is None or new > old)) or (self.before_duedate and new != old)

    def _take(self, record, place):
        """Copy it to its place; when it came."""
        partial = place.with_name(f".{place.name}.{uuid4().hex}.part")
        partial.parent.mkdir(parents=True, exist_ok=True)
        try:
            changed = self._copy(Path(self.inbound_path, record["filename"]), partial, record["username"])
            came = received.utc(changed)
            when = submission.moment(submission.timestamp(partial))
            if when != record["timestamp"] or not Path(partial, submission.SECRET).exists():
                raise Refused("it is not complete, or still being written")
            received.keep(place, came, submission.content(partial, place.name))
            if place.exists():
                self._replace(place, partial, record["username"])
            else:
                partial.rename(place)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
        return came

    def _replace(self, place, partial, student):
        """Keep the last copy elsewhere; if the new one cannot take its place, it comes back."""
        kept = self._folder(str(Path(self.coursedir.submitted_directory).with_name("previous")), student)
        folders.refuse_links(kept)
        kept.mkdir(parents=True, exist_ok=True)
        name = submission.timestamp(place).replace(":", ".").replace("/", ".") or "no time"
        numbered = (kept / f"{name}{f' ({number})' if number else ''}" for number in count())
        kept = place.rename(next(path for path in numbered if not path.exists()))
        try:
            partial.rename(place)
        except OSError:
            kept.rename(place)
            raise

    def _copy(self, source, target, student):
        """Copy what was checked: everything is opened first and looked at then, so nothing can be swapped.

        When the last of it was changed, in seconds since 1970.
        """
        files = size = 0
        owner, changed = None, 0.0
        for where, inner, names, here in os.fwalk(source):
            owner = self._owner(here, student) if owner is None else owner
            changed = max(changed, os.fstat(here).st_ctime)
            inside = Path(where).relative_to(source)
            self._make_folder(target / inside)
            inner[:] = [name for name in inner if self._is_wanted(name)]
            for name in inner:
                _check(os.stat(name, dir_fd=here, follow_symlinks=False), stat.S_ISDIR, owner, name)
            for name in (name for name in names if self._is_wanted(name, self.coursedir.include)):
                found = self._copy_file(here, owner, target / inside / name)
                files, size, changed = files + 1, size + found.st_size, max(changed, found.st_ctime)
                if files > FILES or size > 1000 * self.coursedir.max_dir_size:
                    raise Refused(f"it has more than {FILES} files, or {self.coursedir.max_dir_size} kB")
            if len(inside.parts) > DEPTH:
                raise Refused(f"its folders are more than {DEPTH} deep")
        if owner is None:
            raise Refused("it is a link, or no folder")
        return changed

    def _copy_file(self, here, owner, target):
        """Copy a file from the folder that is open as ``here``; what is known of it."""
        with ExitStack() as opened:
            try:
                file = opened.enter_context(folders.file_in(here, target.name))
            except folders.NotPlain:
                raise Refused(f"{target.name!a} is a link, or neither a file nor a folder") from None
            except OSError as error:
                raise Refused(f"{target.name!a} cannot be read ({error.strerror})") from None
            found = os.fstat(file.fileno())
            _check(found, stat.S_ISREG, owner, target.name)
            if found.st_nlink > 1:
                raise Refused(f"{target.name!a} has another name elsewhere (a hard link)")
            if found.st_size > 1000 * self.coursedir.max_file_size:
                self.log.warning("%a is too large, and was left out", target.name)
            else:
                self._copy_content(file, found, target)
            return found

    def _copy_content(self, file, found, target):
        with target.open("xb") as copy:
            left = found.st_size  # and no more, though it may be growing
            while left > 0 and (block := file.read(min(left, 2**20))):
                left -= copy.write(block)
        if os.fstat(file.fileno()).st_ctime_ns != found.st_ctime_ns:
            raise Refused("it is not complete, or still being written")
        target.chmod(0o660 if self.coursedir.groupshared else 0o600)

    def _make_folder(self, path):
        path.mkdir()
        path.chmod(0o2770 if self.coursedir.groupshared else 0o700)

    def _owner(self, folder, student):
        """The number of the user that an open folder belongs to; Refused if it is another one's."""
        import pwd  # not on Windows, where there is no exchange

        number = os.fstat(folder).st_uid
        try:
            name = pwd.getpwuid(number).pw_name
        except KeyError:
            name = f"user {number}"
        if self.check_owner and name != student:
            one_user = "Where one user owns all submissions: c.ExchangeCollect.check_owner = False"
            raise Refused(f"it says that it is from {student}, and belongs to {name}. {one_user}")
        return number

    def _is_wanted(self, name, include=("*",)):
        """By the settings of the course; a name that cannot be shown is nobody's work."""
        wanted = any(fnmatch(name, pattern) for pattern in include)
        ignored = any(fnmatch(name, pattern) for pattern in self.coursedir.ignore)
        return name.isprintable() and wanted and not ignored

    def _folder(self, step, student):
        return Path(self.coursedir.format_path(step, student, self.coursedir.assignment_id))


def _check(found, is_right, owner, name):
    if not is_right(found.st_mode):
        raise Refused(f"{name!a} is a link, or neither a file nor a folder")
    if found.st_uid != owner:
        raise Refused(f"{name!a} belongs to somebody else")

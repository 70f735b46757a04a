"""A folder that students wrote into, read and put right through open descriptors: no link is ever followed.

What a name leads to can change a moment after it was looked at; what was opened stays what it is. So a folder
is opened once, its files are opened from there, and it is the open file that is looked at.
"""

import errno
import os
import posixpath
import stat
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from uuid import uuid4

from course_grader.faults import GraderFault

DEPTH = 40  # of folders in one another
ENTRIES = 10_000  # files and folders of one submission
ASIDE = ".submitted"  # ends the name of what was put aside
HAS_DESCRIPTORS = {os.open, os.stat, os.rename, os.unlink} <= os.supports_dir_fd
NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)


class NotPlain(Exception):
    """A link or something special in the place of a file."""


@dataclass(frozen=True)
class Entry:
    """What stands under a ``name`` in a folder that is open as ``here``. ``path``: from the outermost one."""

    here: int
    name: str
    path: str
    about: os.stat_result

    @property
    def is_file(self):
        return stat.S_ISREG(self.about.st_mode)


@contextmanager
def opened(folder):
    """The descriptor of a folder ``.../STUDENT/ASSIGNMENT``.

    What is above is the teacher's, and may be a link. GraderFault if either of the two is one, or no folder.
    """
    if not HAS_DESCRIPTORS:
        raise GraderFault("What was handed in is read on Linux or macOS only: here, links could not be told.")
    outer = Path(folder).parent.parent
    descriptors = []
    try:
        descriptors.append(os.open(outer, os.O_RDONLY))
        for name in (Path(folder).parent.name, Path(folder).name):
            descriptors.append(_folder_in(descriptors[-1], name, Path(folder)))
        yield descriptors[-1]
    finally:
        for descriptor in descriptors:
            os.close(descriptor)


def refuse_links(folder):
    """GraderFault if STUDENT or ASSIGNMENT in ``.../STUDENT/ASSIGNMENT`` is there, and is a link."""
    for path in (Path(folder).parent, Path(folder)):
        if path.is_symlink():
            raise GraderFault(f"{path} is a link, and nothing is done there. Put a folder in its place.")


def walk(descriptor):
    """An Entry for all that an open folder and its folders have, but for these; one too deep counts whole.

    GraderFault if there are more than ENTRIES; OSError if a folder cannot be read.
    """
    seen = 0
    for where, folders, names, here in os.fwalk(".", dir_fd=descriptor, onerror=_fail):
        within, folders[:], names = where.count("/"), [], sorted([*names, *folders])
        seen += len(names)
        if seen > ENTRIES:
            raise GraderFault(f"It has more than {ENTRIES} files, and no submission has. See to that.")
        for name in names:
            about = os.stat(name, dir_fd=here, follow_symlinks=False)
            if stat.S_ISDIR(about.st_mode) and within < DEPTH:
                folders.append(name)
            else:
                yield Entry(here, name, posixpath.normpath(posixpath.join(where, name)), about)


def names_in(descriptor):
    """The names in an open folder, sorted."""
    return sorted(os.listdir(descriptor))


@contextmanager
def file_in(here, name):
    """A plain file of an open folder, to read bytes from; what it is, is asked of the file.

    NotPlain if there is something else; OSError if it is not there or cannot be read.
    """
    if not stat.S_ISREG(os.stat(name, dir_fd=here, follow_symlinks=False).st_mode):
        raise NotPlain(name)  # only to open a device can have an effect
    try:
        descriptor = os.open(name, os.O_RDONLY | NO_LINK, dir_fd=here)
    except OSError as error:
        raise NotPlain(name) if error.errno in (errno.ELOOP, errno.ENXIO) else error from None
    with open(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise NotPlain(name)
        yield file


def exists(here, name):
    """Does anything stand under this name, be it a link to nowhere?"""
    with suppress(FileNotFoundError):
        os.stat(name, dir_fd=here, follow_symlinks=False)
        return True
    return False


def write(here, name, content):
    """Bytes into a file of an open folder; as a whole, in place of what has the name."""
    partial = f".{uuid4().hex}.part"
    try:
        _write_new(here, partial, content)
        os.rename(partial, name, src_dir_fd=here, dst_dir_fd=here)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(partial, dir_fd=here)


def put_aside(here, name):
    """Give a file another name, which nothing reads; a link becomes a line of text."""
    short = name if len(os.fsencode(name)) < 200 else "a-long-name"
    numbers = ("" if not number else f".{number}" for number in count())
    aside = next(new for number in numbers if not exists(here, new := f"{short}{number}{ASIDE}"))
    mode = os.stat(name, dir_fd=here, follow_symlinks=False).st_mode
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
        os.rename(name, aside, src_dir_fd=here, dst_dir_fd=here)
        return
    link = stat.S_ISLNK(mode)
    led = f"a link to {os.readlink(name, dir_fd=here)!a}" if link else "neither a file nor a folder"
    os.unlink(name, dir_fd=here)
    _write_new(here, aside, f"This was {led}.\n".encode())


def _folder_in(above, name, folder):
    try:
        return os.open(name, os.O_RDONLY | os.O_DIRECTORY | NO_LINK, dir_fd=above)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENOTDIR):
            raise GraderFault(
                f"{folder} is not taken: {name!a} is a link, or no folder. It may lead to somebody "
                "else's work. Put the student's own folder in its place, and mark again."
            ) from None
        raise GraderFault(
            f"{folder} cannot be read: {error.strerror}. See to that, and mark again."
        ) from None


def _write_new(here, name, content):
    with open(
        os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | NO_LINK, 0o666, dir_fd=here), "wb"
    ) as file:
        file.write(content)


def _fail(error):
    raise error

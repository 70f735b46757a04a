"""Hostile folders: links, special files, and what is not the student's, each beside an honest half.

As in ``notebooks.py``, whose ``ATTACKS`` has those that are marked all the same. ``REFUSED`` has the others.
"""

import json
import os
import shutil
import stat

from .notebooks import HALF, ROOT, SCRIPT, at, cell, linked, owed, read, write

REFUSED = []  # of these nothing is marked, and the teacher is told


def refused(spoil):
    """For a function: remember it; what it leaves may be somebody else's work."""
    REFUSED.append(spoil)
    return spoil


def classmates(folder):
    return folder.parent.with_name("classmate") / folder.name


@refused
def folder_of_a_classmate(folder):
    """The folder with the assignment is a link to a classmate's."""
    shutil.rmtree(folder)
    folder.symlink_to(classmates(folder))


@refused
def all_of_a_classmate(folder):
    """The student's folder is a link to a classmate's."""
    shutil.rmtree(folder.parent)
    folder.parent.symlink_to("classmate")


@refused
def folder_outside(folder):
    """The folder with the assignment is a link out of the course, where a notebook waits to be changed."""
    outside = folder.parents[2] / "outside"
    folder.rename(outside)
    folder.symlink_to(outside)


@refused
def folder_by_two_links(folder):
    """The folder is a link to a link within the student's own, and that one leads to a classmate."""
    shutil.rmtree(folder)
    (folder.parent / "second").symlink_to(classmates(folder))
    folder.symlink_to("second")


@refused
def folder_that_leads_nowhere(folder):
    """The folder with the assignment is a link to itself."""
    shutil.rmtree(folder)
    folder.symlink_to(folder.name)


@refused
def pipe_for_a_folder(folder):
    """The folder with the assignment is a pipe, which nobody writes to."""
    shutil.rmtree(folder)
    os.mkfifo(folder)


@refused
def second_name_of_a_classmates(folder):
    """The notebook is a classmate's, under a second name."""
    at(folder).unlink()
    os.link(at(classmates(folder)), at(folder))


@refused
def second_name_beside(folder):
    """A file in a folder beside the notebook is a classmate's notebook, under a second name."""
    (folder / "data").mkdir()
    os.link(at(classmates(folder)), folder / "data" / "my.csv")


@owed(None)
def folder_for_a_notebook(folder):
    """The notebook is a folder, with the notebook in it and links beside."""
    at(folder).rename(folder / "x")
    at(folder).mkdir()
    (folder / "x").rename(at(folder) / "x.ipynb")
    (at(folder) / at(folder).name).symlink_to("/etc/passwd")


@owed(None)
def socket_for_a_notebook(folder):
    """The notebook is a socket."""
    at(folder).unlink()
    os.mknod(at(folder), stat.S_IFSOCK | 0o600)


@owed(None)
def notebook_by_two_links(folder):
    """The notebook is a link to a hidden link, and that one leads to a classmate's."""
    (folder / ".second").symlink_to(at(classmates(folder)))
    linked(folder, ".second")


@owed(None)
def notebook_in_a_linked_folder(folder):
    """The notebook is a link through a linked folder of the student's own."""
    (folder / "mine").symlink_to(classmates(folder))
    linked(folder, f"mine/{folder.name}.ipynb")


@owed(HALF)
def links_at_every_depth(folder):
    """Sixty folders in one another, each with links to a file and to a folder, a pipe and a socket."""
    for _ in range(60):
        (folder / "file.txt").symlink_to("/etc/passwd")
        (folder / "folder").symlink_to(ROOT)
        os.mkfifo(folder / "pipe")
        os.mknod(folder / "socket", stat.S_IFSOCK | 0o600)
        folder = folder / "d"
        folder.mkdir()


@owed(HALF)
def module_from_a_classmate(folder):
    """A cell imports an answer through a folder that is a link to where a classmate keeps one."""
    (classmates(folder) / "answers.py").write_text(SCRIPT)
    (folder / "theirs").symlink_to(classmates(folder))
    notebook = read(folder)
    cell(notebook, "descend")["source"] = "from theirs.answers import descend"
    write(folder, notebook)


@owed(HALF)
def links_where_things_are_put_aside(folder):
    """What would be put aside finds links under all the names that it would be given."""
    for name in ("link", f"{folder.name}.ipynb", "timestamp.txt"):
        for number in ("", ".1", ".2"):
            (folder / f"{name}{number}.submitted").symlink_to(at(classmates(folder)))
    (folder / "link").symlink_to("/etc/passwd")
    (folder / "timestamp.txt").write_text("yesterday")


@owed(HALF)
def time_of_its_own(folder):
    """Files say that it came long ago, in every form that the grader has; and so do their times."""
    when = "1999-01-01 10:00:00 UTC"
    (folder / "timestamp.txt").write_text(when)
    for place in (folder, folder / "received" / folder.parent.name):
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{folder.name}.json").write_text(json.dumps({"": when}))
    for path in [*folder.rglob("*"), folder]:
        os.utime(path, (0, 0))


@owed(HALF)
def timestamp_by_a_link(folder):
    """The timestamp and the secret are links to a classmate's notebook and to the system."""
    (folder / "timestamp.txt").symlink_to(at(classmates(folder)))
    (folder / "submission_secret.txt").symlink_to("/etc/passwd")

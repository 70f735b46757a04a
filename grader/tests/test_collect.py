"""An exchange that students write to: what is taken from it, and what is refused."""

import json
import os
import pwd
import shutil
import stat
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from course_grader.collect import SafeCollect
from nbgrader.api import Gradebook
from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

NAME = "01_learning_rate"
ME = pwd.getpwuid(os.getuid()).pw_name
FIRST, SECOND, THIRD = (f"2026-01-0{day} 10:00:00.500000 UTC" for day in (1, 2, 3))


@pytest.fixture(scope="module")
def gradebook(tmp_path_factory):
    """An empty one."""
    path = tmp_path_factory.mktemp("empty") / "gradebook.db"
    with pytest.MonkeyPatch.context() as patch:  # nbgrader calls alembic by its name
        patch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
        Gradebook(f"sqlite:///{path}", "course").close()
    return path


@pytest.fixture
def room(tmp_path, gradebook):
    """An exchange, and a course beside it."""
    (tmp_path / "exchange" / "course" / "inbound").mkdir(parents=True)
    (tmp_path / "exchange").chmod(0o777)
    (tmp_path / "course").mkdir()
    shutil.copy(gradebook, tmp_path / "course")
    return tmp_path


def hand_in(room, when=FIRST, student=ME, text="{}"):
    """What ``nbgrader submit`` leaves; its folder."""
    folder = room / "exchange" / "course" / "inbound" / f"{student}+{NAME}+{when}+abc_-="
    folder.mkdir()
    (folder / f"{NAME}.ipynb").write_text(text)
    (folder / "timestamp.txt").write_text(when)
    (folder / "submission_secret.txt").write_text("secret")
    return folder


def collect(room, **options):
    config = Config(
        CourseDirectory={"course_id": "course", "root": str(room / "course"), "assignment_id": NAME},
        Exchange={"root": str(room / "exchange")},
        ExchangeCollect=options,
    )
    config.CourseDirectory.submitted_directory = "grading/submitted"
    config.CourseDirectory.ignore = ["*.pyc", "*.submitted"]
    directory = CourseDirectory(config=config)
    step = SafeCollect(coursedir=directory, authenticator=Authenticator(config=config), config=config)
    step.start()
    return {path.parent.name: path for path in (room / "course" / "grading" / "submitted").glob(f"*/{NAME}")}


def text_of(folder):
    return (folder / f"{NAME}.ipynb").read_text()


def kept(room, student=ME):
    return sorted((room / "course" / "grading" / "previous" / student / NAME).glob("*"))


def test_a_submission_is_copied_with_all_its_files_and_is_the_teachers_only(room):
    folder = hand_in(room)
    (folder / "data").mkdir()
    (folder / "data" / "my.csv").write_text("1")
    (folder / "old.pyc").write_text("")
    (folder / "Icon\r").write_text("")
    there = collect(room)[ME]
    names = {path.relative_to(there).as_posix() for path in there.rglob("*")}
    assert names == {f"{NAME}.ipynb", "timestamp.txt", "submission_secret.txt", "data", "data/my.csv"}
    assert {path.stat().st_mode & 0o777 for path in there.rglob("*")} == {0o600, 0o700}
    assert [path.name for path in there.parent.iterdir()] == [NAME]


def test_the_newest_is_taken(room):
    for when in (SECOND, THIRD, FIRST):
        hand_in(room, when, text=when)
    assert text_of(collect(room)[ME]) == THIRD


def a_moment_passes(room):
    """For the clock of the file system, which has its own steps; the time before, and after."""
    probe = room / "probe"
    probe.touch()
    before = now = probe.stat().st_ctime
    while now == before:
        time.sleep(0.01)
        probe.touch()
        now = probe.stat().st_ctime
    return before, now


def due(room, seconds):
    with Gradebook(f"sqlite:///{room / 'course' / 'gradebook.db'}", "course") as gradebook:
        gradebook.update_or_create_assignment(NAME, duedate=datetime.fromtimestamp(seconds, UTC).isoformat())


def times(room, student=ME):
    """What is kept of when a student's submissions came, in seconds since 1970."""
    kept = json.loads((room / "course" / "grading" / "received" / student / f"{NAME}.json").read_text())
    return [
        datetime.strptime(when, "%Y-%m-%d %H:%M:%S.%f %Z").replace(tzinfo=UTC).timestamp()
        for when in kept.values()
    ]


def test_before_the_due_date_counts_if_that_is_asked_for(room):
    for when in (FIRST, SECOND):
        hand_in(room, when, text=when)
    before, _ = a_moment_passes(room)
    due(room, before)
    hand_in(room, THIRD, text=THIRD)
    assert text_of(collect(room, before_duedate=True)[ME]) == SECOND


def backdated(folder, when):
    """All that a student can set: names, files and the times that ``touch`` sets."""
    (folder / "timestamp.txt").write_text(when)
    folder = folder.rename(folder.with_name(f"{ME}+{NAME}+{when}+abc_-="))
    for path in [*folder.iterdir(), folder]:
        os.utime(path, (0, 0))


def test_a_backdated_submission_came_when_the_exchange_had_it(room, caplog):
    hand_in(room, FIRST, text=FIRST)
    before, after = a_moment_passes(room)
    due(room, before)
    backdated(hand_in(room, THIRD, text=THIRD), SECOND)
    assert text_of(collect(room, before_duedate=True)[ME]) == FIRST
    assert times(room)[0] < after
    assert text_of(collect(room, update=True)[ME]) == THIRD
    assert times(room)[0] < after <= times(room)[1]
    assert f"its name says {SECOND[:19]}" in caplog.text


def test_what_was_changed_in_the_exchange_came_when_it_was_changed(room):
    folder = hand_in(room)
    _, then = a_moment_passes(room)
    (folder / f"{NAME}.ipynb").write_text("better")
    os.utime(folder / f"{NAME}.ipynb", (0, 0))
    collect(room)
    assert times(room)[0] >= then


def test_the_same_work_handed_in_again_came_when_it_came_first(room):
    hand_in(room, FIRST)
    collect(room)
    first = times(room)
    a_moment_passes(room)
    hand_in(room, SECOND)
    collect(room, update=True)
    assert times(room) == first


def test_a_file_that_is_written_to_while_it_is_copied_is_refused(room, monkeypatch, caplog):
    folder = hand_in(room)
    copied = SafeCollect._copy_content

    def write(step, file, found, target):
        a_moment_passes(room)
        (folder / target.name).write_text("better")
        copied(step, file, found, target)

    monkeypatch.setattr(SafeCollect, "_copy_content", write)
    assert collect(room) == {}
    assert "still being written" in caplog.text


@pytest.mark.parametrize("part", [ME, f"{ME}/{NAME}"])
def test_nothing_is_collected_through_a_link(room, caplog, part):
    outside = room / "outside"
    outside.mkdir()
    hand_in(room)
    place = room / "course" / "grading" / "submitted" / part
    place.parent.mkdir(parents=True)
    place.symlink_to(outside)
    collect(room, update=True)
    assert list(outside.iterdir()) == []
    assert f"{place} is a link, and nothing is done there" in caplog.text


def test_nothing_is_kept_through_a_link(room, caplog):
    outside = room / "outside"
    outside.mkdir()
    hand_in(room, FIRST, text=FIRST)
    collect(room)
    hand_in(room, SECOND, text=SECOND)
    previous = room / "course" / "grading" / "previous"
    previous.mkdir()
    (previous / ME).symlink_to(outside)
    assert text_of(collect(room, update=True)[ME]) == FIRST
    assert list(outside.iterdir()) == []
    assert "is a link, and nothing is done there" in caplog.text


def test_folders_without_end_stop_nobody(room, caplog):
    due(room, 0)
    folder = hand_in(room)
    here = os.open(folder, os.O_RDONLY)
    for _ in range(1200):  # Python has 1000 levels
        os.mkdir("d", dir_fd=here)
        inner = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)
    hand_in(room, student="other")
    taken = collect(room, before_duedate=True, check_owner=False)
    subprocess.run(["rm", "-r", folder], check=True)  # pytest could not
    assert taken.keys() == {"other"}
    assert "more than 10 deep" in caplog.text


def test_a_newer_one_is_taken_on_update_only_and_the_last_is_kept(room):
    hand_in(room, FIRST, text=FIRST)
    collect(room)
    hand_in(room, SECOND, text=SECOND)
    assert text_of(collect(room)[ME]) == FIRST
    assert text_of(collect(room, update=True)[ME]) == SECOND
    assert text_of(collect(room, update=True)[ME]) == SECOND
    assert [text_of(folder) for folder in kept(room)] == [FIRST]


def test_every_copy_is_kept(room):
    for when in (FIRST, SECOND, THIRD):
        hand_in(room, when, text=when)
        collect(room, update=True)
    assert [text_of(folder) for folder in kept(room)] == [FIRST, SECOND]


def link(folder):
    (folder / "notes").symlink_to("/etc/passwd")


def link_to_a_folder(folder):
    (folder / "notes").symlink_to("/etc")


def link_as_notebook(folder):
    (folder / f"{NAME}.ipynb").unlink()
    (folder / f"{NAME}.ipynb").symlink_to("/etc/passwd")


def link_as_whole(folder):
    real = folder.rename(folder.with_name("real"))
    folder.symlink_to(real)


def pipe(folder):
    os.mkfifo(folder / "notes")


def pipe_as_notebook(folder):
    (folder / f"{NAME}.ipynb").unlink()
    os.mkfifo(folder / f"{NAME}.ipynb")


def socket_in_a_folder(folder):
    (folder / "data").mkdir()
    os.mknod(folder / "data" / "server", stat.S_IFSOCK | 0o600)


def second_name(folder):
    (folder.parents[2] / "kept").write_text("secret")
    os.link(folder.parents[2] / "kept", folder / "notes")


def no_timestamp(folder):
    (folder / "timestamp.txt").unlink()


def half_a_timestamp(folder):
    (folder / "timestamp.txt").write_text(THIRD[:9])


def another_timestamp(folder):
    (folder / "timestamp.txt").write_text(FIRST)


def no_secret(folder):
    (folder / "submission_secret.txt").unlink()


def a_file(folder):
    shutil.rmtree(folder)
    folder.write_text("")


def deep(folder):
    for _ in range(12):
        folder = folder / "d"
        folder.mkdir()


def many(folder):
    for number in range(1001):
        (folder / str(number)).write_text("")


def large(folder):
    for number in range(2):
        with (folder / f"{number}.bin").open("wb") as file:
            file.truncate(60_000_000)


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (link, "'notes' is a link, or neither"),
        (link_to_a_folder, "'notes' is a link, or neither"),
        (link_as_notebook, "is a link, or neither"),
        (link_as_whole, "it is a link, or no folder"),
        (pipe, "'notes' is a link, or neither"),
        (pipe_as_notebook, "is a link, or neither"),
        (socket_in_a_folder, "'server' is a link, or neither"),
        (second_name, "'notes' has another name elsewhere"),
        (no_timestamp, "not complete, or still being written"),
        (half_a_timestamp, "not complete, or still being written"),
        (another_timestamp, "not complete, or still being written"),
        (no_secret, "not complete, or still being written"),
        (a_file, "it is a link, or no folder"),
        (deep, "more than 10 deep"),
        (many, "more than 1000 files"),
        (large, "more than 1000 files, or 100000 kB"),
    ],
)
def test_what_is_not_whole_or_not_plain_is_refused_and_an_older_one_taken(room, caplog, spoil, why):
    hand_in(room, FIRST, text=FIRST)
    spoil(hand_in(room, THIRD, text=THIRD))
    assert text_of(collect(room)[ME]) == FIRST
    assert f"NOT collected: {ME}+{NAME}+{THIRD}" in caplog.text
    assert why in caplog.text
    assert [path.name for path in (room / "course/grading/submitted" / ME).iterdir()] == [NAME]


def test_a_refused_one_leaves_the_last_copy_alone(room, caplog):
    hand_in(room, FIRST, text=FIRST)
    collect(room)
    link(hand_in(room, SECOND))
    assert text_of(collect(room, update=True)[ME]) == FIRST
    assert kept(room) == []


def test_somebody_elses_name_is_refused_where_owners_are_checked(room, caplog):
    hand_in(room, student="somebody")
    assert collect(room) == {}
    assert f"it says that it is from somebody, and belongs to {ME}" in caplog.text
    assert collect(room, check_owner=False).keys() == {"somebody"}


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give files away")
@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_belongs_to_another_is_refused_even_where_owners_are_not_checked(room, caplog, what):
    folder = hand_in(room)
    (folder / "folder").mkdir()
    (folder / "file").write_text("")
    os.chown(folder / what, 12345, -1)
    assert collect(room, check_owner=False) == {}
    assert f"'{what}' belongs to somebody else" in caplog.text


@pytest.mark.parametrize(
    "name",
    [
        f"junk+{NAME}+x",
        f"+{NAME}+{FIRST}+x",
        f"..+{NAME}+{FIRST}+x",
        f".hidden+{NAME}+{FIRST}+x",
        f"a*b+{NAME}+{FIRST}+x",
        f"eve+{NAME}+{NAME}+tomorrow+x",
        f"eve+{NAME}+2026-99-99 10:00:00 UTC+x",
        f"eve+{NAME}+{'9' * 60}+x",
    ],
)
def test_a_name_that_is_none_stops_nobody(room, caplog, name):
    (room / "exchange" / "course" / "inbound" / name).mkdir()
    hand_in(room)
    assert collect(room, check_owner=False).keys() == {ME}
    seen = not name.startswith(".")
    assert (f"Left out, for its name is not a submission's: '{name}'" in caplog.text) == seen


@pytest.mark.parametrize("student", ["a+b", "a.b@c.org", "Zoë"])
def test_an_unusual_name_is_taken(room, student):
    hand_in(room, student=student)
    assert collect(room, check_owner=False).keys() == {student}


def test_an_older_form_of_the_name_is_taken(room):
    folder = hand_in(room)
    folder.rename(folder.with_name(f"{ME}+{NAME}+{FIRST}"))
    assert collect(room).keys() == {ME}


def test_if_the_copy_cannot_be_finished_all_is_as_before(room, monkeypatch):
    hand_in(room, FIRST, text=FIRST)
    collect(room)
    hand_in(room, SECOND, text=SECOND)
    rename = Path.rename

    def refuse(path, target):
        if path.name.endswith(".part"):
            raise OSError(28, "No space left on device")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(OSError, match="No space left"):
        collect(room, update=True)
    monkeypatch.undo()
    there = room / "course" / "grading" / "submitted" / ME
    assert text_of(there / NAME) == FIRST
    assert [path.name for path in there.iterdir()] == [NAME]
    assert kept(room) == []


def test_a_file_that_turns_into_a_link_is_not_followed(room, monkeypatch, caplog):
    """Students may change their folder while it is copied; so what counts is what was opened."""
    folder = hand_in(room)
    opened = os.open

    def swap(path, flags, *rest, **options):
        if path == f"{NAME}.ipynb":
            link_as_notebook(folder)
        return opened(path, flags, *rest, **options)

    monkeypatch.setattr(os, "open", swap)
    assert collect(room) == {}
    assert "is a link, or neither" in caplog.text

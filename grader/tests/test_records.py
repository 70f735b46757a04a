"""Marks on disk: whole or not at all, believed only where they belong, and kept by one process at a time."""

import errno
import json
import os
import shutil
import subprocess
import sys
from copy import deepcopy
from dataclasses import replace

import pytest
from course_grader import records
from course_grader.faults import GraderFault
from course_grader.marking import Mark, Report, Said
from course_grader.records import MARKED, RECORDED, Basis, Busy, Record, Records
from course_grader.submission import HandedIn

from .a_course import NAME, RELEASE

BASIS = Basis("digest", "2026-01-31 10:00:00 UTC", "tasks")
REPORT = Report(
    (Mark("check", 1.5, 3.0, "✘ \udcff\x1b[2J"),), (Said("a1", "hi", "Oops"),), 0.25, "bubblewrap"
)
RECORD = Record("ada", BASIS, REPORT, remarks=("'x' was left out.",))


@pytest.fixture
def kept(tmp_path):
    return Records(tmp_path / "marks", NAME)


def test_what_is_written_is_read(kept):
    kept.write(RECORD)
    assert kept.read("ada") == RECORD
    assert kept.file("ada") == kept.folder / "ada.json"
    assert RECORD.state == MARKED
    assert RECORD.versions.keys() >= {"losses-and-optimizers", "losses-and-optimizers-grader"}


def test_that_the_gradebook_has_them_is_said_last(kept):
    kept.write(RECORD)
    kept.say_recorded(RECORD)
    assert kept.read("ada") == replace(RECORD, state=RECORDED)


def test_who_has_no_record(kept):
    assert kept.read("ada") is None


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "{}", '{"basis": {}, "report": {}}', "\x00", '"x"'])
def test_a_damaged_record_is_none(kept, text):
    kept.write(RECORD)
    kept.file("ada").write_text(text)
    assert kept.read("ada") is None


@pytest.mark.parametrize("part", ["student", "basis", "report", "remarks"])
def test_a_record_without_a_part_is_none(kept, part):
    kept.write(RECORD)
    plain = json.loads(kept.file("ada").read_text())
    del plain[part]
    kept.file("ada").write_text(json.dumps(plain))
    assert kept.read("ada") is None


@pytest.mark.parametrize("part", ["digest", "attempt", "tasks"])
def test_it_is_valid_for_what_it_rests_on(kept, part):
    kept.write(RECORD)
    assert kept.valid("ada", BASIS) == RECORD
    assert kept.valid("ada", replace(BASIS, **{part: "another"})) is None
    assert kept.valid("bob", BASIS) is None


def test_marks_made_without_a_sandbox_must_be_asked_for(kept):
    kept.write(replace(RECORD, report=replace(REPORT, sandbox="none (trusted code)")))
    assert kept.valid("ada", BASIS) is None
    assert kept.valid("ada", BASIS, trusted_code=True)


@pytest.mark.parametrize(
    ("number", "says"),
    [(errno.ENOSPC, "is full. Make room. Then give the same"), (errno.EROFS, "cannot be written .Read-only")],
)
def test_a_disk_that_refuses_leaves_the_last_record(kept, monkeypatch, number, says):
    kept.write(RECORD)

    def refuse(_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(GraderFault, match=says):
        kept.say_recorded(RECORD)
    assert kept.read("ada") == RECORD
    assert os.listdir(kept.folder) == ["ada.json"]


def test_the_basis_tells_submissions_and_releases_apart():
    def basis(release=RELEASE, **different):
        handed_in = {"notebook": None, "digest": "d", "attempt": "1", "files": {}} | different
        return records.basis(HandedIn(**handed_in), release)

    other = deepcopy(RELEASE)
    other.cells[-1].source += " "
    assert basis() == basis()
    assert len({basis(), basis(digest="e"), basis(attempt="2"), basis(release=other)}) == 4


def test_the_basis_tells_libraries_apart(tmp_path, monkeypatch):
    def digest():
        records._library.cache_clear()
        return records._library()

    shutil.copytree(records.COURSE, tmp_path / "copy")
    before = digest()
    monkeypatch.setattr(records, "COURSE", tmp_path / "copy")
    assert digest() == before
    for name, changes in {"explorers/nesterov.py": False, "checks/tasks/adam.py": True}.items():
        last = digest()
        (tmp_path / "copy" / name).write_text("# changed")
        assert (digest() != last) == changes
    monkeypatch.undo()
    assert digest() == before


def test_only_one_at_a_time(kept):
    by_us = f"is being marked already, by process {os.getpid()}. Wait"
    with kept.locked(), pytest.raises(Busy, match=by_us), kept.locked():
        pass
    with kept.locked():
        pass


def test_a_killed_process_leaves_no_lock_and_no_part_of_a_record(kept):
    script = (
        "import sys, time\n"
        "from course_grader.records import Records\n"
        f"with Records({str(kept.folder.parent)!r}, {NAME!r}).locked():\n"
        "    print('locked', flush=True)\n"
        "    time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "locked\n"
        with pytest.raises(Busy, match=f"process {other.pid}"), kept.locked():
            pass
        other.kill()
    (kept.folder / "ada.json.0123.part").write_text("{")
    with kept.locked():
        assert os.listdir(kept.folder) == [".lock"]


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "marks").write_text("a file")
    with pytest.raises(GraderFault, match="cannot be written"), Records(tmp_path / "marks", NAME).locked():
        pass


def test_a_system_without_such_locks(kept, monkeypatch):
    monkeypatch.setitem(sys.modules, "fcntl", None)
    with pytest.raises(GraderFault, match="on Linux or macOS only"), kept.locked():
        pass

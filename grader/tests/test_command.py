"""The command as a teacher gives it, on a machine where much goes wrong: killed, stopped, full, read-only."""

import contextlib
import csv
import errno
import os
import pty
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import termios
from dataclasses import replace

import psutil
import pytest
from course_grader import __main__, doctor, records, schedulers, seeds, step, summary
from course_grader.batch import Batch
from course_grader.course import Course
from course_grader.gradebook import Gradebook
from course_grader.summary import FAULT, Row

from course_lib.checks import task, tasks

from . import a_class, a_course
from .a_class import POINTS, Here, autograded, in_gradebook, is_whole, kept
from .a_course import NAME, RIGHT

LARGER = {"dan": RIGHT, "eve": {}}
MARK = [sys.executable, "-m", "course_grader", "mark", NAME]
AT_MOST = 60  # seconds until what was killed is gone; it takes a moment
QUIET = {"OPENBLAS_NUM_THREADS": "1"}
NAMESPACE = ["bwrap", "--dev-bind", "/", "/", "--cap-add", "ALL"]  # may make another within itself


@pytest.fixture
def here(monkeypatch):
    """The command, run in this process: words -> exit status."""
    monkeypatch.setattr(schedulers, "Processes", Here)
    return lambda course, *words: __main__.main(["mark", NAME, "--course", str(course.root), *words])


def command(course, *words, within=(), **environment):
    """The command in a process of its own; what it did."""
    return subprocess.run(
        [*within, *MARK, *words],
        cwd=course.root,
        capture_output=True,
        text=True,
        env=os.environ | QUIET | environment,
        check=False,
    )


def refused(done, *says):
    """Did it end with status 1 and sentences, and without a traceback?"""
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode == 1, done.stdout + done.stderr
    for words in says:
        assert words in done.stdout + done.stderr
    return True


# Interruptions


WAITING = """
import sys

if __name__ == "__main__":  # the workers load this file too
    import signal
    import time
    from course_grader import __main__, gradebook

    record, left = gradebook.Gradebook.record, int(sys.argv.pop(1))

    def record_until_it_waits(self, student):
        global left
        if not left:
            print("waiting", flush=True)
            time.sleep(600)
        left -= 1
        record(self, student)

    gradebook.Gradebook.record = record_until_it_waits
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where the tests run in the background
    sys.exit(__main__.main())
"""


@contextlib.contextmanager
def waiting(course, script, done):
    """The command in a session of its own, as in a terminal. It waits when so many are done, for ever."""
    script.write_text(WAITING)
    words = [sys.executable, script, str(done), "mark", NAME, "--jobs", "2"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    environment = os.environ | QUIET
    with subprocess.Popen(
        words, **pipes, cwd=course.root, env=environment, start_new_session=True
    ) as running:
        assert "waiting\n" in iter(running.stdout.readline, "")
        yield running


def recorded(course):
    return [name for name, record in kept(course).items() if record and record.state == records.RECORDED]


def made_of(course):
    """Student -> marks, and what the cells said."""
    return {name: (record.report.marks, record.report.said) for name, record in kept(course).items()}


def test_stopped_and_killed_it_goes_on_to_the_same_marks(made, tmp_path, walls, here, capsys):
    """The disturbed and the undisturbed course have the same key, so the same hidden cases."""
    seeds.key(made / "grading" / "key")
    disturbed, calm = (Course(shutil.copytree(made, tmp_path / name)) for name in ("disturbed", "calm"))
    for course in (disturbed, calm):
        for name, answers in LARGER.items():
            a_course.hand_in(course, name, answers)

    with waiting(disturbed, tmp_path / "waits.py", 1) as running:
        os.killpg(running.pid, signal.SIGINT)  # as Ctrl-C does
        _, said = running.communicate()
    assert running.returncode == 130
    assert said == "\nStopped. 1 of 5 are marked. The same command goes on from there.\n"
    assert len(recorded(disturbed)) == 1

    with waiting(disturbed, tmp_path / "waits.py", 2) as running:  # one of them had its marks on disk
        workers = psutil.Process(running.pid).children(recursive=True)
        running.kill()
    assert psutil.wait_procs(workers, AT_MOST)[1] == []
    assert len(recorded(disturbed)) == 3

    assert sum(record is not None for record in kept(disturbed).values()) == 4
    assert here(disturbed) == 0
    said = capsys.readouterr().out
    assert said.startswith("4 of 5 were marked before.\nstudent  points  of")
    assert said.endswith("\n5 of 5 are marked and in the gradebook.\n")

    one = Batch(calm, NAME, calm.students(NAME), Gradebook(calm.config, NAME))
    assert not any(row.failed for row in one.run(one.jobs(), Here()))
    assert made_of(disturbed) == made_of(calm)
    assert in_gradebook(disturbed) == in_gradebook(calm)
    for name in calm.students(NAME):
        assert autograded(disturbed, name).read_bytes() == autograded(calm, name).read_bytes()


def test_in_a_terminal_there_is_a_bar(here, course, monkeypatch):
    monkeypatch.setattr(step, "mark", lambda step: a_class.QUICK)
    terminal, of_the_command = pty.openpty()
    termios.tcsetwinsize(of_the_command, (24, 80))
    with open(of_the_command, "w") as errors:
        monkeypatch.setattr(sys, "stderr", errors)
        assert here(course) == 0
    said = b""
    while b"3/3" not in said:
        said += os.read(terminal, 10**6)  # OSError at its end
    os.close(terminal)
    assert NAME in said.decode()


def test_ctrl_c_before_anything_has_begun(here, course, monkeypatch, capsys):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Course, "students", interrupt)
    assert here(course) == 130
    assert "The same command goes on" in capsys.readouterr().err


def test_a_second_one_at_the_same_time_is_refused(here, course, capsys):
    with records.Records(course.marks, NAME).locked():
        assert here(course) == 1
    assert f"{NAME} is being marked already, by process {os.getpid()}." in capsys.readouterr().err
    assert not any(kept(course).values())


# A machine that is not as it should be


def test_without_a_sandbox_nothing_is_run(course, tmp_path, walls):
    """No bubblewrap on the path; and a filter of system calls makes a kernel that knows no Landlock."""
    load, equal, answer = (0x20, 0, 0, 0), (0x15, 0, 1, 444), (0x06, 0, 0, 0x00050000 | errno.ENOSYS)
    steps = [load, equal, answer, (0x06, 0, 0, 0x7FFF0000)]
    (tmp_path / "filter").write_bytes(b"".join(struct.pack("HBBI", *step) for step in steps))
    without = f'exec bwrap --dev-bind / / --seccomp 9 env PATH="{tmp_path}" "$@" 9<"{tmp_path / "filter"}"'
    done = command(course, "--jobs", "1", within=["bash", "-c", without, "bash"])
    assert refused(done, "there is no sandbox for it", "apt install bubblewrap", "--trusted-code")
    assert os.listdir(course.marks / NAME) == [".lock"]
    assert in_gradebook(course) == {}
    assert not (course.grading / "autograded").exists()


def test_a_gradebook_that_cannot_be_written(course):
    """Root may write whatever the mode says, so the file is mounted read-only."""
    file = course.root / "gradebook.db"
    before = file.read_bytes()
    done = command(course, "--jobs", "1", within=[*NAMESPACE, "--ro-bind", str(file), str(file)])
    assert refused(
        done, "cannot be written (attempt to write a readonly database)", "does only what is missing"
    )
    assert file.read_bytes() == before
    assert os.listdir(course.marks / NAME) == [".lock"]
    assert not (course.grading / "autograded").exists()


FULL = """
import shutil, sys, threading, time
from pathlib import Path
from course_grader import __main__

course, disk, *words = sys.argv[1:]
shutil.copytree(course, f"{disk}/course")
marks, filler = Path(disk, "course", "grading", "marks"), Path(disk, "filler")

def fill():
    while not list(marks.glob("*/*.json")):
        time.sleep(0.01)
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass

def run():
    print("status", __main__.main(words), "=====", flush=True)

threading.Thread(target=fill).start()
run()
run()
shutil.copytree(f"{disk}/course", f"{course}.full")
filler.unlink()
run()
shutil.copytree(f"{disk}/course", f"{course}.room")
"""


def test_a_disk_that_becomes_full(course, tmp_path, walls):
    """It fills up when the first record is there. A second run finds it full. Then there is room again."""
    disk = tmp_path / "disk"
    disk.mkdir()
    within = [*NAMESPACE, "--size", str(25_000_000), "--tmpfs", str(disk), sys.executable, "-c", FULL]
    words = [*within, str(course.root), str(disk), "mark", NAME, "--course", f"{disk}/course", "--jobs", "1"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    done = subprocess.run(words, **pipes, env=os.environ | QUIET, check=False)
    filled, full, room, _ = done.stdout.split("=====\n")
    for said in (filled, full):
        assert said.endswith("status 1 ")
        assert "is full. Make room. Then give the same command again" in said
        assert "Traceback" not in said
    then = Course(f"{course.root}.full")
    assert any(kept(then).values())
    assert not list(then.grading.rglob("*.part"))
    with contextlib.closing(sqlite3.connect(then.root / "gradebook.db")) as gradebook:
        assert gradebook.execute("pragma integrity_check").fetchall() == [("ok",)]
    assert room.endswith("3 of 3 are marked and in the gradebook.\nstatus 0 ")
    assert is_whole(Course(f"{course.root}.room"))


def test_a_hidden_case_that_cannot_be_drawn(here, course, monkeypatch, walls, capsys):
    """Some draws of a task fail: so some students cannot be marked."""
    right = tasks.BY_NAME["sgd_step"]
    often = replace(right, draw=lambda rng: 1 / (rng.random() < 0.9) and right.draw(rng))
    monkeypatch.setitem(tasks.BY_NAME, "sgd_step", often)

    def draws_fail(name):
        seed = course.seeds(NAME, name, course.handed_in(NAME, name).attempt)("sgd_step")
        return not all(generator.random() < 0.9 for generator in task._generators(seed))

    for number in range(256):  # keys, until one fails for some and not for all
        (course.grading / "key").write_bytes(bytes([number]) * 32)
        left = {name for name in POINTS if draws_fail(name)}
        if 0 < len(left) < 3:
            break
    assert here(course) == 1
    said = capsys.readouterr().out
    assert f"{len(left)} {'is' if len(left) == 1 else 'are'} not:" in said
    assert all(name in said for name in left)
    assert "The task sgd_step cannot be judged" in said
    assert in_gradebook(course) == {name: points for name, points in POINTS.items() if name not in left}


def test_a_gradebook_that_does_not_know_the_assignment(here, course, made, capsys):
    (course.root / "gradebook.db").unlink()
    assert here(course) == 1
    assert "There is no gradebook at" in capsys.readouterr().err
    shutil.copy(made / "gradebook.db", course.root)
    with contextlib.closing(sqlite3.connect(course.root / "gradebook.db")) as gradebook:
        gradebook.execute("delete from assignment")
        gradebook.commit()
    assert here(course) == 1
    said = capsys.readouterr().err
    what_to_do = f"In the course's folder: nbgrader generate_assignment {NAME}\n"
    assert said == f"The gradebook does not know {NAME}. {what_to_do}"


# More than one machine; that Dask's workers mark a class is in test_schedulers.py


def test_a_scheduler_that_is_not_there(here, course, capsys):
    assert here(course, "--scheduler", "tcp://127.0.0.1:1") == 1
    assert "Start one with: dask scheduler" in capsys.readouterr().err


# What is said


DIES = "def sgd_step(w, g, lr):\n    import os\n    os._exit(1)"


def test_the_table_and_the_file(here, course, walls, capsys):
    a_course.hand_in(
        course,
        "dan",
        RIGHT | {"sgd-step": DIES, "set-up": "from course_lib.checks import *\nimport numpy as np\n1 / 0"},
    )
    folder = course.submitted(NAME, "cy")
    (folder / f"{NAME}.ipynb").rename(folder / "mine.ipynb")
    assert here(course, "--csv", str(course.root / "marks.csv")) == 0
    told = capsys.readouterr()
    assert told.err == ""
    head, _, *lines, _, remark, end = told.out.splitlines()
    assert head.split("  ")[0] == "student"
    assert [line[: head.index("seconds")].split() for line in lines] == [
        ["ada", "12", "12", "graded"],
        ["bob", "3", "12", "graded"],
        ["cy", "0", "12", "graded"],
        ["dan", "9", "12", "student", "error"],
    ]
    assert lines[3].endswith("1 cell with an error; its process ended in check-sgd-step")
    assert remark == "cy: 'mine.ipynb' was taken for 01_learning_rate.ipynb."
    assert end == "4 of 4 are marked and in the gradebook."
    with (course.root / "marks.csv").open(newline="") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    assert {name: float(row["points"]) for name, row in rows.items()} == POINTS | {"dan": 9}
    assert rows["bob"]["check-sgd-step"] == "3.0"


def test_what_is_said_can_be_read_in_a_terminal_and_a_spreadsheet(tmp_path):
    """Students choose names of files, and through them what stands here."""
    wicked = Row("=cmd|' /C calc'!A0", FAULT, what="\x1b[2Jgone\nada  12")
    assert "\x1b" not in summary.whole([wicked])
    assert "?[2Jgone?ada" in summary.whole([wicked])
    summary.write_csv(tmp_path / "marks.csv", [wicked])
    assert "'=cmd" in (tmp_path / "marks.csv").read_text()


def test_students_with_the_same_fault_are_told_of_together():
    rows = [Row(name, FAULT, what="There is no sandbox.") for name in ("ada", "bob")] + [
        Row("cy", "graded", 1, 2)
    ]
    end = "1 of 3 are marked and in the gradebook. 2 are not:\nada, bob: There is no sandbox."
    assert summary.whole(rows).endswith(end)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["mark"], "the following arguments are required: assignment"),
        (
            ["mark", "01_learning_rat"],
            "ASSIGNMENT: there is no '01_learning_rat'; near it are: 01_learning_rate",
        ),
        (["mark", "?"], "ASSIGNMENT: there is no '?'; there are: 01_learning_rate"),
        (["mark", NAME, "--student", "adda"], "--student: there is no 'adda'; near it are: ada"),
        (["mark", NAME, "--student", "x"], "--student: there is no 'x'; there are: ada, bob, cy"),
        (["mark", NAME, "--jobs", "0"], "argument --jobs: must be a whole number from 1; got '0'"),
        (["mark", NAME, "--jobs", "two"], "argument --jobs: must be a whole number from 1; got 'two'"),
        (["mark", NAME, "--csv", "/not/there/marks.csv"], "--csv must be a file in a folder that exists"),
        (["mark", NAME, "--jobs", "2", "--scheduler", "tcp://h:1"], "give one of them"),
        (["mark", NAME, "--course", "/"], "--course must be a folder with nbgrader_config.py; got /"),
    ],
)
def test_what_cannot_be_understood(here, course, monkeypatch, capsys, words, says):
    monkeypatch.chdir(course.root)
    with pytest.raises(SystemExit) as end:
        __main__.main(words)
    assert end.value.code == 2
    assert says in capsys.readouterr().err
    assert not course.marks.exists()


def test_a_dry_run_changes_nothing(here, course, capsys):
    files = {path: path.stat().st_mtime_ns for path in course.root.rglob("*")}
    assert here(course, "--dry-run", "--student", "ada") == 0
    assert capsys.readouterr().out.splitlines()[2:] == ["ada      mark                not marked yet"]
    assert {path: path.stat().st_mtime_ns for path in course.root.rglob("*")} == files


def test_nobody_has_handed_in(here, course, capsys):
    shutil.rmtree(course.grading / "submitted")
    assert here(course) == 1
    assert f"To collect: nbgrader collect {NAME}" in capsys.readouterr().err


def test_a_doctor_who_finds_nothing(course, walls, capsys):
    assert __main__.main(["doctor", "--course", str(course.root)]) == 0
    told = capsys.readouterr().out
    assert works(told) == {"gradebook": "yes"}
    assert told.endswith(f"\n\nNext, in the course's folder: python -m course_grader mark {NAME}\n")


def test_before_the_first_release_a_course_is_healthy(course, walls, capsys):
    (course.root / "gradebook.db").unlink()
    assert __main__.main(["doctor", "--course", str(course.root)]) == 0
    told = capsys.readouterr().out
    assert works(told) == {"gradebook": "not yet"}
    assert told.endswith(f"\n\nNext, in the course's folder: nbgrader generate_assignment {NAME}\n")


def test_a_doctor_who_finds_something(course, monkeypatch, capsys):
    monkeypatch.setattr(doctor.sandbox, "fault", lambda walls: "It needs Linux.")
    (course.root / "gradebook.db").write_text("no database")
    assert __main__.main(["doctor", "--course", str(course.root)]) == 1
    told = capsys.readouterr().out
    assert works(told) == {"gradebook": "no"}
    assert "bubblewrap: It needs Linux." in told
    assert "gradebook: The gradebook" in told
    assert "cannot be written (file is not a database)" in told
    assert "There is no sandbox, so nothing that students wrote is run here." in told


def works(told):
    """What the doctor says of the gradebook."""
    return dict(line.split(maxsplit=1) for line in told.splitlines() if line.startswith("gradebook "))


GONE = """
import os, sys
from course_grader import __main__, gradebook

for words in sys.argv[1:]:
    if os.fork():
        os.wait()
    else:
        read, write = os.pipe()
        os.close(read)
        os.dup2(write, 1)
        sys.exit(__main__.main(words.split()))
"""


def test_a_reader_who_has_enough_is_no_error(course):
    """It has gone before the first line comes."""
    words = ["doctor", "--help", "mark --help", f"mark {NAME} --dry-run"]
    done = subprocess.run(
        [sys.executable, "-c", GONE, *words], cwd=course.root, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""

"""The command as a learner gives it; in a process of its own where that may make a difference."""

import io
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from urllib.parse import quote

import pytest

from course_lib.__main__ import main
from course_lib.base import web
from course_lib.course import contents, copies, lab
from tests.course.serving import get, served

NOBODY = 65534
NOTIFICATIONS = "@jupyterlab/apputils-extension:notification"


def give(*arguments, cwd):
    """Give the command in that folder: what it says, and its exit status."""
    with chdir(cwd), redirect_stdout(io.StringIO()) as said, redirect_stderr(io.StringIO()) as complaints:
        try:
            status = main(arguments)
        except SystemExit as end:  # from argparse, which has said why
            status = end.code
        if isinstance(status, str):  # as sys.exit takes it
            print(status, file=sys.stderr)
            status = 1
    return subprocess.CompletedProcess(arguments, status or 0, said.getvalue(), complaints.getvalue())


def one_sentence(done):
    """What a command said that could not be carried out: a line on stderr and no traceback."""
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("losses-and-optimizers: ")
    return line.removeprefix("losses-and-optimizers: ")


def test_start_lays_the_course_and_serves_its_start_page(tmp_path):
    with served("Mein Kurs & Übung", cwd=tmp_path) as (address, said):
        assert f"{len(contents.names())} files laid." in said
        assert "/lab/tree/lessons/00_start_here.ipynb" in address
        page = json.loads(get(address, f"api/contents/{contents.START_PAGE}"))
        assert page["content"]["cells"][0]["source"].startswith("# ")
        settings = json.loads(
            get(address, f"lab/api/settings/{quote('@jupyterlab/apputils-extension')}:notification")
        )
        assert settings["schema"]["properties"]["fetchNews"]["default"] == "false"
        assert "custom/custom.css" in get(address, "lab")
        assert "max-width: 54ch" in get(address, "custom/custom.css")
    assert (tmp_path / "Mein Kurs & Übung" / contents.START_PAGE).is_file()


def test_figures_link_to_the_site_that_start_is_told_of(tmp_path, monkeypatch):
    monkeypatch.delenv(web.SITE, raising=False)
    monkeypatch.setattr(lab, "run", lambda *_, **__: print(f"It is at {web.site()}."))
    assert "It is at ." in give("start", "course", cwd=tmp_path).stdout
    refused = give("start", "course", "--site", "example.org", cwd=tmp_path)
    assert "--site must begin with https:// or http://" in one_sentence(refused)
    monkeypatch.setenv(web.SITE, "")  # so that what the command sets is taken away again
    done = give("start", "course", "--site", "https://example.org/course/", cwd=tmp_path)
    assert "It is at https://example.org/course/." in done.stdout


def test_inside_the_course_no_folder_need_be_named(tmp_path):
    give("update", "here", cwd=tmp_path)
    for inside in ("here", "here/lessons"):
        assert "Everything is up to date." in give("update", cwd=tmp_path / inside).stdout
    give("update", cwd=tmp_path)
    assert copies.is_course(tmp_path / "losses-and-optimizers")


@pytest.mark.skipif(os.name != "posix", reason="HOME is what a home folder is called on Unix")
def test_without_a_home_jupyter_keeps_its_files_in_the_course(tmp_path):
    no_home = os.environ | {"HOME": str(tmp_path / "is not there")}
    with served("course", cwd=tmp_path, env=no_home) as (address, said):
        assert "There is no home folder that can be written" in said
        assert json.loads(get(address, "api/status"))["kernels"] == 0
    assert (tmp_path / "course" / ".home").is_dir()


def test_a_port_that_is_taken_is_told_of_before_anything_is_served(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = give("start", "--no-browser", "--port", str(port), cwd=tmp_path)
    assert (
        one_sentence(done) == f"port {port} is taken: give another, or leave --port out for the next free one"
    )


@pytest.mark.parametrize("port", ["0", "65536", "x", "-1"])
def test_a_port_that_is_none(port, tmp_path):
    done = give("start", f"--port={port}", cwd=tmp_path)
    assert done.returncode == 2
    assert f"must be a whole number from 1 to 65535; got '{port}'" in done.stderr


def test_a_folder_that_is_a_file(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    said = one_sentence(give("update", "notes.txt", cwd=tmp_path))
    assert re.fullmatch(r"cannot write \S*notes.txt\S*: .+\. Give another folder: .* start FOLDER", said)
    assert (tmp_path / "notes.txt").read_text() == "mine"


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps nobody from writing into a folder by its mode")
def test_a_folder_that_cannot_be_written(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o555)
    code = "import os, sys; from course_lib.__main__ import main; {}; sys.exit(main(['update', 'in']))"
    as_nobody = f"os.setuid({NOBODY})" if os.geteuid() == 0 else "pass"  # no mode keeps root from writing
    command = [sys.executable, "-c", code.format(as_nobody)]
    done = subprocess.run(command, cwd=closed, capture_output=True, encoding="utf-8")
    assert "Permission denied. Give another folder" in one_sentence(done)
    assert list(closed.iterdir()) == []


def test_reset_takes_the_names_that_a_learner_has_for_a_lesson(tmp_path):
    give("update", ".", cwd=tmp_path)
    for name, file in {
        "5": "lessons/05_momentum.ipynb",
        "05_momentum": "lessons/05_momentum.ipynb",
        "lessons/05_momentum.ipynb": "lessons/05_momentum.ipynb",
        "exercises/5": "exercises/05_momentum/05_momentum.ipynb",
        "exercises/05_momentum": "exercises/05_momentum/05_momentum.ipynb",
        "exercises/05_momentum/05_momentum.ipynb": "exercises/05_momentum/05_momentum.ipynb",
    }.items():
        done = give("reset", name, cwd=tmp_path)
        assert done.stdout.startswith(
            f"{file} is as the course has it. Yours is kept beside it: 05_momentum.mine"
        )
    for name in ("2b", "02b", "lessons/2b"):
        done = give("reset", name, cwd=tmp_path)
        assert done.stdout.startswith("lessons/02b_is_the_slope_right.ipynb is as the course has it.")
    done = give("reset", "glossary", cwd=tmp_path)
    assert done.stdout.startswith("lessons/glossary.ipynb is as the course has it.")


def test_reset_of_what_is_no_lesson_names_those_near_it(tmp_path):
    give("update", ".", cwd=tmp_path)
    said = one_sentence(give("reset", "5_momentun", cwd=tmp_path))
    assert said == "there is no lesson '5_momentun'; near it are 05_momentum, 15_warm_up, 04_conditioning"
    said = one_sentence(give("reset", "99", cwd=tmp_path))
    assert "01_learning_rate, 02_regression_losses" in said


def test_reset_where_there_is_no_course(tmp_path):
    said = one_sentence(give("reset", "5", cwd=tmp_path))
    assert said == "losses-and-optimizers holds no course: name its folder with --folder, or use start"
    assert list(tmp_path.iterdir()) == []


def test_progress_is_that_of_the_exercises(tmp_path):
    assert "01_learning_rate" in give("progress", cwd=tmp_path).stdout


def test_help_shows_examples_and_says_what_each_command_does(tmp_path):
    whole = give("--help", cwd=tmp_path).stdout
    assert "examples:" in whole
    for command in ("start", "update", "reset", "progress", "doctor"):
        shown = give(command, "--help", cwd=tmp_path)
        assert shown.returncode == 0
        assert command in whole
        assert "usage:" in shown.stdout


@pytest.mark.skipif(shutil.which("head") is None, reason="needs head to read a part only")
def test_a_reader_who_has_enough_is_no_error(tmp_path):
    pipe = f"'{sys.executable}' -m course_lib doctor | head -n 1"
    done = subprocess.run(pipe, shell=True, cwd=tmp_path, capture_output=True, encoding="utf-8")
    assert done.stdout.startswith("✔ Python")
    assert done.stderr == ""


def test_doctor_finds_all_well_here(tmp_path):
    done = give("doctor", cwd=tmp_path)
    assert done.returncode == 0
    assert "✘" not in done.stdout
    assert f"✔ {len(contents.names())} files of the course" in done.stdout


def test_doctor_says_what_is_missing_and_what_to_do(tmp_path, monkeypatch, capsys):
    from course_lib import __main__ as command
    from course_lib.course import doctor

    monkeypatch.setattr(doctor, "_required", lambda: ["numpy", "no-such-package"])
    monkeypatch.setenv("COURSE_PROGRESS", str(Path(tmp_path, "file", "progress.json")))
    Path(tmp_path, "file").write_text("a file and no folder")
    assert command.main(["doctor"]) == 1
    said = capsys.readouterr().out
    assert "✘ no-such-package is missing: pip install no-such-package" in said


def test_doctor_says_how_large_maps_are(monkeypatch, capsys):
    from course_lib import __main__ as command
    from course_lib.compiled import machine

    def said():
        command.main(["doctor"])
        return capsys.readouterr().out

    assert "✔ maps of 10,000 runs, not of 100,000: COURSE_COMPILED is 0" in said()
    monkeypatch.delenv("COURSE_COMPILED")
    assert "✔ maps of 100,000 runs\n" in said()
    monkeypatch.setattr(machine, "llvm", lambda: None)
    assert "the compiler is not installed: pip install 'losses-and-optimizers[fast]'" in said()


def test_doctor_answers_where_there_is_no_home(monkeypatch, capsys):
    from course_lib import __main__ as command
    from course_lib.base import events

    def no_home():
        raise OSError("there is no home folder; COURSE_PROGRESS may name a file for it")

    monkeypatch.setattr(events, "file", no_home)
    assert command.main(["doctor"]) == 0
    assert "! progress is not kept: there is no home folder" in capsys.readouterr().out


def test_progress_is_told_exported_and_begun_anew(record_file, tmp_path, capsys):
    from course_lib import __main__ as command
    from course_lib.predictions import Predict

    Predict("01_learning_rate").lock(1, "-1/8")
    assert not command.main(["progress", "--export", str(tmp_path / "mine.jsonl"), "--reset"])
    said = capsys.readouterr().out
    assert said.startswith(f"1 event is in {tmp_path / 'mine.jsonl'}.\nThe record begins anew.")
    assert said.endswith(
        "The last one is kept: {}\n".format(record_file.with_stem("progress.before-reset-1"))
    )
    assert not command.main(["progress"])
    said = capsys.readouterr().out
    assert re.search(r"^01_learning_rate +not begun", said)
    assert not command.main(["progress", "--reset"])
    assert capsys.readouterr().out == "There was no record yet.\n"


def test_a_record_that_cannot_be_exported_stays(record_file, tmp_path):
    from course_lib import __main__ as command
    from course_lib.predictions import Predict

    Predict("01_learning_rate").lock(1, "-1/8")
    said = command.main(["progress", "--export", str(tmp_path / "nowhere" / "mine.jsonl"), "--reset"])
    assert said.startswith("losses-and-optimizers: the record stays as it is: ")
    assert record_file.exists()

"""PostgreSQL as the gradebook: a class goes through nbgrader with a real server behind it."""

import glob
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from course_grader.course import Course
from sqlalchemy.engine import make_url

from . import a_course
from .a_course import NAME, RIGHT

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's own
STARTS_WITHIN = 180  # seconds, however busy the machine is


@pytest.fixture(scope="module")
def programs():
    """The folder of PostgreSQL's own programs."""
    found = shutil.which("initdb") or max(glob.glob("/usr/lib/postgresql/*/bin/initdb"), default=None)
    if found is None:
        reason = "no PostgreSQL found: install it (Debian: apt install postgresql) to run its test"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    return Path(found).resolve().parent


@pytest.fixture(scope="module")
def server(programs):
    """Where a server's socket is. It has a folder of its own, and no port."""
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    whose = {}
    if os.getuid() == 0:  # it refuses to run as root
        whose = {"user": "postgres", "group": "postgres", "extra_groups": []}
        shutil.chown(folder, "postgres", "postgres")
    data = ["-D", str(folder / "data")]
    accounts = ["--username=teacher", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
    subprocess.run([programs / "initdb", *data, *accounts], check=True, capture_output=True, cwd="/", **whose)
    with (folder / "log").open("wb") as log:
        command = [programs / "postgres", *data, "-k", folder, "-c", "listen_addresses=", "-c", "fsync=off"]
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd="/", **whose)
    try:
        _wait(folder, process)
        yield folder
    finally:
        process.send_signal(signal.SIGINT)  # ends every connection, then itself
        process.wait(timeout=STARTS_WITHIN)
        shutil.rmtree(folder)


def _wait(folder, process):
    over = time.monotonic() + STARTS_WITHIN
    while True:
        try:
            psycopg.connect(host=str(folder), user="teacher", dbname="postgres").close()
            return
        except psycopg.OperationalError:
            assert process.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < over, (folder / "log").read_text()
            time.sleep(0.1)


@pytest.fixture
def course(server, tmp_path):
    """A course whose nbgrader_config.py names a database of the server."""
    name = f"gradebook_{uuid4().hex}"
    with psycopg.connect(host=str(server), user="teacher", dbname="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    folder = a_course.make(tmp_path / "course")
    url = f"postgresql+psycopg://teacher@/{name}?host={server}"
    with (folder / "nbgrader_config.py").open("a") as config:
        config.write(f'\nc.CourseDirectory.db_url = "{url}"\n')
    return Course(folder)


def test_a_class_is_marked_and_its_marks_are_in_postgresql(server, course, walls):
    a_course.generate(course)
    a_course.hand_in(course, "ada", RIGHT)
    a_course.hand_in(course, "bob", {"sgd-step": RIGHT["sgd-step"]})
    a_course.hand_in(course, "eve", {})
    done = a_course.api(course).autograde(NAME, "*")
    assert done["success"], done
    expected = {"ada": 12, "bob": 3, "eve": 0}
    assert a_course.scores(course) == expected
    assert not (course.root / "gradebook.db").exists()
    name = make_url(course.db_url).database
    with psycopg.connect(host=str(server), user="teacher", dbname=name) as connection:
        rows = connection.execute(
            "SELECT student_id, sum(auto_score) FROM submitted_assignment"
            " JOIN submitted_notebook ON submitted_notebook.assignment_id = submitted_assignment.id"
            " JOIN grade ON grade.notebook_id = submitted_notebook.id GROUP BY student_id"
        )
        assert dict(rows.fetchall()) == expected


def test_marks_that_a_teacher_gave_by_hand_survive_marking_again(course, walls):
    a_course.generate(course)
    a_course.hand_in(course, "ada", RIGHT)
    assert a_course.api(course).autograde(NAME, "ada")["success"]
    with a_course.api(course).gradebook as gradebook:
        grade = gradebook.find_grade("nan-in-words", NAME, NAME, "ada")
        grade.manual_score = 2.5
        gradebook.db.commit()
    assert a_course.api(course).autograde(NAME, "ada", force=True)["success"]
    assert a_course.scores(course) == {"ada": 14.5}

"""Manual grading without names: what a real server sends, with the documented switch and without it."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request

import pytest
from course_grader import step
from course_grader.batch import Batch
from course_grader.gradebook import Gradebook

from tools import lab

from . import a_class, a_course
from .a_class import QUICK, Here
from .a_course import NAME

SWITCH = "--ServerApp.jpserver_extensions=course_grader.anonymous=True"
WHO = re.compile(r"\b(ada|Ada|Lovelace)\b")


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    made = a_class.make(tmp_path_factory.mktemp("made") / "course")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(step, "mark", lambda step: QUICK)
        batch = Batch(made, NAME, ["ada"], Gradebook(made.config, NAME))
        assert not any(row.failed for row in batch.run(batch.jobs(), Here()))
    with a_course.api(made).gradebook as gradebook:
        gradebook.update_or_create_student("ada", first_name="Ada", last_name="Lovelace")
    return made


def test_the_page_for_teachers_names_the_switch():
    assert f"jupyter lab {SWITCH}\n" in (a_course.ROOT / "docs" / "teaching.md").read_text()


# What they share takes longest to load.
TWO_SERVERS = """
import os, sys
import nbgrader.server_extensions.formgrader
from jupyter_server.serverapp import main

*words, first, second, switch = sys.argv[1:]
main([*words, second, switch] if os.fork() else [*words, first])
"""


@pytest.fixture(scope="module")
def servers(course, tmp_path_factory):
    """Two servers in the course's folder, without and with the switch: the addresses of the formgraders."""
    home = tmp_path_factory.mktemp("home")
    names = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
    ports = [lab.free_port() for _ in range(2)]
    options = ["--ip=127.0.0.1", "--allow-root", "--IdentityProvider.token="]
    both = subprocess.Popen(
        [sys.executable, "-c", TWO_SERVERS, *options, *(f"--port={port}" for port in ports), SWITCH],
        cwd=course.root,
        env=os.environ | {name: str(home / name.lower()) for name in names},
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        urls = [f"http://127.0.0.1:{port}" for port in ports]
        for url in urls:
            lab.wait_for_answer(both, f"{url}/api/status")
        yield [f"{url}/formgrader" for url in urls]
    finally:
        os.killpg(both.pid, signal.SIGKILL)
        both.wait()


def got(url):
    with urllib.request.urlopen(url) as answer:
        return answer.read().decode()


def pages(url):
    """What each page and answer holds on which ada's prose is marked."""
    table = got(f"{url}/api/submitted_notebooks/{NAME}/{NAME}")
    (one,) = json.loads(table)
    about = f"submission_id={one['id']}"
    grades = got(f"{url}/api/grades?{about}")
    return {
        "the table": table,
        "its page": got(f"{url}/gradebook/{NAME}/{NAME}"),
        "the submission": got(f"{url}/submissions/{one['id']}/"),
        "the points": grades,
        "a point": got(f"{url}/api/grade/{json.loads(grades)[0]['id']}"),
        "the comments": got(f"{url}/api/comments?{about}"),
    }


def test_nbgrader_alone_sends_the_names(servers):
    named = {what for what, text in pages(servers[0]).items() if WHO.search(text)}
    assert named == {"the table", "the submission", "the points", "a point", "the comments"}


def test_with_the_switch_no_page_has_a_name(servers):
    url = servers[1]
    sent = pages(url)
    assert [what for what, text in sent.items() if WHO.search(text)] == []
    assert json.loads(sent["the table"])[0]["student"] == "Submission #1"
    assert "Submission #1" in sent["the submission"]
    assert "nan-in-words" in sent["the submission"]
    assert WHO.search(got(f"{url}/api/submissions/{NAME}"))  # where a teacher manages, and marks nothing
    with pytest.raises(urllib.error.HTTPError) as missing:
        got(f"{url}/api/grade/none")
    missing.value.close()
    assert missing.value.code == 404

"""Manual grading without names: what a real server sends, with the documented switch and without it."""

import contextlib
import json
import os
import re
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


@contextlib.contextmanager
def serving(course, home, *words):
    """A server of Jupyter's in the course's folder, started with these words; the formgrader's address."""
    names = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
    environment = os.environ | {name: str(home / name.lower()) for name in names}
    port = lab.free_port()
    options = ["--ip=127.0.0.1", f"--port={port}", "--allow-root", "--IdentityProvider.token="]
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyter_server", *options, *words],
        cwd=course.root,
        env=environment,
        stderr=subprocess.DEVNULL,
    )
    try:
        url = f"http://127.0.0.1:{port}"
        lab.wait_for_answer(server, f"{url}/api/status")
        yield f"{url}/formgrader"
    finally:
        lab.end(server)


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


def test_nbgrader_alone_sends_the_names(course, tmp_path):
    with serving(course, tmp_path) as url:
        named = {what for what, text in pages(url).items() if WHO.search(text)}
    assert named == {"the table", "the submission", "the points", "a point", "the comments"}


def test_with_the_switch_no_page_has_a_name(course, tmp_path):
    with serving(course, tmp_path, SWITCH) as url:
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

"""For every test of the grader: one thread for each process, the course's progress file is nobody's, and a
sandbox, without which nothing of a student's is run."""

import os
import shutil
import tempfile

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ["COURSE_PROGRESS"] = f"{tempfile.mkdtemp()}/progress.json"

import pytest
from course_grader import sandbox
from course_grader.course import Course
from course_grader.faults import GraderFault
from hypothesis import settings

from . import a_class

settings.register_profile("course", deadline=None, derandomize=True, database=None)
settings.load_profile("course")


@pytest.fixture(scope="session")
def walls():
    """The sandbox of this machine. A machine without one fails where marks depend on it."""
    try:
        return sandbox.choose()
    except GraderFault as fault:
        pytest.fail(str(fault)) if os.environ.get("CI") else pytest.skip(str(fault))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The folder of a class that has handed in, to be copied."""
    return a_class.make(tmp_path_factory.mktemp("made") / "course").root


@pytest.fixture
def course(made, tmp_path):
    """A course with that class, which a test may change."""
    return Course(shutil.copytree(made, tmp_path / "course"))

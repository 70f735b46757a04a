"""For every test of the grader: one thread for each process, the course's progress file is nobody's, and a
sandbox, without which nothing of a student's is run."""

import os
import tempfile

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ["COURSE_PROGRESS"] = f"{tempfile.mkdtemp()}/progress.json"

import pytest
from course_grader import sandbox
from course_grader.faults import GraderFault
from hypothesis import settings

settings.register_profile("course", deadline=None, derandomize=True, database=None)
settings.load_profile("course")


@pytest.fixture(scope="session")
def walls():
    """The sandbox of this machine. A machine without one fails where marks depend on it."""
    try:
        return sandbox.choose()
    except GraderFault as fault:
        pytest.fail(str(fault)) if os.environ.get("CI") else pytest.skip(str(fault))

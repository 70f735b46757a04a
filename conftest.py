"""For every test, also of a notebook: one thread for each worker, no compiler, and a progress file that is
nobody's."""

import os
import tempfile
from pathlib import Path

import pytest

# Two workers with two threads each on two cores wait for one another: small products take four times as long.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
RECORDS = pytest.StashKey[Path]()  # the folder of the progress files


def pytest_configure(config):
    """Kernels and doctests, which know no fixtures, write their progress here too."""
    folder = tempfile.TemporaryDirectory()
    config.add_cleanup(folder.cleanup)
    config.stash[RECORDS] = Path(folder.name)
    os.environ["COURSE_PROGRESS"] = str(config.stash[RECORDS] / "progress.json")
    os.environ["COURSE_COMPILED"] = "0"  # a learner's maps; tests/compiled turns it on


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """A notebook's kernel, which starts now, finds no record of the notebooks before it."""
    if item.path.suffix == ".ipynb":
        own = item.config.stash[RECORDS] / item.path.parent.name / item.path.stem
        os.environ["COURSE_PROGRESS"] = str(own / "progress.json")


@pytest.fixture(autouse=True, scope="module")
def _examples_are_not_painted(request):
    """What figures print in their docstrings are words and numbers; tests/explorers looks at pictures."""
    if not request.node.nodeid.startswith("course_lib/explorers/"):
        yield
        return
    from tests.explorers import driving

    with driving.unpainted():
        yield

"""For every test, also of a notebook: one thread for each worker, no compiler, and a progress file that is
nobody's."""

import os
import tempfile
from pathlib import Path

# Two workers with two threads each on two cores wait for one another: small products take four times as long.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def pytest_configure(config):
    """Kernels and doctests, which know no fixtures, write their progress here too."""
    folder = tempfile.TemporaryDirectory()
    config.add_cleanup(folder.cleanup)
    os.environ["COURSE_PROGRESS"] = str(Path(folder.name, "progress.json"))
    os.environ["COURSE_COMPILED"] = "0"  # a learner's maps; tests/compiled turns it on

"""For every test: the same hypothesis examples each time and no clock, one thread for each worker, and a
progress file that is nobody's."""

import os
import tempfile

# Two workers with two threads each on two cores wait for one another: small products take four times as long.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

os.environ["COURSE_PROGRESS"] = f"{tempfile.mkdtemp()}/progress.json"

from hypothesis import settings

settings.register_profile("course", deadline=None, derandomize=True, database=None)
settings.load_profile("course")

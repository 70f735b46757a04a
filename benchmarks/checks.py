"""How long a learner waits for a check: right answers and typical mistakes, first calls in a fresh Python."""

import json
import os
import subprocess
import sys
import tempfile

import numpy as np
from tqdm import tqdm

from benchmarks import report, timing
from course_lib.checks import tasks

EXPERIMENT = """
import contextlib, io, json, sys, time
import IPython.core.getipython
IPython.core.getipython.get_ipython = lambda: True  # as in a notebook, where pictures are drawn
start = time.perf_counter()
from course_lib.checks import check, tasks
seconds = {"import": time.perf_counter() - start}
for task in tasks.BY_LESSON[sys.argv[1]]:
    for answer in [task.solved(), *task.mistakes.values()]:
        start = time.perf_counter()
        with contextlib.redirect_stdout(io.StringIO()):
            check(task.name, answer)
        took = time.perf_counter() - start
        seconds[task.name] = max(took, seconds.get(task.name, 0))
print(json.dumps(seconds))
"""


def main(quick):
    repeats = 1 if quick else 7
    seconds = {lesson: [] for lesson in tasks.BY_LESSON}
    timing.wait_for_quiet()
    for _ in tqdm(range(repeats), desc="checks", leave=False):
        for lesson in seconds:
            seconds[lesson].append(measured(lesson))
    rows = [row(lesson, runs) for lesson, runs in seconds.items()]
    bars = [
        report.Bar("slowest check of all, in at most 1 s", max(row["ms"] for row in rows) / 1e3, at_most=1)
    ]
    report.publish("checks", "The slowest check of each exercise", rows, bars, ["numpy"])


def row(lesson, runs):
    """The slowest task of a lesson, by its median, and what the first import takes."""
    median = {name: 1e3 * float(np.median([run[name] for run in runs])) for name in runs[0]}
    loading = median.pop("import")
    slowest = max(median, key=lambda name: median[name])
    return {"exercise": lesson, "slowest": slowest, "ms": median[slowest], "import ms": loading}


def measured(lesson):
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", EXPERIMENT, lesson]
        environment = os.environ | {"COURSE_PROGRESS": f"{folder}/progress.json"}
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return json.loads(done.stdout)

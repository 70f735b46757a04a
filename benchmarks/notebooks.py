"""How long it takes to run all lessons and solutions again and compare them, and how long ``make test``."""

import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from benchmarks import report, timing

ROOT = Path(__file__).parents[1]
NBVAL = ["-m", "pytest", "-q", "-n", "2", "lessons", "solutions"]
MAKE_TEST = ["make", "test"]


def main(quick):
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "tests.xml"
        runs = [seconds([sys.executable, *NBVAL, f"--junitxml={log}"]) for _ in range(1 if quick else 3)]
        of_each = by_notebook(log)
    all_of_them = float(np.median(runs))
    rows = [{"what": "all lessons and solutions", "runs": len(runs), "seconds": all_of_them}]
    bars = [report.Bar("all lessons and solutions in at most 4 minutes", all_of_them / 60, at_most=4)]
    if not quick:
        rows.append({"what": "make test", "runs": 1, "seconds": seconds(MAKE_TEST)})
        bars.append(report.Bar("make test in at most 6 minutes", rows[-1]["seconds"] / 60, at_most=6))
    report.publish(
        "notebooks",
        "Notebooks and checks, from start to end, by two workers",
        rows,
        bars,
        ["pytest", "pytest-xdist", "nbval", "ipykernel", "jupyterlab", "numpy"],
        further={"Each notebook in the last of these runs, in seconds of its worker": of_each},
        quick=quick,
    )


def seconds(command):
    """The wall time of a command that must succeed."""
    timing.wait_for_quiet()
    start = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return time.perf_counter() - start


def by_notebook(log):
    """A row for each lesson: its own time and its solution's, all cells together."""
    taken = {"lessons": Counter(), "solutions": Counter()}
    for case in ElementTree.parse(log).iter("testcase"):
        folder, *_, notebook = case.attrib["classname"].removesuffix(".ipynb").split(".")
        taken[folder][notebook] += float(case.attrib["time"])
    return [
        {"notebook": name, "lesson": time_taken, "solution": taken["solutions"].get(name)}
        for name, time_taken in sorted(taken["lessons"].items())
    ]

"""What importing the library costs on top of numpy, each time in a fresh Python."""

import subprocess
import sys

import numpy as np

from benchmarks import report

EXPERIMENT = """
import time, numpy
start = time.perf_counter()
import {modules}
print(time.perf_counter() - start)
"""
CONTESTANTS = {
    "import course_lib": "course_lib",
    "... and all that trains": "course_lib.training, course_lib.models, course_lib.data_loss",
}


def main(quick):
    repeats = 3 if quick else 15
    median = {
        name: float(np.median([seconds(modules) for _ in range(repeats)]))
        for name, modules in CONTESTANTS.items()
    }
    rows = [{"what": name, "median ms": 1e3 * time} for name, time in median.items()]
    bars = [report.Bar(f"{row['what']} in at most 100 ms", row["median ms"], at_most=100) for row in rows]
    report.publish("imports", "Importing the library, on top of numpy", rows, bars, ["numpy"])


def seconds(modules):
    experiment = EXPERIMENT.format(modules=modules)
    done = subprocess.run([sys.executable, "-c", experiment], capture_output=True, text=True, check=True)
    return float(done.stdout)

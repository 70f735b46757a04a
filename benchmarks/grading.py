"""Submissions a minute: ``python -m course_grader mark`` beside ``nbgrader autograde`` with its own settings.

Both mark the same class, from the start of the command to its end, and must come to the same points.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import numpy as np
from course_grader.gradebook import Gradebook
from nbgrader.utils import is_grade, is_solution
from tqdm import tqdm
from traitlets.config import Config

from benchmarks import report, timing

ROOT = Path(__file__).parents[1]
NAME = "01_learning_rate"
STOCK = """
c = get_config()
c.CourseDirectory.course_id = "losses_and_optimizers"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
c.CourseDirectory.submitted_directory = "grading/submitted"
c.CourseDirectory.autograded_directory = "grading/autograded"
"""
COMMANDS = {
    "python -m course_grader mark": ["-m", "course_grader", "mark"],
    "nbgrader autograde": ["-m", "nbgrader", "autograde"],
}
OURS, THEIRS = COMMANDS
AT_LEAST = {12: 8, 96: 12}  # students -> times as many as stock nbgrader
ENVIRONMENT = os.environ | {"PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}


def main(quick):
    sizes, repeats = ([12], 1) if quick else (list(AT_LEAST), 3)
    races = {students: race(students, repeats) for students in sizes}
    rows = [row for pair in races.values() for row in pair]
    bars = [
        report.Bar(
            f"at least {AT_LEAST[students]} times as many submissions a minute, of a class of {students}",
            ours["times as many"],
            at_least=AT_LEAST[students],
        )
        for students, (ours, _) in races.items()
    ]
    packages = ["nbgrader", "nbclient", "ipykernel", "sqlalchemy", "numpy"]
    report.publish("grading", "Submissions of the first exercise", rows, bars, packages, quick=quick)


def race(students, repeats):
    """A row for each command, which mark the same class in turn."""
    seconds = {name: [] for name in COMMANDS}
    with tempfile.TemporaryDirectory() as folder:
        courses = {
            OURS: course(Path(folder, "ours"), students),
            THEIRS: course(Path(folder, "theirs"), students, STOCK),
        }
        for _ in tqdm(range(repeats), desc=f"a class of {students}", leave=False):
            points = {}
            for name, made in courses.items():
                used = shutil.copytree(made, Path(folder, "used"))
                seconds[name].append(timed([*COMMANDS[name], NAME], used))
                points[name] = Gradebook(Config({"CourseDirectory": {"root": str(used)}}), NAME).points()
                shutil.rmtree(used)
            if points[OURS] != points[THEIRS]:
                raise RuntimeError(f"they do not come to the same points: {points}")
    medians = {name: float(np.median(runs)) for name, runs in seconds.items()}
    return [
        {
            "command": name,
            "submissions": students,
            "runs": repeats,
            "seconds": median,
            "a minute": 60 * students / median,
            "times as many": medians[THEIRS] / median,
        }
        for name, median in medians.items()
    ]


def timed(words, folder):
    """The wall time of a command in a course's folder; it must succeed."""
    timing.wait_for_quiet()
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *words], cwd=folder, capture_output=True, text=True, env=ENVIRONMENT
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return time.perf_counter() - start


def course(folder, students, config=None):
    """A course whose students hand in answers that are right, half done, missing and wrong, in turn."""
    for part in (f"solutions/{NAME}", f"exercises/{NAME}", "tools"):
        shutil.copytree(ROOT / part, folder / part)
    (folder / "nbgrader_config.py").write_text(
        config or (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    )
    timed(["-m", "nbgrader", "generate_assignment", NAME, "--force"], folder)
    kinds = answers()
    for number in range(students):
        handed_in = folder / "grading" / "submitted" / f"student{number:02}" / NAME
        handed_in.mkdir(parents=True)
        nbformat.write(answered(kinds[number % len(kinds)]), handed_in / f"{NAME}.ipynb")
    return folder


def answers():
    """Cell id -> source, for each kind of submission."""
    solved = nbformat.read(ROOT / "solutions" / NAME / f"{NAME}.ipynb", as_version=4)
    right = {cell.id: cell.source for cell in solved.cells if is_solution(cell) and not is_grade(cell)}
    wrong = {name: f"{source.splitlines()[0]}\n    return 0.0" for name, source in right.items()}
    half = dict(list(right.items())[: len(right) // 2])
    return [right, half, {}, wrong]


def answered(sources):
    """The released notebook with these sources."""
    notebook = nbformat.read(ROOT / "exercises" / NAME / f"{NAME}.ipynb", as_version=4)
    for cell in notebook.cells:
        cell.source = sources.get(cell.id, cell.source)
    return notebook

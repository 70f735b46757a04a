"""Make exercises/ from solutions/: nbgrader takes out the answers, the reasons and the hidden tests.

    python tools/build_exercises.py             # write exercises/ anew
    python tools/build_exercises.py --check     # change nothing; exit 1 if exercises/ is out of date

A second run changes no byte. Answers that were written into exercises/ are kept in my_answers/.
"""

import argparse
import filecmp
import itertools
import logging
import shutil
import sys
import tempfile
from pathlib import Path

import nbformat
from nbgrader.apps import NbGraderAPI
from nbgrader.utils import compute_checksum, is_solution
from tqdm import tqdm
from traitlets.config import PyFileConfigLoader

ROOT = Path(__file__).resolve().parent.parent
SOLUTIONS, EXERCISES, ANSWERS = ROOT / "solutions", ROOT / "exercises", ROOT / "my_answers"
ASSIGNMENTS = sorted(path.name for path in SOLUTIONS.iterdir() if path.is_dir())


def build(folder, names=ASSIGNMENTS):
    """Write the exercises into ``folder``; RuntimeError with nbgrader's words if one cannot be made."""
    config = PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config()
    config.CourseDirectory.release_directory = str(folder)
    config.CourseDirectory.db_url = "sqlite://"  # no gradebook is needed, and none is touched
    config.GenerateAssignment.no_database = True
    config.SaveCells.enabled = False
    api = NbGraderAPI(config=config)
    api.log.setLevel(logging.ERROR)
    for name in tqdm(names, unit="exercise", disable=None):
        made = api.generate_assignment(name, force=True, create=False)
        if not made["success"]:
            raise RuntimeError(f"{name}: {made['error'] or made['log']}")


def put_aside(exercises, answers):
    """Copy every exercise that somebody has written into to ``answers``, under a name that is free."""
    for path in sorted(exercises.glob("*/*.ipynb")):
        cells = filter(is_solution, nbformat.read(path, as_version=4).cells)
        if any(cell.metadata.nbgrader.get("checksum") != compute_checksum(cell) for cell in cells):
            answers.mkdir(exist_ok=True)
            names = (answers / f"{path.stem}-{number:02}.ipynb" for number in itertools.count(1))
            kept = next(name for name in names if not name.exists())
            shutil.copy(path, kept)
            print(f"your answers in {path.parent.name} are kept in {kept}")


def differences(one, other):
    """The files that are not byte for byte the same in both folders, or only in one of them."""
    names = {path.relative_to(folder) for folder in (one, other) for path in folder.rglob("*.*")}
    return sorted(
        str(name)
        for name in names
        if not (one / name).exists()
        or not (other / name).exists()
        or not filecmp.cmp(one / name, other / name, shallow=False)
    )


def main(arguments=None):
    parser = argparse.ArgumentParser(
        description=__doc__.split("\n\n")[0], epilog="A second run changes no byte."
    )
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if one is out of date")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "exercises"
        build(made)
        if not options.check:
            put_aside(EXERCISES, ANSWERS)
            shutil.rmtree(EXERCISES, ignore_errors=True)
            shutil.copytree(made, EXERCISES)
        elif stale := differences(made, EXERCISES):
            sys.exit(f"out of date: {' '.join(stale)}\nRun `make exercises`, and commit what changed.")


if __name__ == "__main__":
    main()

"""Make exercises/ from solutions/: nbgrader takes out the answers, the reasons and the hidden tests.

First the solutions get the points of their tasks, which stand in course_lib/checks/tasks. What they say about
the task in words goes into course_lib/checks/in_words.json, and their answers into solutions.json, for those
who learn alone.

    python tools/build_exercises.py             # write exercises/ anew
    python tools/build_exercises.py --check     # change nothing; exit 1 if exercises/ is out of date

A second run changes no byte. Answers that were written into exercises/ are kept in my_answers/.
"""

import argparse
import filecmp
import json
import logging
import shutil
import sys
import tempfile
from pathlib import Path

import nbformat
from nbgrader.apps import NbGraderAPI
from tqdm import tqdm
from traitlets.config import PyFileConfigLoader

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # this course, also where another one is installed
from classroom import put_aside  # noqa: E402
from rules import RULES, bold  # noqa: E402

from course_lib.checks import points  # noqa: E402

SOLUTIONS, EXERCISES, ANSWERS = ROOT / "solutions", ROOT / "exercises", ROOT / "my_answers"
CHECKS = ROOT / "course_lib" / "checks"
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
WORDS = RULES["exercises"]["words"]
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
            raise RuntimeError(f"{name}: {made.get('log') or made['error']}")


def carry_points():
    """Give every solution the points of its tasks."""
    for path in sorted(SOLUTIONS.glob("*/*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        before = nbformat.writes(notebook)
        points.carry(path.parent.name, notebook)
        if nbformat.writes(notebook) != before:
            nbformat.write(notebook, path)
            print(
                f"{path.relative_to(ROOT)} has its tasks' points now. To store its run anew: make notebooks"
            )


def in_words():
    """The text of in_words.json: of each exercise's task in words the model answer and the marking scheme."""
    found = {}
    for path in sorted(SOLUTIONS.glob("*/*.ipynb")):
        cells = nbformat.read(path, as_version=4).cells
        texts = [cell for cell in cells if cell.cell_type == "markdown"]
        for answer in (cell for cell in texts if cell.metadata.get("nbgrader", {}).get("grade")):
            schemes = [cell.source for cell in texts if cell.id.startswith("marking-")]
            found[path.stem] = {
                "name": answer.id,
                "points": answer.metadata.nbgrader.points,
                "answer": answer.source,
                "marking": "\n\n".join(schemes).replace("**", ""),
            }
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


def answers():
    """The text of solutions.json: of each checked task the answer, and why it is right."""
    found = {}
    for path in sorted(SOLUTIONS.glob("*/*.ipynb")):
        cells = {cell.id: cell.source for cell in nbformat.read(path, as_version=4).cells}
        for name, code in cells.items():
            if BEGIN in code:
                why, _, _ = cells[f"why-{name}"].partition(f"\n\n{bold(WORDS['other_way'])}")
                found[name.replace("-", "_")] = {
                    "code": "\n".join(line for line in code.split("\n") if line.strip() not in (BEGIN, END)),
                    "why": why.replace(bold(WORDS["why"]), f"{WORDS['why']}."),
                }
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


def for_those_who_learn_alone():
    """What the library says of the solutions: file -> its text."""
    return {CHECKS / "in_words.json": in_words(), CHECKS / "solutions.json": answers()}


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
        if not options.check:
            carry_points()
        try:
            build(made)
        except RuntimeError as refusal:
            sys.exit(str(refusal))
        said = for_those_who_learn_alone()
        if not options.check:
            for file, text in said.items():
                file.write_text(text, encoding="utf-8")
            put_aside(EXERCISES.glob("*/*.ipynb"), ANSWERS)
            shutil.rmtree(EXERCISES, ignore_errors=True)
            shutil.copytree(made, EXERCISES)
            return
        stale = differences(made, EXERCISES)
        stale += [file.name for file, text in said.items() if text != file.read_text(encoding="utf-8")]
        if stale:
            sys.exit(f"out of date: {' '.join(stale)}\nRun `make exercises`, and commit what changed.")


if __name__ == "__main__":
    main()

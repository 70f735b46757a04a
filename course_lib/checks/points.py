"""The points of an exercise stand in one place, with its tasks. nbgrader wants them in the notebook's cells
too: ``faults`` says where the two differ, and ``carry`` writes those of the tasks into a notebook.

A notebook is what nbformat or json has read.
"""

import ast
import re
import runpy
from pathlib import Path

TOTAL = re.compile(r"(?<=\*\*Points\.\*\* )\d+(?:\.\d+)?")  # in an exercise's first cell
CARRY = "The tasks' points are carried into the notebooks by: python tools/build_exercises.py"


def is_check(cell):
    """Is it a cell that is marked by itself: graded, and not for the student to write?"""
    about = cell["metadata"].get("nbgrader", {})
    return cell["cell_type"] == "code" and about.get("grade", False) and not about.get("solution", False)


def called(source):
    """The names of the task and of the learner's function in a check cell; None if it calls no check.

    >>> called('check("sgd_step", sgd_step, seed=1031)')
    ('sgd_step', 'sgd_step')
    """
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Name(id="check"), args=[ast.Constant(value=name), ast.Name(id=function)]):
                return name, function
    return None


def faults(exercise, notebook):
    """What is wrong with the points in a notebook of an ``exercise``, a sentence each, with what to do."""
    file = _file(exercise)
    if any(map(is_check, notebook["cells"])) and not file.is_file():
        return [f"Its tasks belong in {file}: there is no such file."]
    found = [
        f"{about['grade_id']} has {about.get('points', 0):g} points, and its task {task.points:g}, in {file}."
        for about, task in _checks(exercise, notebook)
        if about.get("points") != task.points
    ]
    stated, whole = TOTAL.search(notebook["cells"][0]["source"]), _whole(notebook)
    if not found and stated and float(stated[0]) != whole:
        found = [f"Its first cell promises {stated[0]} points, and its cells have {whole:g} together."]
    return [f"{sentence} {CARRY}" for sentence in found]


def carry(exercise, notebook):
    """Give the notebook's cells the points of their tasks, and its first cell their sum."""
    for about, task in _checks(exercise, notebook):
        about["points"] = float(task.points)
    first = notebook["cells"][0]
    first["source"] = TOTAL.sub(f"{_whole(notebook):g}", first["source"])


def _checks(exercise, notebook):
    """What nbgrader knows of each check cell that has a task, and the task.

    The tasks are read now: a server that runs for days may have loaded others.
    """
    file = _file(exercise)
    known = {task.name: task for task in runpy.run_path(str(file))["TASKS"]} if file.is_file() else {}
    for cell in filter(is_check, notebook["cells"]):
        names = called(cell["source"])
        if names and names[0] in known:
            yield cell["metadata"]["nbgrader"], known[names[0]]


def _file(exercise):
    """Where the tasks of "01_learning_rate" stand."""
    return Path(__file__).with_name("tasks") / f"{exercise.partition('_')[2]}.py"


def _whole(notebook):
    about = (cell["metadata"].get("nbgrader", {}) for cell in notebook["cells"])
    return sum(one.get("points", 0) for one in about if one.get("grade") or one.get("task"))

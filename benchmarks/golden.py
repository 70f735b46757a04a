"""How much of what the real Keras 1.2.2 computed comes out here to the last bit. No race: no clock runs.

The numbers of Keras lie in tests/golden/data. A part yields rows; further parts join PARTS.
"""

import json
from pathlib import Path

import numpy as np

from benchmarks import report
from course_lib import constraints, optimizers

DATA = Path(__file__).parents[1] / "tests" / "golden" / "data"
CASES = json.loads((DATA / "keras-1.2.2-cases.json").read_text(encoding="utf-8"))


def arrays(name):
    """The ``inputs`` or the ``outputs``, by their names."""
    with np.load(DATA / f"keras-1.2.2-{name}.npz", allow_pickle=False) as file:
        return dict(file)


INPUTS, OUTPUTS = arrays("inputs"), arrays("outputs")


def main(quick):
    rows = [row for part in PARTS for row in part()]
    equal = sum(row["difference"] == "none" for row in rows)
    title = f"{equal} of {len(rows)} things that Keras 1.2.2 computed come out to the last bit"
    report.publish("golden", title, rows, [], ["numpy"])


def row(what, ours, theirs, reason=""):
    """A row of the table. ``difference``: the largest, relative. ``reason``: why a bit cannot be had."""
    same = np.asarray(ours) == theirs
    with np.errstate(divide="ignore", invalid="ignore"):
        differences = np.where(same, 0, np.abs(ours - theirs) / np.abs(theirs))
    difference = "none" if same.all() else f"{differences.max():.1e}"
    count = f"{np.count_nonzero(same):,} of {same.size:,}"
    return {"what": what, "equal": count, "difference": difference, "reason": reason or "-"}


def paths():
    """The weights after each update of each optimizer, ours and Keras's, by the name of the case."""
    for case in CASES["optimizers"]:
        yield case["name"], _path(case, INPUTS["w0"], INPUTS["G"]), OUTPUTS[f"opt_{case['name']}"]
    for case in CASES["constrained"]:
        yield case["name"], _path(case, INPUTS["w0c"], INPUTS["Gc"]), OUTPUTS[f"opt_{case['name']}"]


def _path(case, w, gradients):
    optimizer, path = optimizers.get({key: case[key] for key in ("class_name", "config")}), []
    state = optimizer.init(w)
    for g in gradients:
        w, state = optimizer.step(w, g, state)
        if "constraint" in case:
            rule = {"class_name": case["constraint"], "config": case["constraint_config"]}
            w = constraints.get(rule)(w)
        path.append(w)
    return np.array(path)


def _of_paths():
    for name, ours, theirs in paths():
        yield row(f"path of {name}", ours, theirs)


def _of_constraints():
    for name, config in CASES["constraints"]:
        constraint = constraints.get({"class_name": name, "config": config})
        yield row(f"{name} of some weights", constraint(INPUTS["w0c"]), OUTPUTS[f"con_{name}"])


PARTS = [_of_paths, _of_constraints]

"""The optimizers against what the real Keras 1.2.2 computed: 300 updates of each, equal to the last bit.

And so on every processor: the same bits come out where numpy's wide instructions are switched off.
"""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from numpy._core._multiarray_umath import __cpu_dispatch__ as dispatched
from numpy._core._multiarray_umath import __cpu_features__ as enabled

from course_lib import constraints, optimizers
from tests.golden.keras_1 import CASES, DATA, INPUTS, OUTPUTS, compared

ROOT = DATA.parents[2]


def paths():
    """By the name of the case, our weights after each update."""
    for case in CASES["optimizers"]:
        yield case["name"], path(case, INPUTS["w0"], INPUTS["G"])
    for case in CASES["constrained"]:
        yield case["name"], path(case, INPUTS["w0c"], INPUTS["Gc"])


def path(case, w, gradients):
    """The weights after each update."""
    optimizer, path = optimizers.get({key: case[key] for key in ("class_name", "config")}), []
    state = optimizer.init(w)
    for g in gradients:
        w, state = optimizer.step(w, g, state)
        if "constraint" in case:
            rule = {"class_name": case["constraint"], "config": case["constraint_config"]}
            w = constraints.get(rule)(w)
        path.append(w)
    return np.array(path)


def rows():
    """What agrees to the last bit."""
    for name, ours in paths():
        yield compared(f"path of {name}", ours, OUTPUTS[f"opt_{name}"])


PATHS = dict(paths())
WIDE = [name for name in dispatched if enabled[name]]  # what numpy uses beyond the oldest processors
AVX_512 = [name for name in WIDE if "AVX512" in name or name == "X86_V4"]
ELSEWHERE = """
import json
from numpy._core._multiarray_umath import __cpu_features__ as enabled
from tests.golden import test_optimizers
paths = {name: ours.tobytes().hex() for name, ours in test_optimizers.PATHS.items()}
print(json.dumps([[name for name in enabled if enabled[name]], paths]))
"""


def test_every_path_of_keras_is_tried():
    assert {f"opt_{name}" for name in PATHS} == {name for name in OUTPUTS if name.startswith("opt_")}
    assert len(PATHS) == 25


@pytest.mark.parametrize("name", PATHS)
def test_a_path_is_kerass_to_the_last_bit(name):
    ours, theirs = PATHS[name], OUTPUTS[f"opt_{name}"]
    assert len(theirs) == CASES["steps"] == 300
    assert np.array_equal(ours, theirs)
    assert np.ptp(theirs, axis=0).any()


@pytest.mark.parametrize("off", [AVX_512, WIDE], ids=["without AVX-512", "without all wide instructions"])
def test_the_bits_do_not_depend_on_the_processor(off):
    environment = os.environ | {"NPY_DISABLE_CPU_FEATURES": " ".join(off)}
    there = subprocess.run(
        [sys.executable, "-c", ELSEWHERE],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    enabled_there, paths = json.loads(there.stdout)
    assert not set(off) & set(enabled_there)
    assert paths == {name: ours.tobytes().hex() for name, ours in PATHS.items()}


def test_a_row_counts_what_is_equal_and_measures_the_rest():
    row = compared("a path", np.array([1.0, 2.0, 0.0]), np.array([1.0, 2.5, 0.0]), {"a path": "made up"})
    assert row == ("a path", 2, 3, 0.2, "made up")
    assert not row.equal
    assert compared("a path", np.ones(2), np.ones(2)).equal

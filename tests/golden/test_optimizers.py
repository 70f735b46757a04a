"""The optimizers against what the real Keras 1.2.2 computed: 300 updates of each, equal to the last bit.

And so on every processor: the same bits come out where numpy's wide instructions are switched off.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy._core._multiarray_umath import __cpu_dispatch__ as dispatched
from numpy._core._multiarray_umath import __cpu_features__ as enabled

from benchmarks import golden

ROOT = Path(__file__).parents[2]
PATHS = {name: (ours, theirs) for name, ours, theirs in golden.paths()}
WIDE = [name for name in dispatched if enabled[name]]  # what numpy uses beyond the oldest processors
AVX_512 = [name for name in WIDE if "AVX512" in name or name == "X86_V4"]
ELSEWHERE = """
import json
from numpy._core._multiarray_umath import __cpu_features__ as enabled
from benchmarks import golden
paths = {name: ours.tobytes().hex() for name, ours, _ in golden.paths()}
print(json.dumps([[name for name in enabled if enabled[name]], paths]))
"""


def test_every_path_of_keras_is_tried():
    assert {f"opt_{name}" for name in PATHS} == {name for name in golden.OUTPUTS if name.startswith("opt_")}
    assert len(PATHS) == 25


@pytest.mark.parametrize("name", PATHS)
def test_a_path_is_kerass_to_the_last_bit(name):
    ours, theirs = PATHS[name]
    assert len(theirs) == golden.CASES["steps"] == 300
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
    assert paths == {name: ours.tobytes().hex() for name, (ours, _) in PATHS.items()}


def test_a_row_of_the_report_counts_what_is_equal_and_measures_the_rest():
    row = golden.row("a path", np.array([1.0, 2.0, 0.0]), np.array([1.0, 2.5, 0.0]), "made up")
    assert row == {"what": "a path", "equal": "2 of 3", "difference": "2.0e-01", "reason": "made up"}
    assert golden.row("a path", np.ones(2), np.ones(2))["difference"] == "none"

"""The losses of the real Keras 1.2.2: each row, the means, with and without weights, and their slopes."""

import os
import subprocess
import sys

import numpy as np
import pytest

from course_lib import losses
from tests.golden import keras_1

ROOT = keras_1.DATA.parents[2]
OTHER_ORDER = "its slope is taken apart by Theano in another order of operations"
NO_CANCELLING = "near 0 ours is exact, where Keras takes a difference of rounded numbers"
REASONS = {
    f"{loss} {part}": reason
    for part in ("grad", "wgrad")
    for loss, reason in {
        "mean_absolute_percentage_error": OTHER_ORDER,
        "mean_squared_logarithmic_error": NO_CANCELLING,
        "categorical_crossentropy": OTHER_ORDER,
        "sparse_categorical_crossentropy": OTHER_ORDER,
        "binary_crossentropy": OTHER_ORDER,
        "kullback_leibler_divergence": OTHER_ORDER,
        "poisson": NO_CANCELLING,
        "cosine_proximity": NO_CANCELLING,
    }.items()
}


def computed(name):
    """By the parts' names in the data, what we compute."""
    loss = losses.get(name)
    y_true, y_pred = (keras_1.INPUTS[key] for key in keras_1.CASES["losses"][name])
    weights = keras_1.INPUTS["sw"]
    return {
        "row": loss.per_sample(y_true, y_pred),
        "mean": loss(y_true, y_pred),
        "wmean": loss(y_true, y_pred, sample_weight=weights),
        "grad": loss.gradient(y_true, y_pred),
        "wgrad": loss.gradient(y_true, y_pred, sample_weight=weights),
    }


def rows():
    """What agrees to the last bit, and why the rest does not."""
    for name in keras_1.CASES["losses"]:
        for part, ours in computed(name).items():
            yield keras_1.compared(f"{name} {part}", ours, keras_1.OUTPUTS[f"loss_{name}_{part}"], REASONS)


@pytest.mark.parametrize("row", list(rows()), ids=lambda row: row.name)
def test_every_bit_is_kerass_or_the_difference_has_its_reason(row):
    assert (row.equal) == (row.name not in REASONS)


@pytest.mark.parametrize("name", keras_1.CASES["losses"])
def test_what_is_not_the_same_to_the_last_bit_agrees_to_13_digits(name):
    for part, ours in computed(name).items():
        theirs = keras_1.OUTPUTS[f"loss_{name}_{part}"].reshape(np.shape(ours))
        np.testing.assert_allclose(ours, theirs, rtol=1e-13, err_msg=part)


def test_the_values_keep_their_bits_on_a_machine_without_wide_instructions():
    code = "from tests.golden.test_losses import rows; print(*[r.name for r in rows() if r.reason], sep=', ')"
    narrow = {"NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR AVX512F AVX512CD AVX512_SKX"}
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=ROOT,
        env=os.environ | narrow,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    assert set(ran.stdout.strip().split(", ")) == set(REASONS)

"""Whole trainings of the real Keras 1.2.2: 25 epochs of three batches; each loss has its own optimizer.

Bits differ, because each of the two adds up the products of a matrix in its own order: the epochs' losses by
at most 5e-16 of their size (cosine proximity, whose mean over the samples is near 0, by 2e-14), weights and
predictions by at most 1e-15.
"""

import numpy as np
import pytest

from course_lib import optimizers
from course_lib.layers import Dense
from course_lib.models import Sequential
from tests.golden.keras_1 import CASES, INPUTS, OUTPUTS, compared

SUMS = "the two add up the products of a matrix, each in its own order"


def computed(case):
    """By the parts' names in the data, what we compute: the losses of the epochs, weights and predictions."""
    model = Sequential(
        [Dense(5, activation="tanh", input_dim=6), Dense(4, activation=case["output_activation"])]
    )
    model.set_weights([INPUTS[name] for name in ("W1", "b1", "W2", "b2")])
    model.compile(case["loss"], optimizers.get({key: case[key] for key in ("class_name", "config")}))
    x, y = INPUTS["X"], INPUTS[case["targets"]]
    history = model.fit(x, y, batch_size=16, epochs=25, shuffle=False, verbose=0).history
    return {"loss": np.array(history["loss"]), "w": model.w, "pred": model.predict(x)}


TRAINED = {case["name"]: computed(case) for case in CASES["models"]}


def rows():
    """What agrees to the last bit, and why the rest does not."""
    for name, parts in TRAINED.items():
        for part, ours in parts.items():
            row = f"{name} {part}"
            yield compared(row, ours, OUTPUTS[f"mod_{row.replace(' ', '_')}"], {row: SUMS})


@pytest.mark.parametrize("name", TRAINED)
def test_a_model_learns_what_it_learned_in_keras_1(name):
    losses, w, predictions = (OUTPUTS[f"mod_{name}_{part}"] for part in ("loss", "w", "pred"))
    assert losses[-1] < losses[0]
    np.testing.assert_allclose(TRAINED[name]["loss"], losses, rtol=1e-13, atol=0)
    np.testing.assert_allclose(TRAINED[name]["w"], w, rtol=0, atol=1e-14)
    np.testing.assert_allclose(TRAINED[name]["pred"], predictions, rtol=0, atol=1e-14)

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
from tests.golden.keras_1 import CASES, INPUTS, OUTPUTS


@pytest.mark.parametrize("case", CASES["models"], ids=lambda case: case["name"])
def test_a_model_learns_what_it_learned_in_keras_1(case):
    model = Sequential(
        [Dense(5, activation="tanh", input_dim=6), Dense(4, activation=case["output_activation"])]
    )
    model.set_weights([INPUTS[name] for name in ("W1", "b1", "W2", "b2")])
    model.compile(case["loss"], optimizers.get({key: case[key] for key in ("class_name", "config")}))
    x, y = INPUTS["X"], INPUTS[case["targets"]]
    history = model.fit(x, y, batch_size=16, epochs=25, shuffle=False, verbose=0).history

    losses, w, predictions = (OUTPUTS[f"mod_{case['name']}_{part}"] for part in ("loss", "w", "pred"))
    assert losses[-1] < losses[0]
    np.testing.assert_allclose(history["loss"], losses, rtol=1e-13, atol=0)
    np.testing.assert_allclose(model.w, w, rtol=0, atol=1e-14)
    np.testing.assert_allclose(model.predict(x), predictions, rtol=0, atol=1e-14)

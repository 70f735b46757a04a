"""The transcription of Keras 1's SGD against what the real Keras 1.2.2 computed, to the last bit."""

import numpy as np
import pytest

from course_lib import constraints
from course_lib.sources import keras_1
from tests.golden.keras_1 import CASES, INPUTS, OUTPUTS

FREE = [case for case in CASES["optimizers"] if case["class_name"] == "SGD" and "clip" not in case["name"]]
KEPT = [case for case in CASES["constrained"] if case["class_name"] == "SGD"]


def path(sgd, w, gradients, rules):
    """The weights after each update."""
    w, path = w.copy(), []
    for g in gradients:
        keras_1.run(sgd.get_updates([w], rules, [g]))
        path.append(w.copy())
    return np.array(path)


@pytest.mark.parametrize("case", FREE, ids=lambda case: case["name"])
def test_it_takes_the_path_of_keras(case):
    sgd = keras_1.SGD(**case["config"])
    ours = path(sgd, INPUTS["w0"], INPUTS["G"], {})
    assert np.array_equal(ours, OUTPUTS[f"opt_{case['name']}"])
    assert sgd.iterations == len(ours) == CASES["steps"]


@pytest.mark.parametrize("case", KEPT, ids=lambda case: case["name"])
def test_a_constraint_comes_after_the_step(case):
    rule = constraints.get({"class_name": case["constraint"], "config": case["constraint_config"]})
    ours = path(keras_1.SGD(**case["config"]), INPUTS["w0c"], INPUTS["Gc"], {0: rule})
    assert np.array_equal(ours, OUTPUTS[f"opt_{case['name']}"])


def test_every_word_of_the_line_is_tried():
    tried = {name for case in FREE for name in case["config"]}
    assert tried == {"lr", "momentum", "decay", "nesterov"} == keras_1.SGD().get_config().keys()
    assert len(KEPT) == 1


def test_nothing_moves_until_the_updates_are_run():
    w, sgd = np.array([1.0]), keras_1.SGD(lr=0.1, momentum=0.9)
    updates = sgd.get_updates([w], {}, [np.array([2.0])])
    assert (w, sgd.moments, sgd.iterations) == ([1.0], [0.0], 0)
    keras_1.run(updates)
    assert (w, sgd.moments, sgd.iterations) == ([0.8], [-0.2], 1)

"""The constraints against what the real Keras 1.2.2 made of the same weights, to the last bit."""

import numpy as np
import pytest

from benchmarks import golden
from course_lib import constraints


@pytest.mark.parametrize(("name", "config"), golden.CASES["constraints"], ids=lambda value: str(value))
def test_a_constraint_is_kerass_to_the_last_bit(name, config):
    constraint = constraints.get({"class_name": name, "config": config})
    assert np.array_equal(constraint(golden.INPUTS["w0c"]), golden.OUTPUTS[f"con_{name}"])


def test_every_constraint_is_tried():
    assert {name.lower() for name, _ in golden.CASES["constraints"]} <= constraints.names().keys()
    assert len(golden.CASES["constraints"]) == 4

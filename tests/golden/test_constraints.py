"""The constraints against what the real Keras 1.2.2 made of the same weights, to the last bit."""

import pytest

from course_lib import constraints
from tests.golden.keras_1 import CASES, INPUTS, OUTPUTS, compared


def rows():
    """What agrees to the last bit."""
    for name, config in CASES["constraints"]:
        constraint = constraints.get({"class_name": name, "config": config})
        yield compared(f"{name} of some weights", constraint(INPUTS["w0c"]), OUTPUTS[f"con_{name}"])


@pytest.mark.parametrize("row", list(rows()), ids=lambda row: row.name)
def test_a_constraint_is_kerass_to_the_last_bit(row):
    assert row.equal


def test_every_constraint_is_tried():
    assert {name.lower() for name, _ in CASES["constraints"]} <= constraints.names().keys()
    assert len(CASES["constraints"]) == 4

"""The activations of the real Keras 1.2.2, and the slope of ``sum(a(z) * (z + 1)**2)`` through each."""

import numpy as np
import pytest

from course_lib import activations
from tests.golden import keras_1

Z = keras_1.INPUTS["z"]
WIDE = "numpy's exp and tanh may differ from the C library's in the last bit"
CUT = f"Theano cuts off beyond 30: 0 and 1 there, where ours goes on; {WIDE}"
ORDER = "Theano multiplies in another order"
REASONS = {
    "softmax value": WIDE,
    "tanh value": WIDE,
    "sigmoid value": CUT,
    "softplus value": CUT,
    "softmax slope": f"{ORDER}; {WIDE}",
    "softplus slope": CUT,
    "softsign slope": ORDER,
    "relu slope": "at 0 Theano takes 1/2, TensorFlow and we 0",
    "tanh slope": WIDE,
    "sigmoid slope": f"beyond 4 ours takes sigmoid(-z) for 1 - a, which rounds; {CUT}",
}


def computed(name):
    """By the parts' names, what we compute."""
    function = activations.get(name)
    a = function(Z)
    through = function.backward(Z, a, (Z + 1) ** 2)
    return {"value": a, "slope": through + a * 2 * (Z + 1)}


def theirs(name):
    return {"value": keras_1.OUTPUTS[f"act_{name}"], "slope": keras_1.OUTPUTS[f"actgrad_{name}"]}


def rows():
    """What agrees to the last bit, and why the rest does not."""
    for name in keras_1.CASES["activations"]:
        for part, ours in computed(name).items():
            yield keras_1.compared(f"{name} {part}", ours, theirs(name)[part], REASONS)


@pytest.mark.parametrize("row", list(rows()), ids=lambda row: row.name)
def test_every_bit_is_kerass_or_the_difference_has_its_reason(row):
    assert row.equal or row.name in REASONS


@pytest.mark.parametrize("name", keras_1.CASES["activations"])
def test_all_agree_to_13_digits_where_theano_does_not_cut_off(name):
    right = np.abs(Z) <= 30 if name in ("sigmoid", "softplus") else np.full(Z.shape, True)
    if name == "relu":
        right &= Z != 0  # the kink
    for part, ours in computed(name).items():
        np.testing.assert_allclose(ours[right], theirs(name)[part][right], rtol=1e-13, err_msg=part)

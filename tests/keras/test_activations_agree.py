"""Our activations and Keras 3's: the same values and slopes, or a difference that is pinned."""

from functools import partial

import jax
import numpy as np
import pytest
from keras import activations as theirs

from course_lib import activations as ours

Z = np.random.default_rng(4).normal(0, 3, (6, 5))
SAME = [
    (ours.Linear(), theirs.linear),
    (ours.Tanh(), jax.numpy.tanh),  # Keras 3's rounds to float32 on JAX
    (ours.Sigmoid(), theirs.sigmoid),
    (ours.Relu(), theirs.relu),
    (ours.Softplus(), theirs.softplus),
    (ours.Softsign(), theirs.softsign),
    (ours.Softmax(), theirs.softmax),
    (ours.Elu(), theirs.elu),
    (ours.Elu(alpha=0.5), partial(theirs.elu, alpha=0.5)),
    (ours.LeakyRelu(), theirs.leaky_relu),
    (ours.LeakyRelu(negative_slope=0.01), partial(theirs.leaky_relu, negative_slope=0.01)),
    (ours.Silu(), theirs.silu),
    (ours.Gelu(), theirs.gelu),
    (ours.Gelu(approximate=True), partial(theirs.gelu, approximate=True)),
]


def test_every_activation_is_compared():
    assert {type(our) for our, _ in SAME} | {ours.HardSigmoid} == set(ours.names().values())


@pytest.mark.parametrize(("our", "their"), SAME, ids=[repr(our) for our, _ in SAME])
def test_value_and_slope_are_keras_3s(our, their):
    made_up = np.random.default_rng(5).normal(size=Z.shape)
    value, slope = jax.value_and_grad(lambda z: (made_up * their(z)).sum())(Z)
    a = our(Z)
    np.testing.assert_allclose(a, their(Z), rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose((made_up * a).sum(), value, rtol=1e-6)
    np.testing.assert_allclose(our.backward(Z, a, made_up), slope, rtol=1e-6, atol=1e-9)


def test_keras_3s_hard_sigmoid_has_other_corners():
    assert np.allclose(theirs.hard_sigmoid(np.array([-3.0, 0.0, 3.0])), [0, 0.5, 1])
    assert np.allclose(ours.get("hard_sigmoid")([-2.5, 0.0, 2.5]), [0, 0.5, 1])

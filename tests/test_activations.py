import numpy as np
import pytest
from numeric import assert_is_the_slope

from course_lib import activations, losses

Z = np.random.default_rng(1).normal(size=(3, 4))
VALUES = {  # the textbook's formula of one row; an activation missing here fails below
    "linear": lambda z: z,
    "tanh": lambda z: (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z)),
    "softmax": lambda z: np.exp(z) / np.exp(z).sum(),
}
every_activation = pytest.mark.parametrize(
    "name", activations.names()
)


@every_activation
def test_the_value_is_that_of_the_formula(name):
    expected = [VALUES[name](row) for row in Z]
    np.testing.assert_allclose(activations.get(name).value(Z), expected, rtol=1e-13)


@every_activation
def test_backward_is_the_slope_of_value(name):
    function = activations.get(name)
    weights = np.random.default_rng(2).normal(size=Z.shape)  # of a made-up loss: sum(weights * a)
    slope = function.backward(function.value(Z), weights)
    assert_is_the_slope(slope, lambda z: (weights * function.value(z)).sum(), Z)


@every_activation
def test_an_activation_is_known_by_its_name_and_by_itself(name):
    function = activations.get(name)
    assert activations.get(function) is function
    assert repr(function) == name


def test_softmax_rows_are_probabilities_however_large_the_sums():
    rows = activations.get("softmax").value(np.array([[1e4, 0, -1e4], [-1e4, -1e4, -1e4]]))
    np.testing.assert_allclose(rows, [[1, 0, 0], [1 / 3] * 3], atol=1e-15)


def logit_slope(loss, z, y):
    softmax = activations.get("softmax")
    a = softmax.value(z)
    return softmax.backward(a, losses.get(loss).gradient(y, a))


def test_softmax_with_crossentropy_has_the_slope_p_minus_y():
    y = np.eye(4)[[0, 3, 1]]
    p = activations.get("softmax").value(Z)
    np.testing.assert_allclose(logit_slope("categorical_crossentropy", Z, y), (p - y) / 3, atol=1e-15)


def test_on_the_wrong_side_mse_saturates_and_crossentropy_does_not():
    z, y = np.array([[10.0, 0.0]]), np.array([[0.0, 1.0]])
    assert np.linalg.norm(logit_slope("categorical_crossentropy", z, y)) == pytest.approx(1.414, abs=5e-4)
    assert np.linalg.norm(logit_slope("mse", z, y)) == pytest.approx(1.28e-4, abs=5e-7)

import numpy as np
import pytest

from course_lib import initialisers


@pytest.mark.parametrize(("name", "bound"), [("uniform", 0.05), ("glorot_uniform", np.sqrt(6 / 300))])
def test_a_uniform_initialiser_fills_its_range_and_keeps_to_it(name, bound):
    weights = initialisers.get(name)(np.random.default_rng(0), 200, 100)
    assert weights.shape == (200, 100)
    assert np.abs(weights).max() <= bound
    assert np.abs(weights).max() > 0.99 * bound
    assert weights.mean() == pytest.approx(0, abs=0.02 * bound)
    assert weights.std() == pytest.approx(bound / np.sqrt(3), rel=0.02)


def test_zeros_are_zeros():
    assert np.array_equal(initialisers.get("zeros")(np.random.default_rng(0), 2, 3), np.zeros((2, 3)))


@pytest.mark.parametrize("name", ["uniform", "glorot_uniform", "zeros"])
def test_equal_generators_give_equal_weights(name):
    one, other = (initialisers.get(name)(np.random.default_rng(5), 3, 4) for _ in range(2))
    assert np.array_equal(one, other)

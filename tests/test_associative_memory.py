"""The memory that is a matrix: its gradient, its family, and what SGD does to each pair, in closed form."""

import numpy as np
import pytest

from course_lib import training
from course_lib.associative_memory import AssociativeMemory
from course_lib.optimizers import SGD

both_ways = pytest.mark.parametrize("turned", [False, True])


@both_ways
def test_keys_and_values_are_1_long_and_at_right_angles(turned):
    memory = AssociativeMemory(turned=turned)
    for directions in (memory.keys, memory.values):
        np.testing.assert_allclose(directions.T @ directions, np.eye(8), atol=1e-14)
    assert memory.p == pytest.approx(2.0 ** np.arange(7, -1, -1) / 255)


@both_ways
def test_value_and_gradient_are_those_of_the_sum_over_the_pairs(turned):
    memory, w = AssociativeMemory(0.7, 4, turned), np.random.default_rng(1).normal(size=16)
    value, gradient, matrix = 0.0, np.zeros((4, 4)), w.reshape(4, 4)
    for p, key, answer in zip(memory.p, memory.keys.T, memory.values.T, strict=True):
        error = matrix @ key - answer
        value += p / 2 * error @ error
        gradient += p * np.outer(error, key)
    assert memory.value(w) == pytest.approx(value)
    np.testing.assert_allclose(memory.gradient(w), gradient.ravel(), rtol=1e-12)


@both_ways
def test_a_family_is_its_single_runs(turned):
    memory, rates = AssociativeMemory(turned=turned), np.array([[0.5, 1.0], [2.0, 3.0]])
    family = training.run(memory, SGD(lr=rates), steps=10)
    errors = memory.errors(family.w)
    for member in np.ndindex(rates.shape):
        single = training.run(memory, SGD(lr=rates[member]), steps=10)
        np.testing.assert_allclose(family.w[:, *member], single.w, rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(errors[:, *member], memory.errors(single.w), rtol=1e-9, atol=1e-14)
        assert family.losses[-1][member] == pytest.approx(single.losses[-1])


@both_ways
def test_sgd_keeps_1_minus_lr_p_of_a_pairs_error(turned):
    memory = AssociativeMemory(turned=turned)
    end = training.run(memory, SGD(lr=1.5), steps=30).w
    np.testing.assert_allclose(memory.errors(end), (1 - 1.5 * memory.p) ** 30, rtol=1e-9, atol=1e-14)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"ratio": 0}, r"ratio must be a number in \(0, 1\]; got 0"),
        ({"ratio": 1.5}, r"ratio must be a number in \(0, 1\]; got 1.5"),
        ({"pairs": 0}, "pairs must be a whole number >= 1; got 0"),
        ({"turned": 45}, "turned must be True or False; got 45"),
        ({"seed": -1}, "seed must be a whole number >= 0; got -1"),
    ],
)
def test_a_wrong_setting_is_answered(wrong, says):
    with pytest.raises(ValueError, match=says):
        AssociativeMemory(**wrong)

"""Every constraint against Keras 1.2.2's arithmetic, and what it promises of the weights after it."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib import constraints
from course_lib.constraints import MaxNorm, MinMaxNorm, NonNeg, UnitNorm

EPSILON = 1e-7

# Keras 1.2.2's constraints.py, __call__ by __call__.


def norms(p, axis):
    return np.sqrt(np.sum(np.square(p), axis=axis, keepdims=True))


def keras_maxnorm(p, m, axis):
    desired = np.clip(norms(p, axis), 0, m)
    return p * (desired / (EPSILON + norms(p, axis)))


def keras_minmaxnorm(p, low, high, rate, axis):
    desired = rate * np.clip(norms(p, axis), low, high) + (1 - rate) * norms(p, axis)
    return p * (desired / (EPSILON + norms(p, axis)))


KERAS = {
    MaxNorm: keras_maxnorm,
    NonNeg: lambda p: p * (p >= 0),
    UnitNorm: lambda p, axis: p / (EPSILON + norms(p, axis)),
    MinMaxNorm: keras_minmaxnorm,
}
CONSTRAINTS = [
    MaxNorm(),
    MaxNorm(m=0.5),
    MaxNorm(m=0.5, axis=1),
    NonNeg(),
    UnitNorm(),
    UnitNorm(axis=1),
    MinMaxNorm(),
    MinMaxNorm(low=0.5, high=1.5, axis=1),
    MinMaxNorm(low=2, high=2.5, rate=0.3),
]
every_constraint = pytest.mark.parametrize("constraint", CONSTRAINTS, ids=repr)
W = np.random.default_rng(3).normal(size=(4, 6)) * np.array([0.01, 0.1, 0.5, 1, 2, 10])


def test_every_constraint_is_in_the_list():
    assert set(KERAS) == set(constraints.names().values()) == {type(c) for c in CONSTRAINTS}


@every_constraint
def test_the_weights_are_keras_1s_to_the_last_bit(constraint):
    assert np.array_equal(constraint(W), KERAS[type(constraint)](W, **constraint.get_config()))


def test_the_defaults_are_kerass():
    assert MaxNorm().get_config() == {"m": 2, "axis": 0}
    assert NonNeg().get_config() == {}
    assert UnitNorm().get_config() == {"axis": 0}
    assert MinMaxNorm().get_config() == {"low": 0, "high": 1, "rate": 1, "axis": 0}


@given(st.integers(0, 1000), st.floats(0.01, 5), st.floats(0, 5))
def test_the_norms_afterwards_are_those_that_were_asked_for(seed, low, more):
    w = np.random.default_rng(seed).normal(size=(5, 3)) + 0.01
    before, within = np.linalg.norm(w, axis=0), {"rtol": 1e-4}
    np.testing.assert_allclose(np.linalg.norm(MaxNorm(low)(w), axis=0), np.minimum(before, low), **within)
    np.testing.assert_allclose(np.linalg.norm(UnitNorm()(w), axis=0), 1, **within)
    after = np.linalg.norm(MinMaxNorm(low, low + more)(w), axis=0)
    np.testing.assert_allclose(after, np.clip(before, low, low + more), **within)
    assert (NonNeg()(w) >= 0).all()


def test_the_rate_says_how_much_of_the_way_is_gone():
    w = np.array([3.0, 4.0])
    lengths = [np.linalg.norm(MinMaxNorm(0, 1, rate=rate)(w)) for rate in (0, 0.25, 0.5, 1)]
    assert lengths == pytest.approx([5, 4, 3, 1], rel=1e-6)


@every_constraint
def test_zero_weights_stay_zero(constraint):
    assert np.array_equal(constraint(np.zeros((2, 3))), np.zeros((2, 3)))


@every_constraint
def test_weights_that_keep_the_rule_hardly_move(constraint):
    kept = W
    for _ in range(100):  # with a rate below 1 the rule is reached by degrees
        kept = constraint(kept)
    np.testing.assert_allclose(constraint(kept), kept, rtol=1e-4)


@every_constraint
def test_shape_and_float32_are_kept_and_the_argument_is_left_alone(constraint):
    w = W.astype(np.float32)
    after = constraint(w)
    assert (after.shape, after.dtype) == (w.shape, w.dtype)
    assert np.array_equal(w, W.astype(np.float32))


@every_constraint
def test_lists_and_integers_are_as_good_as_arrays(constraint):
    listed = [[3, -4], [0, 1]]
    assert np.array_equal(constraint(listed), constraint(np.array(listed, float)))


@every_constraint
def test_a_diverged_weight_is_not_hidden(constraint):
    assert np.isnan(constraint(np.array([[np.nan, 1.0], [1.0, 1.0]]))[0, 0])


@pytest.mark.parametrize("constraint", [MaxNorm(m=0.5), UnitNorm(), NonNeg(), MinMaxNorm(0.2, 0.5)], ids=repr)
def test_a_family_is_held_run_by_run(constraint):
    """Axis 0 are the coordinates of each run, the last axes are the family's."""
    together = constraint(W)
    for member in range(W.shape[1]):
        np.testing.assert_allclose(together[:, member], constraint(W[:, member]), rtol=1e-15)


def test_a_family_may_have_a_limit_for_each_run():
    limits = np.array([0.001, 0.1, 0.5, 1, 2, 3])
    for made in (MaxNorm, lambda limit: MinMaxNorm(limit / 2, limit)):
        together = made(limits)(W)
        for member, limit in enumerate(limits):
            np.testing.assert_allclose(together[:, member], made(limit)(W[:, member]), rtol=1e-15)


@every_constraint
def test_a_constraint_comes_back_from_its_config(constraint):
    identifier = json.loads(
        json.dumps({"class_name": type(constraint).__name__, "config": constraint.get_config()})
    )
    for again in (constraints.get(identifier), constraints.get(constraint), eval(repr(constraint))):
        assert again.get_config() == constraint.get_config()
        assert np.array_equal(again(W), constraint(W))


@pytest.mark.parametrize(("name", "made"), constraints.names().items())
def test_every_name_gives_the_constraint_with_its_defaults(name, made):
    for spelled in (name, name.upper(), made.__name__):
        assert type(constraints.get(spelled)) is made


@pytest.mark.parametrize(("float_type", "huge"), [(np.float32, 1.9e19), (np.float64, 1e200)])
def test_a_norm_whose_square_is_infinite_is_shortened_and_not_lost(float_type, huge):
    w = float_type([[3 * huge, 3.0], [-4 * huge, 4.0]])
    for constraint in (MaxNorm(1), UnitNorm(), MinMaxNorm(0, 1)):
        after = constraint(w)
        assert after.dtype == float_type
        assert after == pytest.approx(np.array([[0.6, 0.6], [-0.8, 0.8]]), rel=1e-6)

"""Every initialiser from one table: where its weights lie and how far they spread."""

import numpy as np
import pytest

from course_lib import initialisers
from course_lib.layers import Dense

INPUTS, OUTPUTS = 300, 100
BOUNDS = {  # evenly from [-bound, bound]
    "uniform": 0.05,
    "glorot_uniform": np.sqrt(6 / (INPUTS + OUTPUTS)),
    "he_uniform": np.sqrt(6 / INPUTS),
}
DEVIATIONS = {  # from the whole bell curve
    "normal": 0.05,
    "glorot_normal": np.sqrt(2 / (INPUTS + OUTPUTS)),
    "he_normal": np.sqrt(2 / INPUTS),
}
CONSTANTS = {"zeros": 0, "ones": 1}


def drawn(name, seed=0):
    return initialisers.get(name)(np.random.default_rng(seed), INPUTS, OUTPUTS)


def test_every_initialiser_has_a_row_here():
    assert set(initialisers.names()) == {*BOUNDS, *DEVIATIONS, *CONSTANTS}


@pytest.mark.parametrize(("name", "bound"), BOUNDS.items())
def test_a_uniform_initialiser_fills_its_range_and_keeps_to_it(name, bound):
    weights = drawn(name)
    assert 0.999 * bound < np.abs(weights).max() <= bound
    assert weights.mean() == pytest.approx(0, abs=0.02 * bound)
    assert weights.std() == pytest.approx(bound / np.sqrt(3), rel=0.02)


@pytest.mark.parametrize(("name", "deviation"), DEVIATIONS.items())
def test_a_normal_initialiser_has_its_deviation_and_is_not_cut_off(name, deviation):
    weights = drawn(name)
    assert weights.mean() == pytest.approx(0, abs=0.02 * deviation)
    assert weights.std() == pytest.approx(deviation, rel=0.02)
    beyond = (np.abs(weights) > 2 * deviation).mean()  # nothing in Keras 3
    assert beyond == pytest.approx(0.0455, abs=0.004)


@pytest.mark.parametrize(("name", "value"), CONSTANTS.items())
def test_a_constant_initialiser_is_that_everywhere(name, value):
    assert np.array_equal(drawn(name), np.full((INPUTS, OUTPUTS), value))


@pytest.mark.parametrize("name", initialisers.names())
def test_equal_generators_give_equal_float64_weights(name):
    assert drawn(name).shape == (INPUTS, OUTPUTS)
    assert drawn(name).dtype == np.float64
    assert np.array_equal(drawn(name, seed=5), drawn(name, seed=5))
    assert name in CONSTANTS or not np.array_equal(drawn(name, seed=5), drawn(name, seed=6))


def test_a_function_of_your_own_is_an_initialiser_too():
    layer = Dense(2, init=lambda rng, inputs, outputs: np.full((inputs, outputs), 7.0))
    W, b = layer.build(3, np.random.default_rng(0))
    assert np.array_equal(W, np.full((3, 2), 7.0))
    assert not b.any()


def test_an_initialiser_has_settings_and_is_found_as_all_others_are():
    made = initialisers.get({"class_name": "Uniform", "config": {"scale": 0.5}})
    assert repr(made) == "Uniform(scale=0.5)"
    assert initialisers.get(made) is made
    assert type(initialisers.get("GlorotNormal")) is initialisers.names()["glorot_normal"]
    assert np.abs(made(np.random.default_rng(0), INPUTS, OUTPUTS)).max() == pytest.approx(0.5, rel=1e-3)
    assert repr(Dense(2, init=made)) == "Dense(2, init=Uniform(scale=0.5))"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: initialisers.get(initialisers.Uniform),
            "init must be one of uniform, normal, .*; got <class",
        ),
        (lambda: initialisers.Uniform(-1), "scale must be a finite number >= 0; got -1"),
        (lambda: initialisers.Normal([1, 2]), "scale must be a finite number >= 0, and one only"),
    ],
)
def test_a_wrong_initialiser_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize("init", [lambda rng, i, o: np.ones((o, i)), lambda rng, i, o: 1.0])
def test_a_function_that_gives_another_shape_is_refused(init):
    with pytest.raises(ValueError, match=r"init must give weights of shape \(3, 2\); got \("):
        Dense(2, init=init).build(3, np.random.default_rng(0))

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numeric import assert_is_the_slope

from course_lib import losses

LOSSES = {loss.name: loss for loss in losses.names().values()}
ALIASES = {"mean_squared_error": ("mse", "MSE"), "mean_absolute_error": ("mae", "MAE")}


def crossentropy(y, p):
    return -np.sum(y * np.log(np.clip(p / p.sum(), 1e-7, 1 - 1e-7)))


# The Keras 1.2.2 formula of one row, and data away from every kink. A loss missing here fails below.
CASES = {
    "mean_squared_error": (lambda y, p: np.mean((p - y) ** 2), "numbers"),
    "mean_absolute_error": (lambda y, p: np.mean(np.abs(p - y)), "numbers"),
    "categorical_crossentropy": (crossentropy, "probabilities"),
}


def data(kind, shape=(5, 4), seed=0):
    rng = np.random.default_rng(seed)
    if kind == "probabilities":
        return rng.dirichlet(np.ones(shape[-1]), shape[:-1]), rng.uniform(0.1, 1, shape)
    y_true = rng.normal(size=shape)
    return y_true, y_true + rng.choice([-1, 1], shape) * rng.uniform(0.1, 2, shape)


every_loss = pytest.mark.parametrize("name", LOSSES)


@every_loss
@pytest.mark.parametrize("shape", [(4,), (1, 4), (5, 4), (5, 1), (2, 3, 4)])
def test_the_gradient_is_the_slope_of_the_value(name, shape):
    y_true, y_pred = data(CASES[name][1], shape)
    loss = LOSSES[name]
    gradient = loss.gradient(y_true, y_pred)
    assert gradient.shape == shape
    assert_is_the_slope(gradient, lambda p: loss(y_true, p), y_pred)


@every_loss
def test_the_value_is_that_of_the_keras_formula_row_by_row(name):
    formula, kind = CASES[name]
    y_true, y_pred = data(kind)
    expected = [formula(y, p) for y, p in zip(y_true, y_pred, strict=True)]
    np.testing.assert_allclose(LOSSES[name].per_sample(y_true, y_pred), expected, rtol=1e-14)
    assert LOSSES[name](y_true, y_pred) == pytest.approx(np.mean(expected), rel=1e-14)


@every_loss
def test_the_order_of_the_samples_does_not_matter(name):
    y_true, y_pred = data(CASES[name][1])
    order = [3, 1, 4, 0, 2]
    loss = LOSSES[name]
    assert np.array_equal(
        loss.per_sample(y_true[order], y_pred[order]), loss.per_sample(y_true, y_pred)[order]
    )
    assert np.array_equal(loss.gradient(y_true[order], y_pred[order]), loss.gradient(y_true, y_pred)[order])


@every_loss
def test_float32_is_kept_and_agrees_with_float64(name):
    y_true, y_pred = data(CASES[name][1])
    loss = LOSSES[name]
    gradient = loss.gradient(np.float32(y_true), np.float32(y_pred))
    assert gradient.dtype == loss.per_sample(np.float32(y_true), np.float32(y_pred)).dtype == np.float32
    np.testing.assert_allclose(gradient, loss.gradient(y_true, y_pred), rtol=1e-4, atol=1e-6)


@every_loss
def test_asking_changes_no_argument(name):
    y_true, y_pred = data(CASES[name][1])
    before = y_true.copy(), y_pred.copy()
    LOSSES[name](y_true, y_pred)
    LOSSES[name].gradient(y_true, y_pred)
    assert np.array_equal(y_true, before[0])
    assert np.array_equal(y_pred, before[1])


@every_loss
@pytest.mark.parametrize("broken", [np.nan, np.inf, -np.inf, 1e200])
def test_a_diverged_prediction_warns_nothing(name, broken):
    y_true, y_pred = data(CASES[name][1])
    y_pred[1, 2] = broken
    LOSSES[name](y_true, y_pred)
    LOSSES[name].gradient(y_true, y_pred)


def test_a_mean_that_overflows_warns_nothing():
    assert losses.get("mse")([[0.0], [0.0]], [[1e154], [1e154]]) == np.inf


def test_a_row_of_sum_0_warns_nothing():
    losses.get("categorical_crossentropy")([[0, 1]], [[1, -1]])
    losses.get("categorical_crossentropy").gradient([[0, 1]], [[1, -1]])


@every_loss
def test_every_name_leads_to_one_loss(name):
    loss = losses.get(name)
    assert loss is getattr(losses, name) is losses.get(loss)
    for alias in ALIASES.get(name, ()):
        assert losses.get(alias) is loss
    assert repr(loss) == f"{type(loss).__name__}()"


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20))
def test_a_perfect_prediction_costs_nothing_and_moves_nothing(y):
    for name in ("mse", "mae"):
        assert losses.get(name)(y, y) == 0
        assert not losses.get(name).gradient(y, y).any()


def test_the_best_constant_is_the_mean_for_mse_and_the_median_for_mae():
    y = np.array([[1, 2, 2, 3, 4, 50.0]])
    constants = np.linspace(0, 20, 2001)
    guesses = np.broadcast_to(constants[:, None], (2001, 6))
    targets = np.broadcast_to(y, guesses.shape)
    mse = losses.get("mse").per_sample(targets, guesses)
    mae = losses.get("mae").per_sample(targets, guesses)
    assert constants[mse.argmin()] == pytest.approx(10.33, abs=0.005)
    assert constants[np.isclose(mae, mae.min())][[0, -1]] == pytest.approx([2, 3])


def test_crossentropy_does_not_see_the_scale_of_a_row():
    y_true, y_pred = data("probabilities")
    loss = losses.get("categorical_crossentropy")
    assert loss(y_true, 7 * y_pred) == pytest.approx(loss(y_true, y_pred), rel=1e-14)


def test_crossentropy_of_a_surely_wrong_prediction_is_stuck():
    loss = losses.get("categorical_crossentropy")
    assert loss([[0, 1]], [[1.0, 1e-9]]) == pytest.approx(16.118, abs=5e-4)
    assert not loss.gradient([[0, 1]], [[1.0, 1e-9]]).any()

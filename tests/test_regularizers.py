"""Every regularizer from one table: what it costs, and that its slope is the slope, alone and in a model."""

import numpy as np
import pytest
from numeric import assert_is_the_slope

from course_lib import regularizers
from course_lib.data_loss import DataLoss
from course_lib.layers import Dense
from course_lib.models import Sequential
from course_lib.optimizers import SGD

RNG = np.random.default_rng(5)
X, Y = RNG.normal(size=(12, 3)), RNG.normal(size=(12, 2))
W = RNG.normal(size=(3, 2))
COSTS = {  # of W, by hand
    "l1": 0.01 * np.abs(W).sum(),
    "l2": 0.01 * (W**2).sum(),
    "l1l2": 0.01 * np.abs(W).sum() + 0.01 * (W**2).sum(),
    "l1_l2": 0.01 * np.abs(W).sum() + 0.01 * (W**2).sum(),
}
every_name = pytest.mark.parametrize("name", regularizers.names())


def test_every_name_has_a_row_here():
    assert set(regularizers.names()) == set(COSTS)


@every_name
def test_the_cost_is_the_formula_and_the_slope_is_its_slope(name):
    rule = regularizers.get(name)
    assert rule(W) == pytest.approx(COSTS[name], rel=1e-15)
    assert_is_the_slope(rule.slope(W), rule, W)
    assert np.array_equal(rule.slope(np.zeros(2)), [0, 0])


def test_by_name_by_number_by_dict_as_keras_writes_it_or_as_it_is():
    assert repr(regularizers.get(0.1)) == repr(regularizers.l2(0.1)) == "L2(l=0.1)"
    assert repr(regularizers.get({"class_name": "L1", "config": {"l": 0.2}})) == "L1(l=0.2)"
    assert repr(regularizers.l1l2(l1=1, l2=2)) == "L1L2(l1=1.0, l2=2.0)"
    rule = regularizers.L1()
    assert regularizers.get(rule) is rule


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: regularizers.get("l3"), "regularizer must be one of l1, l2, l1l2, l1_l2; got 'l3'"),
        (lambda: regularizers.get(True), "regularizer must be one of .*; got True"),
        (lambda: regularizers.get(-0.1), "l must be a finite number >= 0; got -0.1"),
        (lambda: regularizers.L1L2(l2=np.inf), "l2 must be a finite number >= 0; got inf"),
        (lambda: regularizers.L1([0.1, 0.2]), "l must be a finite number >= 0, and one only"),
        (lambda: Dense(2, W_regularizer="L9"), "regularizer must be one of"),
        (lambda: Dense(2, bias=False, b_regularizer=0.1), "b_regularizer must be None where bias=False"),
    ],
)
def test_a_wrong_regularizer_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def model(optimizer="sgd", **rules):
    made = Sequential(
        [Dense(4, activation="tanh", input_dim=3, **rules), Dense(2, W_regularizer=0.05)], seed=1
    )
    made.compile("mse", optimizer, metrics=["mse"])
    return made


RULES = {"W_regularizer": "l1", "b_regularizer": regularizers.L1L2(0.1, 0.2)}


def test_the_loss_has_the_cost_and_the_metrics_have_not():
    made = model(**RULES)
    made.set_weights([weight + 0.1 for weight in made.get_weights()])
    W1, b1, W2, _ = made.get_weights()
    cost = 0.01 * np.abs(W1).sum() + (0.1 * np.abs(b1) + 0.2 * b1**2).sum() + 0.05 * (W2**2).sum()
    loss, mse = made.evaluate(X, Y)
    assert loss == pytest.approx(mse + cost, rel=1e-14)
    still = model(SGD(lr=0), **RULES)
    history = still.fit(X, Y, batch_size=5, epochs=1, verbose=0).history
    assert [history["loss"][0], history["mean_squared_error"][0]] == pytest.approx(
        still.evaluate(X, Y), rel=1e-14
    )


def test_an_update_follows_the_slope_of_loss_and_cost_in_a_model_and_in_a_data_loss():
    made = model(SGD(lr=1), **RULES)
    made.set_weights([weight + 0.1 for weight in made.get_weights()])  # away from the kink
    objective, before = DataLoss(made, X, Y), made.w
    made.train_on_batch(X, Y)
    assert_is_the_slope(before - made.w, objective.value, before, rtol=1e-6)
    assert_is_the_slope(objective.gradient(before), objective.value, before, rtol=1e-6)
    family = np.stack([before, 2 * before], axis=-1)
    values, gradients = objective.value(family), objective.gradient(family)
    for i, w in enumerate(family.T):
        assert values[i] == pytest.approx(objective.value(w), rel=1e-14)
        np.testing.assert_allclose(gradients[:, i], objective.gradient(w), rtol=1e-12)

import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from numeric import assert_is_the_slope

from course_lib import datasets, training
from course_lib.data_loss import DataLoss
from course_lib.layers import Activation, Dense, Dropout
from course_lib.models import Sequential
from course_lib.optimizers import SGD, Adam

DIGITS = datasets.load_digits(components=4)
X, Y = DIGITS.x_train[:60], datasets.to_categorical(DIGITS.y_train[:60], 10)


def network(loss="categorical_crossentropy", optimizer="sgd"):
    layers = [Dense(5, input_dim=4), Activation("tanh"), Dense(10, activation="softmax")]
    model = Sequential(layers, seed=1)
    model.compile(loss, optimizer)
    return model


def constrained():
    model = Sequential([Dense(10, input_dim=4, W_constraint="maxnorm")])
    model.compile("mean_squared_error", "sgd")
    return model


@pytest.mark.parametrize("loss", ["mean_squared_error", "categorical_crossentropy", "cosine_proximity"])
def test_value_and_gradient_are_those_of_the_model_on_the_data(loss):
    model = network(loss)
    objective = DataLoss(model, X, Y)
    assert objective.value(model.w) == pytest.approx(model.evaluate(X, Y), rel=1e-14)
    assert_is_the_slope(objective.gradient(model.w), objective.value, model.w, rtol=1e-6, atol=1e-8)


def test_a_family_of_models_equals_its_members():
    objective = DataLoss(network(), X, Y)
    w = np.random.default_rng(0).normal(scale=0.3, size=(objective.dimensions, 2, 3))
    values, gradients = objective.value(w), objective.gradient(w)
    assert values.shape == (2, 3)
    assert gradients.shape == w.shape
    for i in np.ndindex(2, 3):
        assert values[i] == pytest.approx(objective.value(w[:, *i]), rel=1e-13)
        np.testing.assert_allclose(gradients[:, *i], objective.gradient(w[:, *i]), rtol=1e-11, atol=1e-15)


@pytest.mark.parametrize("optimizer", [SGD(lr=0.5, momentum=0.9, nesterov=True), Adam(lr=0.01)])
def test_a_run_takes_the_steps_that_train_on_batch_takes(optimizer):
    model = network(optimizer=optimizer)
    run = training.run(DataLoss(model, X, Y), optimizer, steps=20)
    losses = [model.train_on_batch(X, Y) for _ in range(20)]
    np.testing.assert_allclose(run.losses[:-1], losses, rtol=1e-10)
    np.testing.assert_allclose(run.w, model.w, rtol=1e-8, atol=1e-12)


@pytest.mark.parametrize("batch_size", [16, 25, 60, 100])
@pytest.mark.parametrize("optimizer", [SGD(lr=0.5, momentum=0.9, nesterov=True), Adam(lr=0.01)], ids=repr)
def test_one_seed_gives_one_training_by_fit_and_by_run(optimizer, batch_size):
    model = network(optimizer=optimizer)  # of seed 1
    objective = DataLoss(model, X, Y, batch_size=batch_size, seed=1)
    updates = 3 * -(-60 // batch_size)
    run = training.run(objective, optimizer, steps=updates, record_path=False)
    model.fit(X, Y, batch_size=batch_size, epochs=2, verbose=0)
    model.fit(X, Y, batch_size=batch_size, epochs=1, verbose=0)  # goes on with the third epoch's order
    assert np.array_equal(run.w, model.w)
    other = DataLoss(network(), X, Y, batch_size=batch_size, seed=2)
    again = training.run(other, optimizer, steps=updates, record_path=False)
    assert np.array_equal(again.w, run.w) == (batch_size >= 60)


def test_any_number_of_runs_may_use_one_objective_at_the_same_time():
    objective = DataLoss(network(), X, Y, batch_size=7)
    starts = np.random.default_rng(0).normal(scale=0.3, size=(8, objective.dimensions))

    def run(w0):
        return training.run(objective, SGD(lr=0.3, momentum=0.9), w0=w0, steps=60, record_path=False).w

    alone = [run(w0) for w0 in starts]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(8) as pool:
            together = list(pool.map(run, starts))
    finally:
        sys.setswitchinterval(interval)
    assert all(map(np.array_equal, together, alone))


def test_batches_are_shared_by_a_family_cover_an_epoch_and_change_with_the_seed():
    objective = DataLoss(network(), X, Y, batch_size=25, seed=3)
    w = objective.start
    batches = [objective.at(t) for t in range(3)]
    assert [len(batch.x) for batch in batches] == [25, 25, 10]
    seen = np.concatenate([batch.x for batch in batches])
    assert np.array_equal(np.sort(seen[:, 0]), np.sort(X[:, 0]))
    weights = np.array([25, 25, 10]) / 60
    mean = sum(share * batch.gradient(w) for share, batch in zip(weights, batches, strict=True))
    np.testing.assert_allclose(mean, objective.gradient(w), rtol=1e-10, atol=1e-15)
    assert np.array_equal(objective.at(1).x, batches[1].x)
    assert not np.array_equal(objective.at(3).x, batches[0].x)
    assert not np.array_equal(DataLoss(network(), X, Y, batch_size=25, seed=4).at(0).x, batches[0].x)


def test_a_family_on_batches_equals_its_single_runs():
    objective = DataLoss(network(), X, Y, batch_size=20)
    rates = [0.1, 0.5]
    family = training.run(objective, SGD(lr=rates, momentum=0.9), steps=12, record_path=False)
    for i, lr in enumerate(rates):
        single = training.run(objective, SGD(lr=lr, momentum=0.9), steps=12, record_path=False)
        np.testing.assert_allclose(family.losses[:, i], single.losses, rtol=1e-10)


def test_a_diverging_member_leaves_the_others_alone():
    objective = DataLoss(network("mean_squared_error"), X * 1e3, Y)
    runs = training.run(objective, SGD(lr=[0.01, 1e300]), steps=5, record_path=False)
    alone = training.run(objective, SGD(lr=0.01), steps=5, record_path=False)
    np.testing.assert_allclose(runs.losses[:, 0], alone.losses, rtol=1e-10)


def test_the_model_is_not_trained_and_dropout_lets_everything_through():
    model = Sequential([Dense(5, input_dim=4), Dropout(0.5), Dense(10, activation="softmax")])
    model.compile("mean_squared_error", "sgd")
    before, objective = model.w.copy(), DataLoss(model, X, Y)
    training.run(objective, SGD(lr=0.1), steps=5)
    assert np.array_equal(model.w, before)
    assert objective.value(before) == pytest.approx(model.evaluate(X, Y), rel=1e-14)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: DataLoss(Sequential([Dense(1, input_dim=4)]), X, Y), "compile"),
        (lambda: DataLoss(constrained(), X, Y), "model must have free weights"),
        (lambda: DataLoss(network(), X[:, :3], Y), r"x must have shape \(samples, 4\)"),
        (
            lambda: DataLoss(network(), X, Y[:10]),
            r"y_true must have the shape of the predictions, \(60, 10\)",
        ),
        (lambda: DataLoss(network(), X, Y, batch_size=0), "batch_size must be a whole number >= 1; got 0"),
        (lambda: DataLoss(network(), X, Y, seed=-1), "seed must be a whole number >= 0; got -1"),
    ],
)
def test_data_that_do_not_suit_the_model_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()

"""How much each sample counts: sample_weight, class_weight and validation_split, against formulas by hand."""

import numpy as np
import pytest

from course_lib import losses
from course_lib.layers import Dense
from course_lib.models import Sequential
from course_lib.optimizers import SGD

RNG = np.random.default_rng(6)
CLASSES = RNG.integers(3, size=12)
X, Y = RNG.normal(size=(12, 3)), np.eye(3)[CLASSES]
WEIGHTS = np.array([0, 1, 2, 0.5, 0, 3, 1, 1, 0, 2, 2, 1])
BY_CLASS = {0: 1.0, 1: 5.0, 2: 0.0}


def model(loss="categorical_crossentropy", metrics=None, outputs=3, activation="softmax", lr=0.5):
    made = Sequential([Dense(outputs, activation=activation, input_dim=3)], seed=3)
    made.compile(loss, SGD(lr=lr), metrics=metrics)
    return made


@pytest.mark.parametrize("loss", ["mse", "categorical_crossentropy", "sparse_categorical_crossentropy"])
def test_weighted_losses_are_those_of_the_loss_itself(loss):
    y = CLASSES if losses.get(loss).domain is losses.sparse_categorical_crossentropy.domain else Y
    expected = losses.get(loss)(y, model(loss).predict(X), sample_weight=WEIGHTS)
    assert model(loss).evaluate(X, y, sample_weight=WEIGHTS) == pytest.approx(expected, rel=1e-15)
    assert model(loss).train_on_batch(X, y, sample_weight=WEIGHTS) == pytest.approx(expected, rel=1e-15)
    history = model(loss).fit(X, y, 12, epochs=1, verbose=0, sample_weight=WEIGHTS).history
    assert history["loss"] == [pytest.approx(expected, rel=1e-15)]


def test_an_update_follows_the_weighted_gradient_batch_by_batch():
    made = model()
    W, b = made.get_weights()
    made.fit(X, Y, batch_size=5, epochs=1, shuffle=False, verbose=0, sample_weight=WEIGHTS)
    for rows in (slice(0, 5), slice(5, 10), slice(10, 12)):
        x, y, weight = X[rows], Y[rows], WEIGHTS[rows]
        p = np.exp(x @ W + b)
        p /= p.sum(axis=1, keepdims=True)
        dz = (p - y) * (weight / len(x) / np.mean(weight != 0))[
            :, None
        ]  # Keras 1: by the count that is not 0
        W, b = W - 0.5 * x.T @ dz, b - 0.5 * dz.sum(axis=0)
    for ours, by_hand in zip(made.get_weights(), (W, b), strict=True):
        np.testing.assert_allclose(ours, by_hand, rtol=1e-12)


def test_equal_weights_are_none_and_whole_weights_are_repeated_samples():
    plain, ones = model(), model()
    histories = [plain.fit(X, Y, 5, verbose=0), ones.fit(X, Y, 5, verbose=0, sample_weight=np.ones(12))]
    assert histories[0].history == histories[1].history
    assert np.array_equal(plain.w, ones.w)
    counts = np.array([1, 2, 3] * 4)
    repeated = model().evaluate(np.repeat(X, counts, axis=0), np.repeat(Y, counts, axis=0))
    assert model().evaluate(X, Y, sample_weight=counts / counts.mean()) == pytest.approx(repeated, rel=1e-14)


def test_what_has_weight_0_counts_nothing():
    y = Y.copy()
    y[WEIGHTS == 0] = np.roll(Y[WEIGHTS == 0], 1, axis=1)
    made, other = model("mse"), model("mse")
    made.fit(X, Y, 5, verbose=0, sample_weight=WEIGHTS)
    other.fit(X, y, 5, verbose=0, sample_weight=WEIGHTS)
    assert np.array_equal(made.w, other.w)


def test_a_batch_without_any_weight_teaches_nothing():
    made, weight = model(), np.repeat([0.0, 1.0], 6)
    made.fit(X, Y, batch_size=6, epochs=1, shuffle=False, verbose=0, sample_weight=weight)
    alone = model()
    alone.train_on_batch(X[6:], Y[6:])
    assert np.array_equal(made.w, alone.w)


def test_metrics_are_not_weighted():
    made = model(metrics=["acc", "mse"])
    plain, weighted = made.evaluate(X, Y), made.evaluate(X, Y, sample_weight=WEIGHTS)
    assert weighted[0] != plain[0]
    assert weighted[1:] == plain[1:]


@pytest.mark.parametrize("loss", ["categorical_crossentropy", "sparse_categorical_crossentropy"])
def test_class_weights_are_sample_weights_by_class(loss):
    y = Y if loss == "categorical_crossentropy" else CLASSES
    by_class, by_sample, batch = model(loss), model(loss), model(loss)
    weights = np.array([BY_CLASS[label] for label in CLASSES])
    by_class.fit(X, y, 5, verbose=0, class_weight=BY_CLASS)
    by_sample.fit(X, y, 5, verbose=0, sample_weight=weights)
    assert np.array_equal(by_class.w, by_sample.w)
    value = batch.evaluate(X, y, sample_weight=weights)
    assert batch.train_on_batch(X, y, class_weight=BY_CLASS) == value


@pytest.mark.parametrize(
    ("loss", "no"),
    [("binary_crossentropy", 0), ("hinge", -1), (losses.BinaryCrossentropy(from_logits=True), 0)],
)
def test_one_output_has_the_classes_of_its_labels(loss, no):
    y = np.where(X[:, :1] > 0, 1, no)
    made = model(loss, outputs=1, activation="sigmoid" if loss == "binary_crossentropy" else "linear")
    expected = made.evaluate(X, y, sample_weight=np.where(y[:, 0] == 1, 4.0, 1.0))
    assert made.train_on_batch(X, y, class_weight={no: 1.0, 1: 4.0}) == expected


@pytest.mark.parametrize("part", [0.25, 0.3])
def test_a_split_keeps_the_last_samples_for_validation(part):
    first = int(12 * (1 - part))
    split, given = model(), model()
    history = split.fit(X, Y, 4, verbose=0, validation_split=part, sample_weight=WEIGHTS).history
    held_out = (X[first:], Y[first:], WEIGHTS[first:])
    expected = given.fit(
        X[:first], Y[:first], 4, verbose=0, sample_weight=WEIGHTS[:first], validation_data=held_out
    )
    assert history == expected.history
    assert np.array_equal(split.w, given.w)


def test_class_weights_do_not_count_in_the_validation():
    split, given = model(), model()
    history = split.fit(X, Y, 4, verbose=0, validation_split=0.25, class_weight=BY_CLASS).history
    expected = given.fit(X[:9], Y[:9], 4, verbose=0, class_weight=BY_CLASS, validation_data=(X[9:], Y[9:]))
    assert history == expected.history


REFUSED = [
    ({"sample_weight": WEIGHTS[:5]}, r"sample_weight must hold a number >= 0 for each sample, shape \(12,\)"),
    ({"sample_weight": WEIGHTS[:, None]}, "sample_weight must hold a number >= 0 for each sample"),
    ({"sample_weight": -WEIGHTS}, "sample_weight must hold a number >= 0"),
    ({"sample_weight": WEIGHTS * np.nan}, "sample_weight must hold finite numbers"),
    ({"sample_weight": 0 * WEIGHTS}, "sample_weight must hold at least one number > 0; got only zeros"),
    ({"class_weight": [1, 2, 3]}, "class_weight must be a dict of classes; got"),
    ({"class_weight": {0: 1, 1: 1}}, "class_weight must have every class of the targets; got none for 2"),
    ({"class_weight": {0: 1, 1: 1, 2: 1, 3: 1}}, "class_weight must have the classes 0, 1, 2 only; got 3"),
    ({"class_weight": {"a": 1}}, "class_weight must have the classes 0, 1, 2 only; got 'a'"),
    ({"class_weight": {0: 1, 1: -1, 2: 1}}, r"class_weight\[1\] must be a finite number >= 0; got -1"),
    ({"class_weight": {0: 0, 1: 0, 2: 0}}, "class_weight must let some samples count"),
    (
        {"class_weight": BY_CLASS, "sample_weight": WEIGHTS},
        "class_weight must be None where sample_weight is",
    ),
]
FIT_ONLY = [
    ({"validation_split": 1.0}, r"validation_split must be one number in \[0, 1\); got 1"),
    ({"validation_split": -0.1}, "validation_split must be"),
    ({"validation_split": 0.99}, "validation_split must leave samples on both sides; got 0.99 of 12 samples"),
    (
        {"validation_split": 0.5, "validation_data": (X, Y)},
        "validation_split must be 0 where validation_data",
    ),
    ({"validation_data": (X, Y, WEIGHTS[:3])}, "validation_data: sample_weight must hold a number"),
    ({"validation_data": (X, Y, WEIGHTS, 1)}, r"validation_data must be a pair \(x, y\), or"),
    ({"epochs": 3, "nb_epoch": 3}, "epochs must be given once; got it as epochs and as nb_epoch"),
    ({"shuffle": "batch"}, "shuffle must be True or False; got 'batch'"),
]


@pytest.mark.parametrize(("settings", "message"), REFUSED)
def test_weights_that_cannot_be_are_refused_wherever_they_are_given(settings, message):
    made, before = model(), model().w
    calls = [made.fit, made.train_on_batch] + ([made.evaluate] if list(settings) == ["sample_weight"] else [])
    for call in calls:
        with pytest.raises(ValueError, match=message):
            call(X, Y, **settings)
    assert np.array_equal(made.w, before)


@pytest.mark.parametrize(("settings", "message"), FIT_ONLY)
def test_settings_of_fit_that_cannot_be_are_refused(settings, message):
    made, before = model(), model().w
    with pytest.raises(ValueError, match=message):
        made.fit(X, Y, verbose=0, **settings)
    assert np.array_equal(made.w, before)


def test_a_small_split_keeps_one_sample():
    assert "val_loss" in model().fit(X, Y, verbose=0, validation_split=0.01).history

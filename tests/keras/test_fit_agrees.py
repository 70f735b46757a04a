"""What ``fit`` can do besides: weights, splits, regularizers and callbacks, against Keras 3 live.

Every weight of a sample is above 0 here, because for others the generations of Keras divide by different
counts. The losses are cross-entropies, whose mean Keras 3 does not round to float32.
"""

import keras
import numpy as np
import pytest

from course_lib import callbacks, datasets
from course_lib.layers import Dense
from course_lib.models import Sequential
from course_lib.optimizers import SGD

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras's own

DIGITS = datasets.load_digits(components=8)
X, LABELS = DIGITS.x_train[:150], DIGITS.y_train[:150]
ROWS = datasets.to_categorical(LABELS, classes=10)
WEIGHTS = np.random.default_rng(0).uniform(0.1, 3, size=150)
BY_CLASS = {digit: 0.5 + digit / 3 for digit in range(10)}
# JAX compiles anew for each size of a batch: 150 samples end with one of 30, the first 120 have none but 40.
FIT = {"batch_size": 40, "shuffle": False, "verbose": 0}
WORDS = {"accuracy": "acc", "val_accuracy": "val_acc", "learning_rate": "lr"}


def both(lr=0.5, loss="categorical_crossentropy", W=None, b=None):
    """Our network and theirs, with our weights in both; ``W``, ``b``: the regularizers, ours and theirs."""
    ours = Sequential(
        [Dense(10, activation="softmax", input_dim=8, W_regularizer=W and W[0], b_regularizer=b and b[0])],
        seed=3,
    )
    theirs = keras.Sequential(
        [
            keras.Input((8,)),
            keras.layers.Dense(
                10, activation="softmax", kernel_regularizer=W and W[1], bias_regularizer=b and b[1]
            ),
        ]
    )
    start, _ = ours.get_weights()
    ours.set_weights([start, np.linspace(-0.2, 0.3, 10)])  # no 0, where JAX's abs has the slope 1 and ours 0
    theirs.set_weights(ours.get_weights())
    ours.compile(loss, SGD(lr=lr, momentum=0.9), metrics=["accuracy"])
    theirs.compile(loss=loss, optimizer=keras.optimizers.SGD(lr, momentum=0.9), metrics=["accuracy"])
    return ours, theirs


def assert_they_learn_the_same(ours, theirs, y=ROWS, epochs=4, watchers=([], []), **settings):
    """Ours and theirs after the same ``fit``: the curves and the weights. Returns our curves."""
    settings = FIT | settings
    history = ours.fit(X, y, epochs=epochs, callbacks=watchers[0], **settings).history
    expected = theirs.fit(X, y, epochs=epochs, callbacks=watchers[1], **settings).history
    assert {WORDS.get(name, name) for name in expected} == set(history)
    for name, values in expected.items():
        np.testing.assert_allclose(history[WORDS.get(name, name)], values, rtol=1e-11, err_msg=name)
    for weight, their_weight in zip(ours.get_weights(), theirs.weights, strict=True):
        np.testing.assert_allclose(weight, their_weight.value, rtol=0, atol=1e-12)
    return history


@pytest.mark.parametrize(
    "settings",
    [
        {"sample_weight": WEIGHTS},
        {"class_weight": BY_CLASS},
        {"validation_split": 0.2},
        {"validation_split": 0.3, "sample_weight": WEIGHTS},
        {"validation_split": 0.3, "class_weight": BY_CLASS},
        {"validation_data": (X[:40], ROWS[:40], WEIGHTS[:40])},
    ],
    ids=lambda settings: " ".join(settings),
)
def test_weights_and_splits(settings):
    assert_they_learn_the_same(*both(), **settings)


def test_class_weights_of_labels():
    assert_they_learn_the_same(*both(loss="sparse_categorical_crossentropy"), y=LABELS, class_weight=BY_CLASS)


def test_evaluate_and_train_on_batch_with_weights():
    ours, theirs = both()
    expected = theirs.evaluate(X, ROWS, sample_weight=WEIGHTS, batch_size=150, verbose=0)
    assert ours.evaluate(X, ROWS, sample_weight=WEIGHTS) == pytest.approx(expected, rel=1e-12)
    for settings in ({"sample_weight": WEIGHTS}, {"class_weight": BY_CLASS}):
        ours.train_on_batch(X, ROWS, **settings)
        theirs.train_on_batch(X, ROWS, **settings)
    for weight, their_weight in zip(ours.get_weights(), theirs.weights, strict=True):
        np.testing.assert_allclose(weight, their_weight.value, rtol=0, atol=1e-13)


REGULARIZERS = {
    "l1": ({"class_name": "L1", "config": {"l": 0.02}}, keras.regularizers.L1(0.02)),
    "l2": (0.03, keras.regularizers.L2(0.03)),
    "l1l2": ({"class_name": "L1L2", "config": {"l1": 0.01, "l2": 0.02}}, keras.regularizers.L1L2(0.01, 0.02)),
}


@pytest.mark.parametrize("name", REGULARIZERS)
def test_regularizers(name):
    rule = REGULARIZERS[name]
    assert_they_learn_the_same(*both(W=rule, b=rule), batch_size=32, validation_split=0.2)


SCHEDULES = [lambda epoch: 0.5 / (1 + epoch), lambda epoch, lr: lr * 0.7]


@pytest.mark.parametrize("schedule", SCHEDULES, ids=["epoch", "epoch and lr"])
def test_the_learning_rate_scheduler(schedule):
    watchers = [callbacks.LearningRateScheduler(schedule)], [keras.callbacks.LearningRateScheduler(schedule)]
    history = assert_they_learn_the_same(*both(), watchers=watchers)
    assert history["lr"][-1] < history["lr"][0]


@pytest.mark.parametrize(
    ("lr", "settings"),
    [
        (2.0, {"monitor": "val_loss", "patience": 1, "factor": 0.5}),
        (2.0, {"monitor": "val_loss", "patience": 1, "factor": 0.3, "min_delta": 0.5, "cooldown": 2}),
        (0.5, {"monitor": "val_accuracy", "patience": 1, "factor": 0.5, "min_lr": 0.2, "mode": "max"}),
    ],
)
def test_the_rate_falls_on_a_plateau(lr, settings):
    ours = callbacks.ReduceLROnPlateau(
        **settings | {"monitor": WORDS.get(settings["monitor"], settings["monitor"])}
    )
    watchers = [ours], [keras.callbacks.ReduceLROnPlateau(**settings)]
    history = assert_they_learn_the_same(*both(lr), epochs=12, watchers=watchers, validation_split=0.2)
    assert history["lr"][-1] < history["lr"][0]


@pytest.mark.parametrize(
    ("lr", "settings"),
    [
        (2.0, {"monitor": "val_loss", "patience": 0}),
        (2.0, {"monitor": "val_loss", "patience": 2, "restore_best_weights": True}),
        (0.5, {"monitor": "loss", "patience": 2, "min_delta": 0.1, "restore_best_weights": True}),
        (0.5, {"monitor": "val_accuracy", "patience": 3, "mode": "max", "restore_best_weights": True}),
        (0.05, {"monitor": "loss", "patience": 3, "restore_best_weights": True}),  # never stops
    ],
)
def test_early_stopping(lr, settings):
    ours = callbacks.EarlyStopping(
        **settings | {"monitor": WORDS.get(settings["monitor"], settings["monitor"])}
    )
    watchers = [ours], [keras.callbacks.EarlyStopping(**settings)]
    history = assert_they_learn_the_same(*both(lr), epochs=20, watchers=watchers, validation_split=0.2)
    assert (len(history["loss"]) < 20) == (lr != 0.05)

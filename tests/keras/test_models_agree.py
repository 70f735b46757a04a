"""A whole network of ours and of Keras 3: with equal weights and equal batches they learn the same.

Two functions of Keras 3's JAX back end round float64 to float32 on the way: ``tanh``, for which JAX's own
stands in here, and ``mean``, which leaves mean_squared_error 1e-8 to be wrong by.
"""

import jax.numpy as jnp
import keras
import numpy as np
import pytest

from course_lib import datasets
from course_lib.layers import Dense
from course_lib.models import Sequential
from course_lib.optimizers import SGD, Adam

DIGITS = datasets.load_digits(components=10)
X, LABELS = DIGITS.x_train[:300], DIGITS.y_train[:300]
ROWS = datasets.to_categorical(LABELS, classes=10)
FIT = {"batch_size": 32, "epochs": 5, "shuffle": False, "verbose": 0}  # the last batch has 12 samples


def decaying(lr):
    """Keras 3's way to say ``decay=0.01``."""
    return keras.optimizers.schedules.InverseTimeDecay(lr, decay_steps=1, decay_rate=0.01)


OPTIMIZERS = {
    "sgd": (
        lambda: SGD(lr=0.1, momentum=0.9, decay=0.01, nesterov=True),
        lambda: keras.optimizers.SGD(decaying(0.1), momentum=0.9, nesterov=True),
    ),
    "adam": (
        lambda: Adam(lr=0.01, decay=0.01, epsilon=1e-7),
        lambda: keras.optimizers.Adam(decaying(0.01), epsilon=1e-7),
    ),
}
TARGETS = {  # and how well the two agree
    "mean_squared_error": (ROWS, 1e-6),
    "categorical_crossentropy": (ROWS, 1e-12),
    "sparse_categorical_crossentropy": (LABELS, 1e-12),
}


def both(optimizer, loss):
    """Our network and theirs, with our weights in both."""
    make_ours, make_theirs = OPTIMIZERS[optimizer]
    ours = Sequential([Dense(64, activation="tanh", input_dim=10), Dense(10, activation="softmax")], seed=3)
    theirs = keras.Sequential(
        [
            keras.Input((10,)),
            keras.layers.Dense(64, activation=jnp.tanh),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    theirs.set_weights(ours.get_weights())
    ours.compile(loss, make_ours(), metrics=["accuracy"])
    theirs.compile(loss=loss, optimizer=make_theirs(), metrics=["accuracy"])
    return ours, theirs


@pytest.mark.parametrize(
    ("optimizer", "loss"),
    [
        ("sgd", "mean_squared_error"),
        ("adam", "categorical_crossentropy"),
        ("sgd", "sparse_categorical_crossentropy"),
    ],
)
def test_the_same_network_learns_the_same(optimizer, loss):
    y, tolerance = TARGETS[loss]
    ours, theirs = both(optimizer, loss)
    history = ours.fit(X, y, validation_data=(X[:32], y[:32]), **FIT).history
    expected = theirs.fit(X, y, validation_data=(X[:32], y[:32]), **FIT).history

    assert history["loss"][-1] < 0.95 * history["loss"][0]
    assert {name.replace("accuracy", "acc") for name in expected} == set(history)
    for name, values in expected.items():
        of_ours = history[name.replace("accuracy", "acc")]
        np.testing.assert_allclose(of_ours, values, rtol=tolerance, err_msg=name)
    for weight, their_weight in zip(ours.get_weights(), theirs.weights, strict=True):
        np.testing.assert_allclose(weight, their_weight.value, rtol=0, atol=tolerance)

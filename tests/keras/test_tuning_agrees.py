"""A Keras 3 model, as lesson 19's procedure sees it, is the course's Sequential with the same weights."""

import keras
import numpy as np
import pytest

from course_lib import tuning
from course_lib.optimizers import SGD, Adam
from tests.tuning import theirs

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras's own


def network(*inner, loss="sparse_categorical_crossentropy"):
    made = keras.Sequential([keras.Input((4,)), keras.layers.Dense(5, "tanh"), *inner])
    made.add(keras.layers.Dense(3, "softmax"))
    made.compile(loss=loss)
    return made


def of_keras(seed=0, batch_size=16):
    made = network()
    made.set_weights(theirs.weights(seed))
    return tuning.OfKeras(made, theirs.data(), batch_size, seed)


def test_keras_computes_what_sequential_computes():
    """Losses, gradients, a range test and a training by Adam; Keras's mean loses some 1e-8."""
    ours, of_theirs = (theirs.seen(make(), turned=np.asarray) for make in (theirs.of_sequential, of_keras))
    for name, value in ours.items():
        np.testing.assert_allclose(of_theirs[name], value, rtol=1e-5, atol=1e-7, err_msg=name)


def test_the_whole_procedure_runs_on_a_keras_model(tmp_path):
    model, lines = of_keras(), {"sgd": SGD(), "adam": Adam()}
    test = tuning.range_test(model, "sgd", low=0.01, high=10, growth=1.5)
    assert tuning.overfit(model, "adam", updates=3)[-1] < tuning.overfit(model, "adam", updates=0)[-1]
    found = tuning.compare(of_keras, lines, [test.rate(), 0.01], seeds=(0, 1), updates=3, verbose=0)
    page = tuning.Report("Keras", found, {"sgd": test})
    page.save(tmp_path / "keras.html")
    assert "Too few seeds: 2." in (tmp_path / "keras.html").read_text(encoding="utf-8")


def test_the_model_itself_is_not_trained():
    made = network(keras.layers.Dropout(0.5))
    before = made.get_weights()
    model = tuning.OfKeras(made, theirs.data())
    model.gradient(model.start + 1)
    assert all(map(np.array_equal, made.get_weights(), before))
    assert model.value(model.start) == model.value(model.start)  # nothing is dropped in a prediction


def test_what_cannot_be_run_is_refused():
    data = theirs.data()
    with pytest.raises(ValueError, match="model must have its weights"):
        tuning.OfKeras(keras.Sequential([keras.layers.Dense(3)]), data)
    with pytest.raises(ValueError, match="model must be told its loss"):
        tuning.OfKeras(network(loss=None), data)
    with pytest.raises(ValueError, match="model must have free weights"):
        tuning.OfKeras(network(keras.layers.Dense(3, kernel_constraint="non_neg")), data)

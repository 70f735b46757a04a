"""The course's Sequential and a PyTorch module, as the procedure sees them: one function of the weights.

Keras is compared in tests/keras.
"""

import json
import sys
from importlib.util import find_spec

import numpy as np
import pytest

from course_lib import layers, models, training, tuning
from course_lib.data_loss import DataLoss
from course_lib.datasets import Split
from tests.numeric import central_difference
from tests.tuning import theirs

KEPT = json.loads(theirs.GOLDEN.read_text(encoding="utf-8"))
MODELS = {"Sequential": (theirs.of_sequential, np.asarray)}
if find_spec("torch"):
    MODELS["PyTorch"] = theirs.of_torch, theirs.as_ours


@pytest.mark.parametrize("library", MODELS)
def test_each_library_computes_what_pytorch_computed(library):
    make, turned = MODELS[library]
    for name, value in theirs.seen(make(), turned).items():
        np.testing.assert_allclose(value, KEPT[name], rtol=1e-9, atol=1e-12, err_msg=name)


def test_the_network_itself_is_not_trained():
    network = _network()
    before, model = network.w, tuning.OfSequential(network, theirs.data())
    training.run(model, "sgd", steps=3)
    assert np.array_equal(network.w, before)


def test_the_gradient_is_that_of_the_loss():
    model = theirs.of_sequential()
    for objective in (model, model.at(3)):
        slope = central_difference(objective.value, model.start)
        assert objective.gradient(model.start) == pytest.approx(slope, abs=1e-7)


def test_the_parts_are_apart_and_only_one_is_learned_from():
    data, model = theirs.data(), theirs.of_sequential()
    assert [len(x) for x, _ in model.parts.values()] == [48, 12, 15]
    assert np.array_equal(np.concatenate([x for x, _ in model.parts.values()]), [*data.x_train, *data.x_test])
    changed = Split(*data)
    changed.x_train[48:] += 100
    assert model.value(model.start) == theirs.of_sequential().value(model.start)


def test_the_batches_are_those_of_a_data_loss_of_the_same_seed():
    model = theirs.of_sequential(seed=3, batch_size=7)
    x, y = model.parts["training"]
    objective = DataLoss(_network(), x, y, batch_size=7, seed=3)
    for update in (0, 5, 6, 20):  # of the first, the second and the third epoch
        same = objective.at(update).gradient(model.start)
        assert np.array_equal(model.at(update).gradient(model.start), same)


def test_a_model_of_another_kind_says_three_things():
    class Line(tuning.Model):
        def loss(self, w, x, y):
            return np.mean((x @ w - y) ** 2)

        def slope(self, w, x, y):
            return 2 * x.T @ (x @ w - y) / len(x)

    line = Line(np.zeros(4), theirs.data(), batch_size=12)
    assert tuning.overfit(line, "sgd", updates=50)[-1] < line.value(line.start)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"data": "digits"}, "data must be a datasets.Split"),
        ({"data": Split(np.ones((3, 4)), np.ones(3), np.ones((1, 4)), np.ones(1))}, "5 samples to train on"),
        ({"batch_size": 0}, "batch_size must be a whole number >= 1"),
        ({"seed": -1}, "seed must be a whole number >= 0"),
    ],
)
def test_what_is_no_model_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        tuning.Model(**{"start": np.zeros(4), "data": theirs.data()} | change)


@pytest.mark.parametrize(("kind", "package"), [(tuning.OfKeras, "keras"), (tuning.OfTorch, "torch")])
def test_a_library_that_is_not_there_is_named(monkeypatch, kind, package):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ModuleNotFoundError, match=f"{kind.__name__} needs {package}: pip install {package}"):
        kind(None, None, theirs.data())


def test_data_that_do_not_suit_the_network_are_refused():
    data = theirs.data()
    with pytest.raises(ValueError, match="x must have shape"):
        tuning.OfSequential(_network(), data._replace(x_test=data.x_test[:, :3]))
    with pytest.raises(ValueError, match="part must be one of"):
        theirs.of_sequential().loss_on("testing", np.zeros(43))


def _network():
    hidden = layers.Dense(5, activation="tanh", input_dim=4)
    network = models.Sequential([hidden, layers.Dense(3, activation="softmax")])
    network.compile("sparse_categorical_crossentropy", "sgd")
    return network

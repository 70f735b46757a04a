"""Every layer from one table: its slopes in inputs and weights, alone and as a family."""

import numpy as np
import pytest
from numeric import assert_is_the_slope

from course_lib import activations, layers
from course_lib.constraints import MaxNorm, NonNeg
from course_lib.layers import Activation, Dense, Dropout, Layer

LAYERS = {  # a layer class missing here fails below
    Dense: [lambda name=name: Dense(2, activation=name) for name in activations.names()]
    + [lambda: Dense(2, bias=False), lambda: Dense(1, init="he_normal", W_constraint="maxnorm")],
    Activation: [lambda name=name: Activation(name) for name in activations.names()],
    Dropout: [lambda: Dropout(0), lambda: Dropout(0.4)],
}
KINDS = [
    kind
    for kind in vars(layers).values()
    if isinstance(kind, type) and issubclass(kind, Layer) and kind is not Layer
]
every_layer = pytest.mark.parametrize(
    "make", [make for kind in KINDS for make in LAYERS[kind]], ids=lambda make: repr(make())
)
X = np.random.default_rng(3).normal(size=(5, 3))
R = 4  # members of a family


def built(make, seed=4):
    """The layer with random weights, ready for ``X``."""
    layer, rng = make(), np.random.default_rng(seed)
    layer.build(3, rng)
    for weight in layer.weights:
        weight[...] = rng.normal(size=weight.shape)
    return layer


def made_up_loss(layer, x):
    """``sum(made_up * outputs)`` in training, with the same inputs dropped each time; and ``made_up``."""
    made_up = np.random.default_rng(5).normal(size=(*x.shape[:-1], layer.output_dim))
    layer.rng = np.random.default_rng(6)
    return (made_up * layer.forward(x, training=True)).sum(), made_up


@every_layer
def test_backward_gives_the_slope_in_the_inputs(make):
    layer = built(make)
    _, made_up = made_up_loss(layer, X)
    slope = layer.backward(made_up)
    assert_is_the_slope(slope, lambda x: made_up_loss(layer, x)[0], X)


@every_layer
def test_backward_gives_the_slope_in_every_weight(make):
    layer = built(make)
    _, made_up = made_up_loss(layer, X)
    layer.backward(made_up)
    assert len(layer.weights) == len(layer.gradients) == len(layer.constraints)
    for weight, gradient in zip(layer.weights, layer.gradients, strict=True):

        def loss(values, weight=weight):
            weight[...] = values
            return made_up_loss(layer, X)[0]

        first = weight.copy()
        assert_is_the_slope(gradient, loss, first)
        weight[...] = first


@every_layer
@pytest.mark.parametrize("shared_inputs", [True, False], ids=["one x", "an x each"])
def test_a_family_is_its_members_side_by_side(make, shared_inputs):
    members = [built(make, seed) for seed in range(R)]
    family = built(make)
    family.weights = [np.stack(weights) for weights in zip(*(m.weights for m in members), strict=True)]
    family.gradients = [np.zeros_like(weight) for weight in family.weights]
    x = X if shared_inputs else np.random.default_rng(8).normal(size=(R, 5, 3))
    slope = np.random.default_rng(9).normal(size=(R, 5, family.output_dim))

    outputs = np.broadcast_to(family.forward(x), slope.shape)
    slopes = np.broadcast_to(family.backward(slope), (R, 5, 3))

    for r, (member, own_x) in enumerate(zip(members, np.broadcast_to(x, (R, 5, 3)), strict=True)):
        np.testing.assert_allclose(outputs[r], member.forward(own_x), rtol=1e-14)
        np.testing.assert_allclose(slopes[r], member.backward(slope[r]), rtol=1e-13, atol=1e-15)
        for of_family, gradient in zip(family.gradients, member.gradients, strict=True):
            np.testing.assert_allclose(of_family[r], gradient, rtol=1e-13, atol=1e-15)


@every_layer
def test_a_layer_says_how_many_outputs_it_has(make):
    layer = built(make)
    assert layer.forward(X).shape == (5, layer.output_dim)


def test_dense_is_a_weighted_sum_and_starts_with_a_bias_of_0():
    layer = Dense(2)
    layer.build(3, np.random.default_rng(0))
    W, b = layer.weights
    assert not b.any()
    b[...] = 1, 2
    np.testing.assert_allclose(layer.forward(X), X @ W + [1, 2], rtol=1e-15)


def test_without_a_bias_nothing_in_gives_nothing_out():
    layer = built(lambda: Dense(2, bias=False))
    assert [weight.shape for weight in layer.weights] == [(3, 2)]
    assert not layer.forward(0 * X).any()


def test_dropout_drops_its_part_keeps_the_mean_and_only_in_training():
    layer, ones = built(lambda: Dropout(0.3)), np.ones((200, 300))
    dropped = layer.forward(ones, training=True)
    np.testing.assert_allclose(np.unique(dropped), [0, 1 / 0.7], rtol=1e-15)
    assert (dropped == 0).mean() == pytest.approx(0.3, abs=0.01)
    assert dropped.mean() == pytest.approx(1, abs=0.01)
    assert not np.array_equal(layer.forward(ones, training=True), dropped)
    assert np.array_equal(layer.forward(ones), ones)
    assert np.array_equal(layer.backward(ones), ones)


@pytest.mark.parametrize(
    ("layer", "text"),
    [
        (Dense(64, init="uniform", input_dim=10), "Dense(64, init='uniform', input_dim=10)"),
        (Dense(1, "zeros", "relu", 1), "Dense(1, init='zeros', activation='relu', input_dim=1)"),
        (Dense(2, bias=False, W_constraint="nonneg"), "Dense(2, bias=False, W_constraint=NonNeg())"),
        (Dense(2, b_constraint=MaxNorm(m=1)), "Dense(2, b_constraint=MaxNorm(m=1.0, axis=0))"),
        (Activation("tanh"), "Activation('tanh')"),
        (Activation(activations.get("relu")), "Activation(Relu())"),
        (Dropout(0.5), "Dropout(0.5)"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_layer_looks_as_it_was_written(layer, text):
    assert repr(layer) == text


def test_a_constraint_is_given_by_name_by_config_or_as_it_is():
    config = {"class_name": "MaxNorm", "config": {"m": 3.0}}
    layer = Dense(2, W_constraint=config, b_constraint=NonNeg())
    assert [repr(constraint) for constraint in layer.constraints] == ["MaxNorm(m=3.0, axis=0)", "NonNeg()"]

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
    """The layer and random weights for it, ready for ``X``."""
    layer, rng = make(), np.random.default_rng(seed)
    first = layer.build(3, rng)
    assert [weight.shape for weight in first] == list(layer.shapes)
    return layer, [rng.normal(size=shape) for shape in layer.shapes]


def made_up_loss(layer, weights, x):
    """``sum(made_up * outputs)`` in training, with the same inputs dropped each time."""
    made_up = np.random.default_rng(5).normal(size=(*x.shape[:-1], layer.output_dim))
    outputs, seen = layer.forward(weights, x, np.random.default_rng(6))
    return (made_up * outputs).sum(), made_up, seen


@every_layer
def test_backward_gives_the_slope_in_the_inputs(make):
    layer, weights = built(make)
    _, made_up, seen = made_up_loss(layer, weights, X)
    slope, _ = layer.backward(weights, seen, made_up)
    assert_is_the_slope(slope, lambda x: made_up_loss(layer, weights, x)[0], X)


@every_layer
@pytest.mark.parametrize("first", [False, True])
def test_backward_gives_the_slope_in_every_weight(make, first):
    layer, weights = built(make)
    _, made_up, seen = made_up_loss(layer, weights, X)
    _, gradients = layer.backward(weights, seen, made_up, first)
    assert len(gradients) == len(layer.shapes) == len(layer.constraints) == len(layer.regularizers)
    for i, gradient in enumerate(gradients):

        def loss(values, i=i):
            return made_up_loss(layer, [*weights[:i], values, *weights[i + 1 :]], X)[0]

        assert_is_the_slope(gradient, loss, weights[i])


@every_layer
@pytest.mark.parametrize("shared_inputs", [True, False], ids=["one x", "an x each"])
def test_a_family_is_its_members_side_by_side(make, shared_inputs):
    layer, _ = built(make)
    members = [built(make, seed)[1] for seed in range(R)]
    family = [np.stack(weights) for weights in zip(*members, strict=True)]
    x = X if shared_inputs else np.random.default_rng(8).normal(size=(R, 5, 3))
    slope = np.random.default_rng(9).normal(size=(R, 5, layer.output_dim))

    outputs, seen = layer.forward(family, x)
    slopes, gradients = layer.backward(family, seen, slope)
    outputs, slopes = np.broadcast_to(outputs, slope.shape), np.broadcast_to(slopes, (R, 5, 3))

    for r, (weights, own_x) in enumerate(zip(members, np.broadcast_to(x, (R, 5, 3)), strict=True)):
        own_outputs, own_seen = layer.forward(weights, own_x)
        own_slopes, own_gradients = layer.backward(weights, own_seen, slope[r])
        np.testing.assert_allclose(outputs[r], own_outputs, rtol=1e-14)
        np.testing.assert_allclose(slopes[r], own_slopes, rtol=1e-13, atol=1e-15)
        for of_family, gradient in zip(gradients, own_gradients, strict=True):
            np.testing.assert_allclose(of_family[r], gradient, rtol=1e-13, atol=1e-15)


@every_layer
def test_a_layer_says_how_many_outputs_it_has_and_changes_nothing_that_it_is_given(make):
    layer, weights = built(make)
    x, kept = X.copy(), [weight.copy() for weight in weights]
    outputs, seen = layer.forward(weights, x, np.random.default_rng(0))
    assert outputs.shape == (5, layer.output_dim)
    layer.backward(weights, seen, np.ones_like(outputs))
    assert np.array_equal(x, X)
    assert all(np.array_equal(weight, before) for weight, before in zip(weights, kept, strict=True))


def test_dense_is_a_weighted_sum_and_starts_with_a_bias_of_0():
    layer = Dense(2)
    W, b = layer.build(3, np.random.default_rng(0))
    assert not b.any()
    outputs, _ = layer.forward([W, np.array([1.0, 2.0])], X)
    np.testing.assert_allclose(outputs, X @ W + [1, 2], rtol=1e-15)


def test_without_a_bias_nothing_in_gives_nothing_out():
    layer, weights = built(lambda: Dense(2, bias=False))
    assert [weight.shape for weight in weights] == [(3, 2)]
    assert not layer.forward(weights, 0 * X)[0].any()


def test_dropout_drops_its_part_keeps_the_mean_and_only_in_training():
    layer, ones, rng = Dropout(0.3), np.ones((200, 300)), np.random.default_rng(4)
    dropped, _ = layer.forward([], ones, rng)
    np.testing.assert_allclose(np.unique(dropped), [0, 1 / 0.7], rtol=1e-15)
    assert (dropped == 0).mean() == pytest.approx(0.3, abs=0.01)
    assert dropped.mean() == pytest.approx(1, abs=0.01)
    assert not np.array_equal(layer.forward([], ones, rng)[0], dropped)
    outputs, seen = layer.forward([], ones)
    assert np.array_equal(outputs, ones)
    assert np.array_equal(layer.backward([], seen, ones)[0], ones)


@pytest.mark.parametrize(
    ("layer", "text"),
    [
        (Dense(64, init="uniform", input_dim=10), "Dense(64, init='uniform', input_dim=10)"),
        (Dense(1, "zeros", "relu", 1), "Dense(1, init='zeros', activation='relu', input_dim=1)"),
        (Dense(2, bias=False, W_constraint="nonneg"), "Dense(2, bias=False, W_constraint=NonNeg())"),
        (Dense(2, b_constraint=MaxNorm(m=1)), "Dense(2, b_constraint=MaxNorm(m=1.0, axis=0))"),
        (Dense(2, W_regularizer="l1"), "Dense(2, W_regularizer=L1(l=0.01))"),
        (Dense(2, b_regularizer=0.5), "Dense(2, b_regularizer=L2(l=0.5))"),
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

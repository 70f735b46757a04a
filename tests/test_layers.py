import numpy as np
import pytest
from numeric import assert_is_the_slope

from course_lib.layers import Activation, Dense, Layer

LAYERS = {  # a layer class missing here fails below
    Dense: [Dense(2), *(Dense(2, activation=name) for name in ("linear", "tanh", "softmax"))],
    Activation: [Activation(name) for name in ("linear", "tanh", "softmax")],
}
every_layer = pytest.mark.parametrize(
    "layer", [layer for kind in Layer.__subclasses__() for layer in LAYERS[kind]], ids=repr
)
X = np.random.default_rng(3).normal(size=(5, 3))


def built(layer):
    """The layer with random weights, and weights of a made-up loss: sum(made_up * outputs)."""
    rng = np.random.default_rng(4)
    layer.build(3, rng)
    for weight in layer.weights:
        weight[...] = rng.normal(size=weight.shape)
    return layer, rng.normal(size=layer.forward(X).shape)


@every_layer
def test_backward_gives_the_slope_in_the_inputs(layer):
    layer, made_up = built(layer)
    layer.forward(X)
    assert_is_the_slope(layer.backward(made_up), lambda x: (made_up * layer.forward(x)).sum(), X)


@every_layer
def test_backward_gives_the_slope_in_every_weight(layer):
    layer, made_up = built(layer)
    layer.forward(X)
    layer.backward(made_up)
    for weight, gradient in zip(layer.weights, layer.gradients, strict=True):

        def loss(values, weight=weight):
            weight[...] = values
            return (made_up * layer.forward(X)).sum()

        first = weight.copy()
        assert_is_the_slope(gradient, loss, first)
        weight[...] = first


@every_layer
def test_a_layer_says_how_many_outputs_it_has(layer):
    layer, _ = built(layer)
    assert layer.forward(X).shape == (5, layer.output_dim)


def test_dense_is_a_weighted_sum_and_starts_with_a_bias_of_0():
    layer = Dense(2)
    layer.build(3, np.random.default_rng(0))
    W, b = layer.weights
    assert not b.any()
    b[...] = 1, 2
    np.testing.assert_allclose(layer.forward(X), X @ W + [1, 2], rtol=1e-15)


@pytest.mark.parametrize(
    ("layer", "text"),
    [
        (Dense(64, init="uniform", input_dim=10), "Dense(64, init='uniform', input_dim=10)"),
        (Activation("tanh"), "Activation('tanh')"),
    ],
)
def test_a_layer_looks_as_it_was_written(layer, text):
    assert repr(layer) == text

"""Layers: ``forward`` turns inputs into outputs, ``backward`` the loss's slope at the outputs into that
at the inputs.

A layer's ``weights`` and ``gradients`` are lists of arrays in the same order; ``backward`` writes into
``gradients``. A model keeps all weights in one long vector and all gradients in another, and replaces
the lists by views into these, so that one optimizer step updates every layer.
"""

import numpy as np

from course_lib import activations, initialisers, validation


class Layer:
    """What every layer shares. Most have no weights and as many outputs as inputs."""

    input_dim = None
    weights = gradients = ()

    def build(self, input_dim, rng):
        """Make the first weights, for so many inputs."""
        self.input_dim = self.output_dim = input_dim

    def forward(self, x):
        raise NotImplementedError

    def backward(self, slope):
        raise NotImplementedError


class Dense(Layer):
    """Every output is a weighted sum of all inputs: ``activation(x @ W + b)``.

    ``x`` has shape (samples, inputs), ``W`` (inputs, output_dim), ``b`` (output_dim,) and starts at 0.
    ``init`` names the initialiser of ``W``. ``input_dim`` is needed in a model's first layer only.

    Source: Keras 1.2.2, layers.core.Dense.

    >>> Dense(64, init="uniform", input_dim=10)
    Dense(64, init='uniform', input_dim=10)
    """

    def __init__(self, output_dim, init="glorot_uniform", activation="linear", input_dim=None):
        self.output_dim = validation.whole_number("output_dim", output_dim, low=1)
        self.init, self.initialise = init, initialisers.get(init)
        self.activation = Activation(activation)
        self.input_dim = None if input_dim is None else validation.whole_number("input_dim", input_dim, low=1)

    def build(self, input_dim, rng):
        self.input_dim = input_dim
        W = self.initialise(rng, input_dim, self.output_dim)
        b = np.zeros(self.output_dim)
        self.weights, self.gradients = [W, b], [np.zeros_like(W), np.zeros_like(b)]

    def forward(self, x):
        W, b = self.weights
        self.x = x
        return self.activation.forward(x @ W + b)

    def backward(self, slope):
        W, _ = self.weights
        dW, db = self.gradients
        slope = self.activation.backward(slope)
        dW[...] = self.x.T @ slope
        db[...] = slope.sum(axis=0)
        return slope @ W.T

    def __repr__(self):
        return f"Dense({self.output_dim}, init={self.init!r}, input_dim={self.input_dim})"


class Activation(Layer):
    """An activation function as a layer of its own.

    >>> Activation("tanh")
    Activation('tanh')
    """

    def __init__(self, activation):
        self.function = activations.get(activation)
        self.name = activation if isinstance(activation, str) else type(self.function).__name__.lower()

    def forward(self, x):
        self.output = self.function.value(x)
        return self.output

    def backward(self, slope):
        return self.function.backward(self.output, slope)

    def __repr__(self):
        return f"Activation({self.name!r})"

"""Layers: ``forward`` turns inputs into outputs, ``backward`` the loss's slope at the outputs into that
at the inputs.

A layer's ``weights``, ``gradients`` and ``constraints`` (None for a free weight) are lists in the same order;
``backward`` writes into ``gradients``. A model keeps all weights in one long vector and all gradients in
another, and replaces the lists by views into these, so that one optimizer step updates every layer.

Inputs have shape (samples, inputs). A family of R models goes through the same lines: give ``weights`` and
``gradients`` leading axes, ``W`` (R, inputs, outputs) and ``b`` (R, outputs), and everything after the first
layer has shape (R, samples, outputs). All is computed in float64.
"""

import numpy as np

from course_lib import activations, constraints, initialisers
from course_lib.base import validation


class Layer:
    """What every layer shares. Most have no weights and as many outputs as inputs."""

    built = False
    input_dim = output_dim = None
    weights = gradients = constraints = ()

    def build(self, input_dim, rng):
        """Make the first weights, for so many inputs."""
        self.built, self.input_dim = True, input_dim
        self.output_dim = self.output_dim or input_dim

    def forward(self, x, training=False):
        """The outputs for the inputs ``x``; ``training`` says whether an update follows."""
        raise NotImplementedError

    def backward(self, slope):
        """d loss / d inputs of the last ``forward``, from ``slope`` = d loss / d outputs."""
        raise NotImplementedError


class Dense(Layer):
    """Every output is a weighted sum of all inputs: ``activation(x @ W + b)``.

    ``x`` has shape (samples, inputs), ``W`` (inputs, output_dim), ``b`` (output_dim,).

    ``init``: the initialiser of ``W``, by name or as a function; ``b`` starts at 0.
    ``activation``: by name or as an object; its kinks are the layer's.
    ``input_dim``: how many inputs; needed in a model's first layer only.
    ``bias``: whether there is a ``b``.
    ``W_constraint``, ``b_constraint``: what the weights must keep to after each update, by name or as an
    object. Axis 0 of ``W`` runs over the inputs, so a norm is that of each output's weights.

    ValueError for a setting that it does not know or that is out of range.

    Source: Keras 1.2.2, layers.core.Dense.

    >>> Dense(64, init="uniform", input_dim=10)
    Dense(64, init='uniform', input_dim=10)
    >>> layer = Dense(2, init="ones", activation="relu")
    >>> layer.build(3, np.random.default_rng(0))
    >>> layer.forward(np.array([[1.0, 2.0, 3.0], [-1.0, -2.0, -3.0]]))
    array([[6., 6.], [0., 0.]])
    """

    def __init__(
        self,
        output_dim,
        init="glorot_uniform",
        activation="linear",
        input_dim=None,
        bias=True,
        W_constraint=None,
        b_constraint=None,
    ):
        self.output_dim = validation.whole_number("output_dim", output_dim, low=1)
        self.init, self.initialise = init, initialisers.get(init)
        self.activation = Activation(activation)
        self.input_dim = None if input_dim is None else validation.whole_number("input_dim", input_dim, low=1)
        self.bias = validation.flag("bias", bias)
        self.W_constraint, self.b_constraint = _constraint(W_constraint), _constraint(b_constraint)
        self.constraints = [self.W_constraint, self.b_constraint][: 1 + self.bias]
        if self.b_constraint is not None and not self.bias:
            raise ValueError(f"b_constraint must be None where bias=False; got {self.b_constraint!r}")

    def build(self, input_dim, rng):
        super().build(input_dim, rng)
        W = self.initialise(rng, input_dim, self.output_dim)
        self.weights = [W, np.zeros(self.output_dim)][: 1 + self.bias]
        self.gradients = [np.zeros_like(weight) for weight in self.weights]

    def forward(self, x, training=False):
        self.x = x
        z = x @ self.weights[0]
        if self.bias:
            z += self.weights[1][..., None, :]
        return self.activation.forward(z)

    def backward(self, slope):
        slope = self.activation.backward(slope)
        self.gradients[0][...] = self.x.swapaxes(-1, -2) @ slope
        if self.bias:
            self.gradients[1][...] = slope.sum(axis=-2)
        return slope @ self.weights[0].swapaxes(-1, -2)

    def __repr__(self):
        """The call that makes the layer, without what is as by default."""
        settings = {"init": self.init, "activation": self.activation.activation, "input_dim": self.input_dim}
        settings |= {"bias": self.bias, "W_constraint": self.W_constraint, "b_constraint": self.b_constraint}
        default = {"init": "glorot_uniform", "activation": "linear", "bias": True}
        said = [f"{name}={value!r}" for name, value in settings.items() if value != default.get(name)]
        return f"Dense({', '.join([str(self.output_dim), *said])})"


class Activation(Layer):
    """An activation function as a layer of its own: ``a = activation(z)``, shapes and kinks as there.

    Source: Keras 1.2.2, layers.core.Activation.

    >>> Activation("relu").forward(np.array([[-1.0, 2.0]]))
    array([[0., 2.]])
    """

    def __init__(self, activation):
        self.activation, self.function = activation, activations.get(activation)

    def forward(self, x, training=False):
        self.sums, self.output = x, self.function.value(x)
        return self.output

    def backward(self, slope):
        return self.function.backward(self.sums, self.output, slope)

    def __repr__(self):
        return f"Activation({self.activation!r})"


class Dropout(Layer):
    """In training, forget each input with probability ``p`` and divide the others by ``1 - p``.

    ``x * kept / (1 - p)``, where ``kept`` is 1 or 0 for each entry of ``x``, drawn anew for every update:
    the mean stays what it was. Outside training ``x`` goes through as it is.

    ``p``: the part that is dropped, in [0, 1); ValueError otherwise.

    Source: Keras 1.2.2, layers.core.Dropout. N. Srivastava and others (2014).

    >>> layer = Dropout(0.5)
    >>> layer.build(4, np.random.default_rng(0))
    >>> layer.forward(np.ones((1, 4))), layer.forward(np.ones((1, 4)), training=True)
    (array([[1., 1., 1., 1.]]), array([[2., 0., 0., 0.]]))
    """

    def __init__(self, p):
        self.p = validation.number("p", p, lambda p: (p >= 0) & (p < 1), "one number in [0, 1)")

    def build(self, input_dim, rng):
        super().build(input_dim, rng)
        self.rng = rng

    def forward(self, x, training=False):
        self.scale = (self.rng.random(x.shape) >= self.p) / (1 - self.p) if training else 1.0
        return x * self.scale

    def backward(self, slope):
        return slope * self.scale

    def __repr__(self):
        return f"Dropout({self.p})"


def _constraint(identifier):
    return None if identifier is None else constraints.get(identifier)

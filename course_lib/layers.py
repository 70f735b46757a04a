"""Layers: ``forward`` turns inputs into outputs, ``backward`` the loss's slope at the outputs into that
at the inputs and in the weights.

A layer holds its settings and no weights: these are handed to it, a list with one array for each of its
``shapes``, and so is what it saw on the way forward. ``constraints`` and ``regularizers`` (None for a free
weight) are lists in the same order. The model keeps all weights in one long vector, so that one optimizer
step updates every layer.

Inputs have shape (samples, inputs). A family of R models goes through the same lines: give the weights a
leading axis, ``W`` (R, inputs, outputs) and ``b`` (R, outputs), and everything after the first layer has
shape (R, samples, outputs). All is computed in float64.
"""

import numpy as np

from course_lib import activations, constraints, initialisers, regularizers
from course_lib.base import validation


class Layer:
    """What every layer shares. Most have no weights and as many outputs as inputs."""

    built = False
    input_dim = output_dim = None
    shapes = constraints = regularizers = ()

    def build(self, input_dim, rng):
        """Take so many inputs. Returns the first weights, one array for each of ``shapes``."""
        self.built, self.input_dim = True, input_dim
        self.output_dim = self.output_dim or input_dim
        return []

    def forward(self, weights, x, rng=None):
        """The outputs for the inputs ``x``, and what ``backward`` needs to know of them.

        ``rng``: in training, the generator for what is left to chance; None outside.
        """
        raise NotImplementedError

    def backward(self, weights, seen, slope, first=False):
        """d loss / d inputs, and a list of d loss / d weight, from ``slope`` = d loss / d outputs.

        ``seen``: the second of what ``forward`` gave. ``first``: there is no layer below, and so d loss / d
        inputs need not be computed and may be None.
        """
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
    ``W_regularizer``, ``b_regularizer``: what the loss adds for large weights, by name or as an object; a
    number is the strength of an l2.

    ValueError for a setting that it does not know or that is out of range.

    Source: Keras 1.2.2, layers.core.Dense.

    >>> Dense(64, init="uniform", input_dim=10)
    Dense(64, init='uniform', input_dim=10)
    >>> layer = Dense(2, init="ones", activation="relu")
    >>> weights = layer.build(3, np.random.default_rng(0))
    >>> outputs, _ = layer.forward(weights, np.array([[1.0, 2.0, 3.0], [-1.0, -2.0, -3.0]]))
    >>> outputs
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
        W_regularizer=None,
        b_regularizer=None,
    ):
        self.output_dim = validation.whole_number("output_dim", output_dim, low=1)
        self.init, self.initialise = init, initialisers.get(init)
        self.activation = activations.get(activation)
        self._activation = activation  # as it was written
        self.input_dim = None if input_dim is None else validation.whole_number("input_dim", input_dim, low=1)
        self.bias = validation.flag("bias", bias)
        self.W_constraint, self.b_constraint = (
            _found(constraints, W_constraint),
            _found(constraints, b_constraint),
        )
        self.W_regularizer = _found(regularizers, W_regularizer)
        self.b_regularizer = _found(regularizers, b_regularizer)
        self.constraints = [self.W_constraint, self.b_constraint][: 1 + self.bias]
        self.regularizers = [self.W_regularizer, self.b_regularizer][: 1 + self.bias]
        for name in () if self.bias else ("b_constraint", "b_regularizer"):
            if getattr(self, name) is not None:
                raise ValueError(f"{name} must be None where bias=False; got {getattr(self, name)!r}")

    def build(self, input_dim, rng):
        super().build(input_dim, rng)
        self.shapes = [(input_dim, self.output_dim), (self.output_dim,)][: 1 + self.bias]
        W = validation.float_array("init", self.initialise(rng, input_dim, self.output_dim))
        if W.shape != self.shapes[0]:
            raise ValueError(f"init must give weights of shape {self.shapes[0]}; got {W.shape}")
        return [W, np.zeros(self.output_dim)][: 1 + self.bias]

    def forward(self, weights, x, rng=None):
        z = x @ weights[0]
        if self.bias:
            z += weights[1][..., None, :]
        a = self.activation.value(z)
        return a, (x, z, a)

    def backward(self, weights, seen, slope, first=False):
        x, z, a = seen
        slope = self.activation.backward(z, a, slope)
        gradients = [x.swapaxes(-1, -2) @ slope]
        if self.bias:
            gradients.append(slope.sum(axis=-2))
        return None if first else slope @ weights[0].swapaxes(-1, -2), gradients

    def __repr__(self):
        """The call that makes the layer, without what is as by default."""
        settings = {"init": self.init, "activation": self._activation}
        rules = ("W_constraint", "b_constraint", "W_regularizer", "b_regularizer")
        settings |= {name: getattr(self, name) for name in ("input_dim", "bias", *rules)}
        default = {"init": "glorot_uniform", "activation": "linear", "bias": True}
        said = [f"{name}={value!r}" for name, value in settings.items() if value != default.get(name)]
        return f"Dense({', '.join([str(self.output_dim), *said])})"


class Activation(Layer):
    """An activation function as a layer of its own: ``a = activation(z)``, shapes and kinks as there.

    Source: Keras 1.2.2, layers.core.Activation.

    >>> outputs, _ = Activation("relu").forward([], np.array([[-1.0, 2.0]]))
    >>> outputs
    array([[0., 2.]])
    """

    def __init__(self, activation):
        self.activation, self.function = activation, activations.get(activation)

    def forward(self, weights, x, rng=None):
        a = self.function.value(x)
        return a, (x, a)

    def backward(self, weights, seen, slope, first=False):
        z, a = seen
        return self.function.backward(z, a, slope), []

    def __repr__(self):
        return f"Activation({self.activation!r})"


class Dropout(Layer):
    """In training, forget each input with probability ``p`` and divide the others by ``1 - p``.

    ``x * kept / (1 - p)``, where ``kept`` is 1 or 0 for each entry of ``x``, drawn anew for every update:
    the mean stays what it was. Outside training ``x`` goes through as it is.

    ``p``: the part that is dropped, in [0, 1); ValueError otherwise.

    Source: Keras 1.2.2, layers.core.Dropout. N. Srivastava and others (2014).

    >>> outputs, _ = Dropout(0.5).forward([], np.ones((1, 4)), np.random.default_rng(0))
    >>> outputs
    array([[2., 0., 0., 0.]])
    """

    def __init__(self, p):
        self.p = validation.number("p", p, lambda p: (p >= 0) & (p < 1), "one number in [0, 1)")

    def forward(self, weights, x, rng=None):
        scale = 1.0 if rng is None else (rng.random(x.shape) >= self.p) / (1 - self.p)
        return x * scale, scale

    def backward(self, weights, seen, slope, first=False):
        return slope * seen, []

    def __repr__(self):
        return f"Dropout({self.p})"


def _found(family, identifier):
    return None if identifier is None else family.get(identifier)

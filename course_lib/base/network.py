"""Layers in a row as a function of their inputs and of all their weights: one way forward, one way back."""

import numpy as np


class Network:
    """``weights = split(w)``, ``outputs, memory = forward(weights, x)``; then ``backward(weights, memory,
    slope)`` is the gradient in ``w``.

    ``w`` has shape (D,): the weights of all layers end to end. With shape (R, D) it is a family of R
    networks, whose outputs have shape (R, samples, outputs).

    Nothing is remembered between two calls: ``memory`` holds what each layer needs on the way back. So any
    number of runs and threads may use one network at the same time.
    """

    def __init__(self, layers):
        self.layers = tuple(layers)
        self._places = []  # for each layer, where in ``w`` its weights are, and their shapes
        self._constrained, self._regularized = [], []
        end = 0
        for number, layer in enumerate(self.layers):
            self._places.append([])
            rules = zip(layer.shapes, layer.constraints, layer.regularizers, strict=True)
            for position, (shape, constraint, regularizer) in enumerate(rules):
                start, end = end, end + int(np.prod(shape))
                self._places[-1].append((slice(start, end), shape))
                if constraint is not None:
                    self._constrained.append((number, position, constraint))
                if regularizer is not None:
                    self._regularized.append((number, position, regularizer))
        self.dimensions = end

    @property
    def free(self):
        """True where no weight has a constraint."""
        return not self._constrained

    def split(self, w):
        """The weight arrays of each layer, as views into ``w``."""
        family = w.shape[:-1]
        return [[w[..., place].reshape(family + shape) for place, shape in places] for places in self._places]

    def forward(self, weights, x, rng=None):
        """The outputs for the inputs ``x``, and what ``backward`` must know. ``rng``: see ``Layer``."""
        memory = []
        for layer, of_layer in zip(self.layers, weights, strict=True):
            x, seen = layer.forward(of_layer, x, rng)
            memory.append(seen)
        return x, memory

    def backward(self, weights, memory, slope):
        """The gradient in all weights, end to end as in ``w``, from ``slope`` = d loss / d outputs.

        It is that of the loss and of what the regularizers add to it.
        """
        end_to_end = (*slope.shape[:-2], -1)
        gradients = [[]] * len(memory)
        for number in range(len(memory) - 1, -1, -1):
            slope, gradients[number] = self.layers[number].backward(
                weights[number], memory[number], slope, first=number == 0
            )
        for number, position, regularizer in self._regularized:
            gradients[number][position] += regularizer.slope(weights[number][position])
        flat = [gradient.reshape(end_to_end) for of_layer in gradients for gradient in of_layer]
        return np.concatenate(flat, axis=-1)

    def penalty(self, weights):
        """What the regularizers add to the loss: a number for each network."""
        total = 0.0
        for number, position, regularizer in self._regularized:
            each = regularizer.value(weights[number][position])
            shape = self.layers[number].shapes[position]
            total = total + each.sum(axis=tuple(range(-len(shape), 0)))
        return total

    def constrain(self, weights):
        """Make the weights of one network keep to the constraints, in place."""
        for number, position, constraint in self._constrained:
            weight = weights[number][position]
            weight[...] = constraint(weight)

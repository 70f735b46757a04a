"""Layers in a row as a function of their inputs and of all their weights: one way forward, one way back."""

import numpy as np


class Network:
    """``outputs, memory = forward(w, x)``; then ``backward(w, memory, slope)`` is the gradient in ``w``.

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
        for layer in self.layers:
            self._places.append([])
            rules = zip(layer.shapes, layer.constraints, layer.regularizers, strict=True)
            for shape, constraint, regularizer in rules:
                start, end = end, end + int(np.prod(shape))
                self._places[-1].append((slice(start, end), shape))
                if constraint is not None:
                    self._constrained.append((slice(start, end), shape, constraint))
                if regularizer is not None:
                    self._regularized.append((slice(start, end), regularizer))
        self.dimensions = end

    @property
    def free(self):
        """True where no weight has a constraint."""
        return not self._constrained

    def split(self, w):
        """The weight arrays of each layer, as views into ``w``."""
        family = w.shape[:-1]
        return [[w[..., place].reshape(family + shape) for place, shape in places] for places in self._places]

    def forward(self, w, x, rng=None):
        """The outputs for the inputs ``x``, and what ``backward`` must know. ``rng``: see ``Layer``."""
        memory = []
        for layer, weights in zip(self.layers, self.split(w), strict=True):
            x, seen = layer.forward(weights, x, rng)
            memory.append((weights, seen))
        return x, memory

    def backward(self, w, memory, slope):
        """The gradient in all weights, shaped like ``w``, from ``slope`` = d loss / d outputs.

        It is that of the loss and of what the regularizers add to it.
        """
        g = np.empty_like(w)
        for position in range(len(memory) - 1, -1, -1):
            weights, seen = memory[position]
            slope, gradients = self.layers[position].backward(weights, seen, slope, first=position == 0)
            for (place, _), gradient in zip(self._places[position], gradients, strict=True):
                g[..., place] = gradient.reshape(*w.shape[:-1], -1)
        for place, regularizer in self._regularized:
            g[..., place] += regularizer.slope(w[..., place])
        return g

    def penalty(self, w):
        """What the regularizers add to the loss: a number for each network."""
        terms = [regularizer.value(w[..., place]).sum(axis=-1) for place, regularizer in self._regularized]
        return sum(terms, start=0.0)

    def constrain(self, w):
        """Make the weights keep to the constraints: overwrites ``w``, one network's."""
        for place, shape, constraint in self._constrained:
            w[place] = constraint(w[place].reshape(shape)).ravel()

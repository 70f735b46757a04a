"""The loss of a model on data as a function of its weights: what ``fit`` descends, opened up for ``run``."""

from copy import deepcopy
from functools import lru_cache

import numpy as np

from course_lib.base import validation
from course_lib.base.objectives import Objective
from course_lib.models import hand_out


class DataLoss(Objective):
    """``f(w) = loss(y, model(x; w))``, where ``w`` are all weights of the model end to end.

    ``model``: a compiled Sequential; its weights are the start, its loss is the loss. It is copied, and what
    happens here does not train it. Dropout layers let everything through.
    ``x``, ``y``: the data, as ``fit`` takes them. ``batch_size``: how many samples an update sees; None means
    all. ``seed`` fixes the order of the batches, which is the same for every member of a family.

    ``w`` of shape (D, *R) is a family of models, and goes through the layers at once.
    ValueError for data that do not suit the model, and for a model with constraints.

    >>> from course_lib import optimizers, training
    >>> from course_lib.layers import Dense
    >>> from course_lib.models import Sequential
    >>> line = Sequential([Dense(1, init="zeros", input_dim=1)])
    >>> line.compile("mean_squared_error", "sgd")
    >>> objective = DataLoss(line, [[0.0], [1.0]], [[1.0], [3.0]])
    >>> runs = training.run(objective, optimizers.SGD(lr=[0.1, 0.5]), steps=100)
    >>> runs.w.round(2)
    array([[1.98, 2.  ],
           [1.01, 1.  ]])
    """

    def __init__(self, model, x, y, batch_size=None, seed=0):
        self.x, self.y = model.checked(x, y)
        if any(rule is not None for layer in model.layers for rule in layer.constraints):
            raise ValueError("model must have free weights, because a run applies no constraints; got some")
        samples = len(self.x)
        self.batch_size = (
            samples if batch_size is None else validation.whole_number("batch_size", batch_size, low=1)
        )
        self.seed = validation.whole_number("seed", seed, low=0)
        self.start, self.dimensions = model.w.copy(), len(model.w)
        self._loss, self._layers = model.loss, deepcopy(model.layers)
        self._shapes = [weight.shape for layer in self._layers for weight in layer.weights]

    def value(self, w):
        w = np.asarray(w)
        return self._loss.row(self.y, self._forward(w, self.x)).mean(axis=-1).reshape(w.shape[1:])

    def gradient(self, w):
        return self.slope(w, self.x, self.y)

    def at(self, update):
        if self.batch_size >= len(self.x):
            return self
        batches = -(-len(self.x) // self.batch_size)
        epoch, batch = divmod(update, batches)
        order = _order(self.seed, epoch, len(self.x))
        return _Batch(self, order[batch * self.batch_size : (batch + 1) * self.batch_size])

    def slope(self, w, x, y):
        """The gradient on some of the samples."""
        w = np.asarray(w)
        y_pred = self._forward(w, x)
        gradients = np.empty_like(self._models)
        hand_out(self._layers, "gradients", gradients, self._shapes)
        slope = self._loss.mean_slope(y, y_pred, samples=len(x))
        for layer in reversed(self._layers):
            slope = layer.backward(slope)
        return gradients.T.reshape(w.shape)

    def _forward(self, w, x):
        self._models = np.ascontiguousarray(w.reshape(self.dimensions, -1).T if w.ndim > 1 else w)
        hand_out(self._layers, "weights", self._models, self._shapes)
        for layer in self._layers:
            x = layer.forward(x)
        return x


class _Batch(Objective):
    """A DataLoss as one update sees it: by the samples of its batch."""

    def __init__(self, whole, rows):
        self.whole, self.x, self.y = whole, whole.x[rows], whole.y[rows]

    def value(self, w):
        return self.whole.value(w)

    def gradient(self, w):
        return self.whole.slope(w, self.x, self.y)


@lru_cache(maxsize=4)
def _order(seed, epoch, samples):
    return np.random.default_rng([seed, epoch]).permutation(samples)

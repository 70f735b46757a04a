"""The loss of a model on data as a function of its weights: what ``fit`` descends, opened up for ``run``."""

import numpy as np

from course_lib.base import batches, divergence, validation
from course_lib.base.network import Network
from course_lib.base.objectives import Objective


class DataLoss(Objective):
    """``f(w) = loss(y, model(x; w))``, where ``w`` are all weights of the model end to end.

    ``model``: a compiled Sequential; its weights are the start, its loss is the loss, with what the layers'
    regularizers add. What happens here does not train it. Dropout layers let everything through.
    ``x``, ``y``: the data, as ``fit`` takes them. ``batch_size``: how many samples an update sees; None means
    all. ``seed`` fixes the order of the batches, the same for every member of a family: the batches that a
    Sequential of this seed takes in ``fit``. So a run on them and ``fit`` end with the same weights.

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
        self._network = Network(model.layers)
        if not self._network.free:
            raise ValueError("model must have free weights, because a run applies no constraints; got some")
        self.batch_size = (
            len(self.x) if batch_size is None else validation.whole_number("batch_size", batch_size, low=1)
        )
        self.seed = validation.whole_number("seed", seed, low=0)
        self.start, self.dimensions = model.w.copy(), len(model.w)
        self._loss = model.loss

    def outputs(self, w, x):
        """The model's outputs for ``x`` with the weights ``w``: shape (samples, outputs), or with a leading
        axis for a family.
        """
        with divergence.allowed():
            return self._network.forward(self._split(w), x)[0]

    def value(self, w):
        return self.height(w, self.x, self.y)

    def gradient(self, w):
        return self.slope(w, self.x, self.y)

    def at(self, update):
        if self.batch_size >= len(self.x):
            return self
        epoch, batch = divmod(update, batches.count(len(self.x), self.batch_size))
        return _Batch(self, batches.of_epoch(len(self.x), self.batch_size, self.seed, epoch)[batch])

    def height(self, w, x, y):
        """The loss on samples of this kind."""
        weights = self._split(w)
        rows = self._loss.row(y, self._network.forward(weights, x)[0])
        return (rows.mean(axis=-1) + self._network.penalty(weights)).reshape(np.shape(w)[1:])

    def slope(self, w, x, y):
        """The gradient on samples of this kind."""
        weights = self._split(w)
        y_pred, memory = self._network.forward(weights, x)
        slope = self._loss.mean_slope(y, y_pred, samples=len(x))
        return self._network.backward(weights, memory, slope).T.reshape(np.shape(w))

    def _split(self, w):
        """The weights of each layer. A family's axes are last in ``w``; in a Network one axis, the first."""
        w = np.asarray(w)
        return self._network.split(
            np.ascontiguousarray(w.reshape(self.dimensions, -1).T if w.ndim > 1 else w)
        )


class _Batch(Objective):
    """A DataLoss as one update sees it: by the samples of its batch."""

    def __init__(self, whole, rows):
        self.whole, self.x, self.y = whole, batches.take(whole.x, rows), batches.take(whole.y, rows)

    def value(self, w):
        return self.whole.value(w)

    def gradient(self, w):
        return self.whole.slope(w, self.x, self.y)

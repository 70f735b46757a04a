"""What the procedure must know of a model: a function of its weights, on samples in three parts."""

import numpy as np

from course_lib.base import batches, validation
from course_lib.base.objectives import Objective
from course_lib.datasets import Split

HELD_BACK = 5  # one in so many of the samples to learn from is for choosing
PARTS = ("training", "validation", "test")


class Model(Objective):
    """The loss of a model as a function of all its weights end to end, in float64.

    A model of any library becomes one by a subclass that gives ``start``, the first weights, to ``__init__``
    and defines two methods for samples ``x`` and targets ``y``:

    ``loss(w, x, y)``: their mean loss with the weights ``w``, as in a prediction (no dropout).
    ``slope(w, x, y)``: the gradient of their mean loss, as in training.

    ``data``: a ``datasets.Split``. The last fifth of its training part is never learned from: it is the
    validation part, on which rates and optimizers are chosen. The test part is for the very end.
    ``batch_size``: the samples that an update sees. ``seed``: the order of the batches.

    Any optimizer of the course trains it, by ``training.run``: see ``OfSequential`` for an example.
    """

    def __init__(self, start, data, batch_size=32, seed=0):
        self.start = validation.finite_array("start", start).astype(np.float64)
        self.dimensions = len(self.start)
        self.batch_size = validation.whole_number("batch_size", batch_size, low=1)
        self.seed = validation.whole_number("seed", seed, low=0)
        self.parts = dict(zip(PARTS, _three_parts(data), strict=True))
        self.samples = len(self.parts["training"][0])

    def loss(self, w, x, y):
        raise NotImplementedError

    def slope(self, w, x, y):
        raise NotImplementedError

    def loss_on(self, part, w):
        """The loss on all samples of a part: "training", "validation" or "test"."""
        return self.loss(w, *validation.one_of("part", part, self.parts))

    def value(self, w):
        return self.loss_on("training", w)

    def gradient(self, w):
        return self.slope(w, *self.parts["training"])

    def at(self, update):
        epoch, number = divmod(update, batches.count(self.samples, self.batch_size))
        rows = batches.of_epoch(self.samples, self.batch_size, self.seed, epoch)[number]
        return Batch(self, rows)


class Batch(Objective):
    """A Model as one update sees it; a model of its own for whoever stays with these samples."""

    def __init__(self, model, rows):
        self.start, self.dimensions = model.start, model.dimensions
        self._model = model
        self._samples = tuple(batches.take(array, rows) for array in model.parts["training"])

    def value(self, w):
        return self._model.loss(w, *self._samples)

    def gradient(self, w):
        return self._model.slope(w, *self._samples)


def _three_parts(data):
    """``(x, y)`` to learn from, to choose by, and to report on at the end."""
    if not isinstance(data, Split):
        raise ValueError(
            "data must be a datasets.Split, as load_digits and load_csv give it; "
            f"got {validation.shorten(data)}"
        )
    x, y, x_test, y_test = map(np.asarray, data)
    if not len(x) == len(y) >= HELD_BACK or not len(x_test) == len(y_test) > 0:
        raise ValueError(
            f"data must have a target for each sample, {HELD_BACK} samples to train on and 1 to test on at "
            f"least; got {len(x)}, {len(y)}, {len(x_test)} and {len(y_test)} rows"
        )
    learned = len(x) - len(x) // HELD_BACK
    return (x[:learned], y[:learned]), (x[learned:], y[learned:]), (x_test, y_test)

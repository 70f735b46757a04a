"""Before any long training: can the model learn a batch, and at which rates does it learn at all?"""

from math import ceil, log
from typing import NamedTuple

import numpy as np

from course_lib import optimizers, training
from course_lib.base import divergence, progress, validation
from course_lib.schedules import Exponential

DIVIDE = 4  # the rate at which the test's loss is lowest is on the brink: a training takes a part of it
TOO_HIGH = 2  # times the first loss: there a test ends


def overfit(model, optimizer, updates=200):
    """The losses of one batch that is learned again and again, shape (updates + 1,).

    They must come down to nearly nothing. Where they do not, the fault is in the model, its loss or its data,
    and no rate will mend it.
    """
    return training.run(model.at(0), optimizer, steps=updates, record_path=False).losses


class RangeTest(NamedTuple):
    """What a range test saw: the rate of each update, the loss of its batch before it, and that smoothed."""

    rates: np.ndarray
    losses: np.ndarray
    smooth: np.ndarray
    keep: float

    @property
    def steepest(self):
        """The rate at which the smoothed loss falls fastest, by each ratio of rates.

        The first updates are left out, until there are as many as the smoothing looks back upon.
        """
        first = min(round(1 / (1 - self.keep)), len(self.rates) - 2)
        slope = np.gradient(self.smooth, np.log(self.rates))
        return self.rates[first + np.argmin(slope[first:])].item()

    @property
    def lowest(self):
        """The rate at which the smoothed loss is lowest: from there on it climbs."""
        return self.rates[np.nanargmin(self.smooth)].item()

    @property
    def blow_up(self):
        """The rate of the last update: there the loss was twice the first, or the test was over."""
        return self.rates[-1].item()

    def rate(self, divide=DIVIDE):
        """A rate to train at: the one at which the loss is lowest, divided."""
        return self.lowest / divide


def range_test(model, optimizer, low=1e-3, high=100.0, growth=1.1, keep=0.9, verbose=0):
    """One short training whose rate grows with each update: which rates are too low, which too high?

    Update t has the rate ``low * growth**t``, up to ``high``; it ends early where a batch's loss is above
    twice the first. What is recorded is the loss of the batch before the update, which costs nothing extra.

    ``growth``: > 1; the slower, the truer, for an update shows its effect only in those that follow.
    ``keep``: see ``smoothed``. ``optimizer``: its own rate is not used. ValueError for ``high <= low``.

    Source: L. N. Smith (2017), Cyclical Learning Rates for Training Neural Networks, arXiv 1506.01186, with
    rates that grow by a factor in place of a line.

    >>> from course_lib import datasets, layers, models
    >>> from course_lib.tuning import OfSequential
    >>> network = models.Sequential([layers.Dense(10, activation="softmax", input_dim=10)])
    >>> network.compile("sparse_categorical_crossentropy", "sgd")
    >>> test = range_test(OfSequential(network, datasets.load_digits(components=10)), "sgd")
    >>> print(f"{len(test.rates)} updates; lowest at {test.lowest:.2f}: train at {test.rate():.2f}")
    122 updates; lowest at 16.67: train at 4.17
    """
    low = validation.number("low", low, lambda x: x > 0, "a number > 0")
    high = validation.number("high", high, lambda x: x > low, f"a number above low, {low:g}")
    growth = validation.number("growth", growth, lambda x: x > 1, "a number > 1")
    grower = optimizers.get(optimizer).replace(lr=Exponential(lr=low, factor=growth, steps=1))
    updates = ceil(log(high / low) / log(growth)) + 1
    w, state, losses = model.start, grower.init(model.start), []
    with divergence.allowed(), progress.bar(updates, verbose) as bar:
        for t in range(updates):
            batch = model.at(t)
            losses.append(batch.value(w))
            if not losses[-1] <= TOO_HIGH * losses[0]:
                break
            w, state = grower.step(w, batch.gradient(w), state)
            bar.update()
        losses = np.array(losses)
        return RangeTest(grower.rate(np.arange(len(losses))), losses, smoothed(losses, keep), keep)


def smoothed(losses, keep=0.9):
    """A running mean that forgets, put right for its beginning as Adam's means are (lesson 11).

    ``mean = keep * mean + (1 - keep) * loss`` from 0, divided by ``1 - keep**t`` after ``t`` losses.

    >>> smoothed([4.0, 2.0, 2.0], keep=0.5).round(3)
    array([4.   , 2.667, 2.286])
    """
    keep, mean, found = validation.fraction("keep", keep), 0.0, []
    for t, loss in enumerate(losses, 1):
        mean = keep * mean + (1 - keep) * loss
        found.append(mean / (1 - keep**t))
    return np.array(found)

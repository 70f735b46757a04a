"""An average of the weights, which is smoother than they are: they shake with the noise of the gradient.

It goes beside the training and does not touch it::

    average = EMA()
    mean = average.init(w)
    for ...:
        w, state = optimizer.step(w, g, state)
        mean = average.step(w, mean)

and afterwards ``mean.w`` are weights to predict with. Settings may be arrays, for a family of runs.
"""

from typing import NamedTuple

import numpy as np

from course_lib.base import validation
from course_lib.base.registry import Registered


class Average(NamedTuple):
    """``updates``: how many weights went in. ``w``: their average, shaped like them."""

    updates: int
    w: np.ndarray


class EMA(Registered, kind="average", names=["ema"]):
    """An exponential moving average, whose memory fades.

    After each update::

        mean = w                                      # the first time
        mean = momentum * mean + (1 - momentum) * w   # from then on

    ``momentum``: in [0, 1), the part of the mean that is kept; 0.99 looks back about 100 updates.

    Source: Keras 3, ``use_ema`` and ``ema_momentum`` of every optimizer; B. T. Polyak and A. B. Juditsky
    (1992) for the idea.

    >>> average = EMA(momentum=0.5)
    >>> mean = average.init([0.0])
    >>> for w in ([4.0], [2.0], [2.0]):
    ...     mean = average.step(w, mean)
    >>> mean.w
    array([2.5])
    """

    def __init__(self, momentum=0.99):
        self.momentum = validation.fraction("momentum", momentum)

    def init(self, w):
        """The average before the first update, which is ``w`` itself."""
        return Average(0, validation.float_array("w", w).copy())

    def step(self, w, mean):
        """The average with the weights ``w`` after one more update; ValueError for another shape."""
        w = validation.float_array("w", w)
        validation.same_shape("w", w, "the average", mean.w)
        if mean.updates == 0:
            return Average(1, w.copy())
        return Average(mean.updates + 1, self.momentum * mean.w + (1.0 - self.momentum) * w)

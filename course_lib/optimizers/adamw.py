"""AdamW: Adam, and beside it a pull of the weights towards 0."""

from course_lib.base import validation
from course_lib.optimizers.adam import Adam


class AdamW(Adam, names=["adamw"]):
    """Adam with decoupled weight decay: the weights shrink on their own, outside the means of the gradient.

    One update is Adam's, begun from ``w - lr_t * weight_decay * w`` with
    ``lr_t = lr * (1 / (1 + decay * iterations))``: what ``weight_decay`` does for every optimizer.

    ``weight_decay``: >= 0. Not to be mistaken for ``decay``: that one shrinks the rate, this one the weights.

    Source: I. Loshchilov and F. Hutter (2019); Keras 3, optimizers.AdamW.

    >>> adamw = AdamW(lr=0.1, weight_decay=0.5)
    >>> w, _ = adamw.step([2.0], [0.0], adamw.init([2.0]))
    >>> w
    array([1.9])
    """

    def __init__(self, lr=0.001, weight_decay=0.004, **adam):
        super().__init__(lr, weight_decay=validation.at_least_0("weight_decay", weight_decay), **adam)

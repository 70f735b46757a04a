"""Adafactor: the squares of a matrix's gradients are remembered by row and by column alone."""

from typing import NamedTuple

import numpy as np

from course_lib.base import validation
from course_lib.optimizers.base import Optimizer, plain, power, zeros_like
from course_lib.optimizers.clipping import mean
from course_lib.optimizers.matrices import matrices, size_of
from course_lib.optimizers.matrices import shape as checked_shape


class AdafactorState(NamedTuple):
    """``row``, shape ``(m, *R)``, and ``column``, ``(n, *R)``: running means of g² over each of them."""

    iterations: int
    row: np.ndarray
    column: np.ndarray


class Adafactor(Optimizer, names=["adafactor"]):
    """Each step is divided by a product of two short memories, and is a part of the weights' own size.

    One update of a matrix of m rows and n columns, with ``t = iterations + 1``::

        rho_t = min(lr * (1 / (1 + decay * iterations)), 1 / sqrt(t))
        beta_t = 1 - t**beta_2_decay
        r = beta_t * r + (1 - beta_t) * mean(g**2 + epsilon_1, of each row)     # r and c start at 0
        c = beta_t * c + (1 - beta_t) * mean(g**2 + epsilon_1, of each column)
        u = g / sqrt(r * c / mean(r))
        w = w - rho_t * max(epsilon_2, rms(w)) * u / max(1, rms(u) / clip_threshold)

    ``shape``: ``(m, n)`` for weights of m * n coordinates, row after row. None takes them as one column, for
    which ``r * c / mean(r)`` is ``r``: a square for each weight. For a network see ``by_shape``.
    ``beta_2_decay``: < 0; the means look back further the longer it runs.
    ``epsilon_1``: > 0, against a division by 0. ``epsilon_2``: > 0; weights near 0 move as if of this size.
    ``clip_threshold``: > 0, the root mean square that a step may have before it is shortened.

    Source: N. Shazeer and M. Stern (2018); Keras 3, optimizers.Adafactor, with ``relative_step``.

    >>> adafactor = Adafactor(lr=0.1, shape=(2, 2))
    >>> w, _ = adafactor.step([1.0, 1.0, 1.0, 1.0], [5.0, 5.0, 5.0, 5.0], adafactor.init([1.0] * 4))
    >>> w
    array([0.9, 0.9, 0.9, 0.9])
    """

    def __init__(
        self,
        lr=0.001,
        beta_2_decay=-0.8,
        epsilon_1=1e-30,
        epsilon_2=1e-3,
        clip_threshold=1.0,
        shape=None,
        decay=0.0,
        **shared,
    ):
        super().__init__(lr, decay, **shared)
        self.beta_2_decay = validation.setting(
            "beta_2_decay", beta_2_decay, lambda x: x < 0, "a finite number < 0"
        )
        self.epsilon_1 = validation.above_0("epsilon_1", epsilon_1)
        self.epsilon_2 = validation.above_0("epsilon_2", epsilon_2)
        self.clip_threshold = validation.above_0("clip_threshold", clip_threshold)
        self.shape = checked_shape("shape", shape)

    def initial_state(self, w):
        rows, columns = size_of(w, self.shape)
        zeros = zeros_like(w)
        return AdafactorState(0, row=zeros[:rows], column=zeros[:columns])

    def memory_length(self, name, w):
        rows, columns = size_of(w, self.shape)
        return rows if name == "row" else columns

    def update(self, w, g, state):
        t = state.iterations + 1
        rho = np.minimum(self.rate(state.iterations), 1.0 / np.sqrt(t))
        beta = 1.0 - power(float(t), self.beta_2_decay)
        squares = matrices(np.square(g) + self.epsilon_1, self.shape)

        r = beta * state.row + (1.0 - beta) * np.moveaxis(squares.mean(axis=-1), -1, 0)
        c = beta * state.column + (1.0 - beta) * np.moveaxis(squares.mean(axis=-2), -1, 0)
        product = (r / mean(r))[:, None] * c
        u = g / np.sqrt(product.reshape(w.shape))
        size = plain(rho) * np.maximum(self.epsilon_2, rms(w))

        return w - size * u / np.maximum(1.0, rms(u) / self.clip_threshold), AdafactorState(t, r, c)


def rms(w):
    """The root of the mean square along axis 0."""
    return np.sqrt(mean(np.square(w)))

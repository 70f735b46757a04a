"""What an optimizer descends: a function of the weights, with its gradient."""

from typing import Any

import numpy as np


class Objective:
    """A function of ``D`` weights. Coordinates come first: ``w`` has shape ``(D, *R)``.

    ``value`` maps it to shape ``R``, ``gradient`` to ``(D, *R)``. ``start`` is where a run begins unless told
    otherwise, ``dimensions`` is D.
    """

    start: Any
    dimensions: Any

    def value(self, w) -> np.ndarray:
        """f(w)."""
        raise NotImplementedError

    def gradient(self, w) -> np.ndarray:
        """d f / d w."""
        raise NotImplementedError

    def unchecked(self):
        """``value`` and ``gradient`` for a run, which hands over what they take."""
        return self.value, self.gradient

    def at(self, update):
        """The objective as one update sees it: itself, unless it is noisy or made of mini-batches."""
        return self

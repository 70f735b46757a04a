"""Losses of several batches, none of which is the truth: pairs, triplets, a model beside its reference.

They do not fit ``loss(y_true, y_pred)``: a sample is compared with others, and more than one array is
learned. What is asked of them is the same, with one array for each part:

=======================  ============================================  ==================================
``loss(*parts)``         the mean over the samples                     one float
``loss.per_sample(...)`` the loss of each sample                       ``(N,)``
``loss.gradients(...)``  d loss / d part, for every part               a tuple of arrays, as the parts
=======================  ============================================  ==================================

The parts are given in order, and have one shape: ``(N, D)`` where they are embeddings, ``(N,)`` where they
are numbers. float32 is kept if all are, everything else is computed in float64. NaN and infinity are
taken, for a diverging model gives them.
"""

import inspect
from collections.abc import Callable
from typing import ClassVar

import numpy as np

from course_lib.base import divergence, validation
from course_lib.base.registry import Registered


class JointLoss(Registered, kind="joint loss"):
    """A loss writes ``row``, whose arguments name its parts, and ``slopes``: d sum(row) / d part, of each."""

    axes: ClassVar[str] = "N, D"  # of every part

    row: Callable[..., np.ndarray]  # the loss of each sample, shape (N,)
    slopes: Callable[..., tuple[np.ndarray, ...]]

    def __call__(self, *parts):
        with divergence.allowed():
            return self.per_sample(*parts).mean().item()

    def per_sample(self, *parts):
        """The loss of each sample, shape ``(N,)``."""
        with divergence.allowed():
            return self.row(*self._arrays(parts))

    def gradients(self, *parts):
        """d loss / d part: one array for every part, of its shape."""
        with divergence.allowed():
            arrays = self._arrays(parts)
            return tuple(slope / len(arrays[0]) for slope in self.slopes(*arrays))

    def _arrays(self, parts):
        """The parts as float arrays of one shape and type."""
        names = [*inspect.signature(self.row).parameters]
        if len(parts) != len(names):
            raise ValueError(
                f"{type(self).__name__} must be given {', '.join(names)}; "
                f"got {len(parts)} of these {len(names)}"
            )
        arrays = [validation.float_array(*pair) for pair in zip(names, parts, strict=True)]
        for name, array in zip(names, arrays, strict=True):
            if array.ndim != len(self.axes.split(", ")) or array.size == 0:
                raise ValueError(f"{name} must have the axes {self.axes}, none empty; got {array.shape}")
            validation.same_shape(name, array, names[0], arrays[0])
        dtype = np.result_type(*arrays)
        return [array.astype(dtype, copy=False) for array in arrays]

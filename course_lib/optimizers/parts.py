"""Parts: each part of the weights has its own optimizer, as a network's matrices and its biases may."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from course_lib.base import validation
from course_lib.optimizers.around import Around
from course_lib.optimizers.base import Optimizer


class PartsState(NamedTuple):
    """``inside``: the state of each part's optimizer."""

    iterations: int
    inside: tuple


class Parts(Around):
    """The first coordinates go to the first optimizer, the next ones to the second, and so on.

    ``lr``: multiplies the rate of each, see ``Around``.
    ``parts``: a list of pairs ``(size, optimizer)``; the sizes add up to the number of weights.

    Source: Keras 3 knows it as MultiOptimizer, PyTorch as parameter groups.

    >>> from course_lib.optimizers import SGD
    >>> parts = Parts(parts=[(2, SGD(lr=0.1)), (1, SGD(lr=1.0))])
    >>> w, _ = parts.step([0.0, 0.0, 0.0], [1.0, 1.0, 1.0], parts.init([0.0, 0.0, 0.0]))
    >>> w
    array([-0.1, -0.1, -1. ])
    """

    def __init__(self, lr=1.0, parts=(), decay=0.0, **shared):
        super().__init__(lr, decay, **shared)
        self.parts = _pairs(parts)
        self._led = [self.led(optimizer) for _, optimizer in self.parts]
        ends = np.cumsum([0, *(size for size, _ in self.parts)]).tolist()
        self._size, self._places = ends[-1], [slice(*place) for place in pairwise(ends)]

    @classmethod
    def by_shape(cls, shapes, matrices="muon", rest="adamw", **leader):
        """Of weights that lie end to end, ``matrices`` moves those with two axes and ``rest`` the others.

        ``shapes``: of each array, such as ``[w.shape for w in model.get_weights()]``. ``matrices``: an
        optimizer with a ``shape``, Muon or Adafactor, or its name; ``rest``: any. ``leader``: our settings.

        >>> from course_lib.optimizers import SGD, Muon
        >>> Parts.by_shape([(3, 2), (2,)], Muon(), SGD()).parts[0][1].shape
        (3, 2)
        """
        matrices, rest = Optimizer.get(matrices), Optimizer.get(rest)
        if "shape" not in matrices.settings():
            raise ValueError(f"matrices must be an optimizer with a shape, as Muon is; got {matrices!r}")
        of_each = [matrices.replace(shape=shape) if len(shape) == 2 else rest for shape in shapes]
        sizes = [int(np.prod(shape)) for shape in shapes]
        return cls(parts=list(zip(sizes, of_each, strict=True)), **leader)

    def initial_state(self, w):
        if len(w) != self._size:
            raise ValueError(f"w must have {self._size} coordinates first, as the parts; got {w.shape}")
        each = zip(self._led, self._places, strict=True)
        return PartsState(0, inside=tuple(optimizer.init(w[place]) for optimizer, place in each))

    def update(self, w, g, state):
        each = zip(self._led, self._places, state.inside, strict=True)
        moved = [optimizer.step(w[place], g[place], inside) for optimizer, place, inside in each]
        weights, inside = zip(*moved, strict=True)
        return np.concatenate(weights), PartsState(state.iterations + 1, inside)

    def _inside(self):
        return super()._inside() | {f"parts[{i}]": optimizer for i, (_, optimizer) in enumerate(self.parts)}


def _pairs(parts):
    if not isinstance(parts, tuple | list) or not parts or not all(map(_is_pair, parts)):
        got = validation.shorten(parts)
        raise ValueError(f"parts must be a list of pairs (size, optimizer), at least one; got {got}")
    return tuple(
        (validation.whole_number("the size of a part", size, low=1), Optimizer.get(optimizer))
        for size, optimizer in parts
    )


def _is_pair(part):
    return isinstance(part, tuple | list) and len(part) == 2

"""Runs: an optimizer let loose on a surface, once or for a whole family of settings at a time."""

from dataclasses import dataclass

import numpy as np

from course_lib import divergence, optimizers, surfaces, validation


@dataclass(frozen=True)
class Run:
    """What a run leaves behind. ``R`` is the shape of the family, ``()`` for one run.

    ``losses``: the surface's value before the first and after each update, shape ``(steps + 1, *R)``.
    ``w``: the weights at the end, shape ``(D, *R)``.
    ``path``: all weights on the way, shape ``(steps + 1, D, *R)``; None where it was not recorded.
    """

    surface: surfaces.Surface
    optimizer: optimizers.Optimizer
    losses: np.ndarray
    w: np.ndarray
    path: np.ndarray | None

    @property
    def steps(self):
        return len(self.losses) - 1

    @property
    def rates(self):
        """The learning rate of each update, shape ``(steps, *R)``."""
        family = self.losses.shape[1:]
        rates = [np.broadcast_to(self.optimizer.rate(t), family) for t in range(self.steps)]
        return np.reshape(rates, (self.steps, *family))

    @property
    def diverged(self):
        """True where the run ended above where it began, or left the range of numbers."""
        with divergence.allowed():
            return ~(self.losses[-1] <= self.losses[0])

    def updates_to(self, loss):
        """Updates until the loss is first at or below ``loss``; -1 where it never is.

        >>> run("parabola", optimizers.SGD(lr=0.5), steps=20).updates_to(0.01)
        3
        """
        there = self.losses <= loss
        return np.where(there.any(axis=0), there.argmax(axis=0), -1)[()].tolist()

    def __repr__(self):
        family = f", family={self.losses.shape[1:]}" if self.losses.ndim > 1 else ""
        return f"Run({self.surface!r}, {self.optimizer!r}, steps={self.steps}{family})"


def run(surface, optimizer, w0=None, steps=100, record_path=True):
    """Take ``steps`` updates on ``surface`` from ``w0`` and return the Run.

    ``surface`` and ``optimizer``: an object or its name. If the optimizer's settings are arrays that
    broadcast to shape ``R``, every combination runs at once, each as if it ran alone.
    ``w0``: shape ``(D,)``, the start of every run, or ``(D, *S)``, a start for each; by default the
    surface's own. ``record_path=False`` saves memory for a large family.

    A run that diverges is no error: its losses grow to inf or nan, and the others go on.
    ValueError if ``w0`` does not fit the surface or the family.

    >>> family = run("parabola", optimizers.SGD(lr=[0.5, 1.0, 2.5]), w0=[1.0], steps=2)
    >>> family.losses[-1]
    array([0.03125, 0.     , 2.53125])
    >>> family.diverged
    array([False, False,  True])
    """
    surface, optimizer = surfaces.get(surface), optimizers.get(optimizer)
    steps = validation.whole_number("steps", steps, low=0)
    w = _spread(surface.start if w0 is None else w0, surface.dimensions, optimizer.family_shape)

    losses = np.empty((steps + 1, *w.shape[1:]), w.dtype)
    path = np.empty((steps + 1, *w.shape), w.dtype) if record_path else None
    stepper = optimizer.written_out()
    state = stepper.init(w)

    with divergence.allowed():
        for t in range(steps + 1):
            losses[t] = surface.value(w)
            if path is not None:
                path[t] = w
            if t < steps:
                w, state = stepper.step(w, surface.gradient(w), state)

    return Run(surface, optimizer, losses, w, path)


def _spread(w0, dimensions, family_shape):
    """``w0`` with the family's axes behind its coordinates.

    Left to broadcasting, a start of shape (2,) and two rates would share one axis and silently give
    each coordinate a rate of its own.
    """
    w0 = validation.finite_array("w0", w0).astype(np.float64)
    if w0.ndim == 0 or len(w0) != dimensions:
        raise ValueError(
            f"w0 must have {dimensions} coordinates first, as the surface has; got shape {w0.shape}"
        )
    starts = w0.shape[1:]
    try:
        family_shape = np.broadcast_shapes(starts, family_shape)
    except ValueError:
        raise ValueError(
            f"w0 must have shape (D,) or (D, *R) with R = {family_shape}, the family's; got {w0.shape}"
        ) from None
    new_axes = (1,) * (len(family_shape) - len(starts))
    return np.broadcast_to(w0.reshape(dimensions, *new_axes, *starts), (dimensions, *family_shape)).copy()

"""Runs: an optimizer let loose on an objective, once or for a whole family of settings at a time."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_lib import compiled, optimizers, surfaces
from course_lib.base import divergence, progress, validation
from course_lib.base.objectives import Objective
from course_lib.optimizers.base import remembered


@dataclass(frozen=True)
class Run:
    """What a run leaves behind. ``R`` is the shape of the family, ``()`` for one run.

    ``updates``: the counts of updates after which something was recorded, from 0; shape ``(n,)``.
    ``losses``: the objective's value then, shape ``(n, *R)``.
    ``path``: the weights then, shape ``(n, D, *R)``; None where they were not recorded.
    ``w``: the weights at the end, shape ``(D, *R)``.
    ``state``: what the optimizer remembered at the end.
    """

    objective: Any
    optimizer: optimizers.Optimizer
    updates: np.ndarray
    losses: np.ndarray
    path: np.ndarray | None
    w: np.ndarray
    state: tuple = ()

    @property
    def steps(self):
        """The number of updates taken."""
        return int(self.updates[-1])

    @property
    def rates(self):
        """The learning rate of each update, shape ``(steps, *R)``."""
        family = self.losses.shape[1:]
        rates = [np.broadcast_to(self.optimizer.rate(t), family) for t in range(self.steps)]
        return np.reshape(rates, (self.steps, *family))

    @property
    def diverged(self):
        """True where the run ended above where it began, or left the range of numbers.

        What the optimizer remembers counts too. A gradient of 1e200 leaves infinity in the squares that Adam
        and its kin divide by: those weights stand still for ever after, at whatever loss they have.
        """
        with divergence.allowed():
            return ~(self.losses[-1] <= self.losses[0]) | self._is_broken

    @property
    def _is_broken(self):
        """Where the optimizer's memory holds infinity or nan."""
        broken = np.zeros(self.losses.shape[1:], bool)
        for memory in remembered(self.state):
            lost = ~np.isfinite(memory)
            broken = broken | (lost.any(axis=0) if lost.ndim == self.w.ndim else lost)
        return broken

    def updates_to(self, loss):
        """Updates until the loss is first found at or below ``loss``; -1 where it never is.

        >>> run("parabola", optimizers.SGD(lr=0.5), steps=20).updates_to(0.01)
        3
        """
        there = self.losses <= loss
        return np.where(there.any(axis=0), self.updates[there.argmax(axis=0)], -1)[()].tolist()

    def updates_to_stay(self, loss):
        """Updates from which on the loss stays at or below ``loss`` to the end; -1 where it ends above.

        >>> swinging = run("parabola", optimizers.SGD(lr=0.1, momentum=0.9), steps=100)
        >>> swinging.updates_to(0.01), swinging.updates_to_stay(0.01)
        (5, 32)
        """
        below = np.logical_and.accumulate((self.losses <= loss)[::-1]).sum(axis=0)  # counted from the end
        return np.where(below, self.updates[-np.maximum(below, 1)], -1)[()].tolist()

    def __repr__(self):
        family = f", family={self.losses.shape[1:]}" if self.losses.ndim > 1 else ""
        return f"Run({self.objective!r}, {self.optimizer!r}, steps={self.steps}{family})"


def run(
    objective, optimizer, w0=None, steps=100, *, record_path=True, record_every=1, stop_at=None, verbose=0
):
    """Take ``steps`` updates on ``objective`` from ``w0`` and return the Run. All is computed in float64.

    ``objective``: a surface, its name, or a DataLoss. ``optimizer``: an object or its name. If the
    optimizer's settings are arrays that broadcast to shape ``R``, every combination runs at once, each as if
    it ran alone.
    ``w0``: shape ``(D,)``, the start of every run, or ``(D, *S)``, a start for each; by default the
    objective's own.
    ``record_path=False`` keeps only the losses; ``record_every=k`` only what comes after each k-th update and
    the last. Both save memory for a large family.
    ``stop_at``: end when every run has a recorded loss at or below this, or has left the range of numbers.
    ``verbose=1`` shows a progress bar.
    A large family is run by machine code where llvmlite is installed; see ``explain``.

    A run that diverges is no error: its losses grow to inf or nan, and the others go on.
    ValueError if ``w0`` does not fit the objective or the family.

    >>> family = run("parabola", optimizers.SGD(lr=[0.5, 1.0, 2.5]), w0=[1.0], steps=2)
    >>> family.losses[-1]
    array([0.03125, 0.     , 2.53125])
    >>> family.diverged
    array([False, False,  True])
    """
    objective, optimizer, w = _given(objective, optimizer, w0)
    steps = validation.whole_number("steps", steps, low=0)
    updates = _recorded(steps, validation.whole_number("record_every", record_every, low=1))
    if stop_at is not None:
        stop_at = validation.number("stop_at", stop_at, np.isfinite, "a finite loss")

    stepper = optimizer.written_out()
    state = stepper.init(w)
    if stop_at is None and not verbose:
        with suppress(compiled.Unrecordable):
            recorded = compiled.run(objective, stepper, w, state, updates, record_path)
            return Run(objective, optimizer, np.asarray(updates), *recorded)

    losses = np.empty((len(updates), *w.shape[1:]))
    path = np.empty((len(updates), *w.shape)) if record_path else None
    value, gradient = objective.unchecked()
    is_always_the_same = type(objective).at is Objective.at
    advance, done = stepper.step, 0

    with divergence.allowed(), progress.bar(steps, verbose) as bar:
        for row, update in enumerate(updates):
            while done < update:
                g = gradient(w) if is_always_the_same else objective.at(done).gradient(w)
                if done == 0 and stepper.are_ready(w, g, state):
                    advance = stepper.unchecked()  # what follows will be, too
                w, state = advance(w, g, state)
                done += 1
            if verbose:
                bar.update(update - bar.n)
            losses[row] = value(w)
            if path is not None:
                path[row] = w
            if stop_at is not None and np.all((losses[row] <= stop_at) | ~np.isfinite(losses[row])):
                updates, losses = updates[: row + 1], losses[: row + 1]
                path = None if path is None else path[: row + 1]
                break

    return Run(objective, optimizer, np.asarray(updates), losses, path, w, state)


def explain(objective, optimizer, w0=None, steps=100):
    """How ``run`` computes such a family, in words: by machine code, or by numpy and why.

    The arguments are those of ``run``; with ``stop_at`` or ``verbose`` it is always numpy. The numbers are
    the same, to the last bit.

    >>> explain("ravine", optimizers.SGD(lr=[0.1, 0.2]))
    'by numpy: 200 updates are done before a compiler is'
    """
    objective, optimizer, w = _given(objective, optimizer, w0)
    stepper = optimizer.written_out()
    try:
        compiled.refuse(w[0].size, steps)
        compiled.recorded(objective, stepper, w, stepper.init(w), steps)
    except compiled.Unrecordable as why:
        return f"by numpy: {why}"
    return "by machine code"


def sweep(
    objective,
    optimizer,
    w0=None,
    steps=100,
    *,
    record_path=False,
    record_every=1,
    stop_at=None,
    verbose=0,
    **axes,
):
    """Run every combination of some settings: ``sweep("ravine", "sgd", lr=rates, momentum=momenta)``.

    ``axes``: 1-D lists of values for settings of the optimizer; in their order they become the axes of the
    family, so the losses have shape ``(n, len(first), len(second), ...)``. ``optimizer`` gives the settings
    that are not varied. The other arguments are those of ``run``.

    >>> runs = sweep("parabola", "sgd", lr=[0.5, 1.0, 2.5], momentum=[0.0, 0.9], steps=50)
    >>> runs.diverged
    array([[False, False],
           [False, False],
           [ True, False]])
    """
    optimizer = optimizers.get(optimizer)
    grid = np.meshgrid(*axes.values(), indexing="ij", sparse=True)
    family = optimizer.replace(**dict(zip(axes, grid, strict=True)))
    return run(
        objective,
        family,
        w0,
        steps,
        record_path=record_path,
        record_every=record_every,
        stop_at=stop_at,
        verbose=verbose,
    )


def _recorded(steps, every):
    """The counts of updates after which to record: every so many, and the last."""
    return sorted({*range(0, steps + 1, every), steps})


def _given(objective, optimizer, w0):
    objective = objective if isinstance(objective, Objective) else surfaces.get(objective)
    optimizer = optimizers.get(optimizer)
    w0 = objective.start if w0 is None else w0
    return objective, optimizer, _spread(w0, objective.dimensions, optimizer.family_shape)


def _spread(w0, dimensions, family_shape):
    """``w0`` with the family's axes behind its coordinates.

    Left to broadcasting, a start of shape (2,) and two rates would share one axis and silently give
    each coordinate a rate of its own.
    """
    w0 = validation.finite_array("w0", w0).astype(np.float64)
    if w0.ndim == 0 or len(w0) != dimensions:
        raise ValueError(
            f"w0 must have {dimensions} coordinates first, as the objective; got shape {w0.shape}"
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

"""Callbacks: what looks on while a model learns, and may step in.

``fit(..., callbacks=[...])`` calls each of them at its moments, in the order of the list. A callback of your
own needs only the moments that it cares for:

>>> class Diary(Callback):
...     def on_epoch_end(self, epoch, logs):
...         print(f"epoch {epoch}: {logs['loss']:.2f}")

Source: Keras 1.2.2, callbacks. Where the count of patience differs, it is Keras 3's, as said there.
"""

import inspect
from typing import Any

import numpy as np

from course_lib.base import validation


class Callback:
    """Something that ``fit`` calls: override the moments that you need.

    ``self.model`` is the model that learns. It can be asked and changed: ``model.lr = ...`` sets the rate,
    and ``model.stop_training = True`` ends the training after this epoch. ``self.params`` says what ``fit``
    was asked for: ``epochs``, ``batch_size``, ``samples``, and in ``metrics`` the names in an epoch's logs.

    ``logs``: a dict of numbers by name. After a batch it has the batch's loss and metrics, measured before
    the update; after an epoch, what the History records. What is put into it then is recorded too.
    ``epoch`` and ``batch`` count from 0.
    """

    model: Any = None
    params: Any = None

    def __init_subclass__(cls, **rest):
        super().__init_subclass__(**rest)
        for name in vars(cls):
            if name.startswith("on_") and not hasattr(Callback, name):
                moments = ", ".join(moment for moment in vars(Callback) if moment.startswith("on_"))
                raise TypeError(f"{cls.__name__} must be named of these moments: {moments}; got {name}")

    def on_train_begin(self, logs):
        """Before the first epoch."""

    def on_epoch_begin(self, epoch, logs):
        """Before the epoch's first update."""

    def on_batch_begin(self, batch, logs):
        """Before an update."""

    def on_batch_end(self, batch, logs):
        """After an update."""

    def on_epoch_end(self, epoch, logs):
        """After the epoch's last update, and after the validation."""

    def on_train_end(self, logs):
        """After the last epoch; not after an interruption."""


def checked(callbacks):
    """The callbacks as a list; ValueError for what is none."""
    if not isinstance(callbacks, tuple | list) or not all(isinstance(c, Callback) for c in callbacks):
        raise ValueError(f"callbacks must be a list of Callback objects; got {validation.shorten(callbacks)}")
    return list(callbacks)


class Watchers:
    """The callbacks of one training, then its history: ``tell("on_epoch_begin", 0, {})`` tells each.

    ``each_batch``: is there one who wants to know of batches? Most trainings have none.
    """

    def __init__(self, callbacks, history, model, params):
        self._told = [*callbacks, history]
        moments = ("on_batch_begin", "on_batch_end")
        self.each_batch = any(_is_written(one, moment) for one in callbacks for moment in moments)
        for callback in callbacks:  # the history, which the model keeps, needs no way back to it
            callback.model, callback.params = model, params

    def tell(self, moment, *what):
        for callback in self._told:
            getattr(callback, moment)(*what)


def _is_written(callback, moment):
    """Does this callback do something of its own then?"""
    method = getattr(callback, moment)
    return getattr(method, "__func__", method) is not getattr(Callback, moment)


class History(Callback):
    """What ``fit`` returns: ``history.history["loss"]`` has the mean loss of each epoch's batches.

    So have the metrics' names, and with validation data ``"val_loss"`` and so on the values after each epoch.
    A batch is measured before its update, so an epoch's loss is a little behind the model.

    >>> history = History()
    >>> history.append(loss=2.0)
    >>> history.append(loss=1.0)
    >>> history.epoch, history.history
    ([0, 1], {'loss': [2.0, 1.0]})
    """

    def __init__(self):
        self.history = {}

    @property
    def epoch(self):
        """The epochs' numbers, from 0."""
        return list(range(len(next(iter(self.history.values()), []))))

    def append(self, **values):
        """One more epoch."""
        for name, value in values.items():
            self.history.setdefault(name, []).append(value)

    def on_train_begin(self, logs):
        self.history = {}

    def on_epoch_end(self, epoch, logs):
        self.append(**logs)

    def __repr__(self):
        curves = (f"{name} {values[0]:.4g} to {values[-1]:.4g}" for name, values in self.history.items())
        return f"History({len(self.epoch)} epochs: {', '.join(curves) or 'nothing recorded'})"


class LearningRateScheduler(Callback):
    """Before each epoch, ``lr = schedule(epoch)``, or ``schedule(epoch, lr)`` from the rate until now.

    The rate comes into the History as ``lr``. An optimizer's ``decay`` still applies on top of it.
    ValueError if the schedule gives no number >= 0, or if the optimizer has a Schedule of its own.

    Source: Keras 1.2.2, callbacks.LearningRateScheduler; the second form: Keras 3.

    >>> halving = LearningRateScheduler(lambda epoch: 0.1 / 2**epoch)
    """

    def __init__(self, schedule):
        if not callable(schedule):
            got = validation.shorten(schedule)
            raise ValueError(f"schedule must be a function of the epoch, or of epoch and lr; got {got}")
        self.schedule = schedule
        self._takes_the_rate = _required_arguments(schedule) > 1

    def on_epoch_begin(self, epoch, logs):
        self.model.lr = self.schedule(epoch, self.model.lr) if self._takes_the_rate else self.schedule(epoch)

    def on_epoch_end(self, epoch, logs):
        logs["lr"] = self.model.lr


class Monitor(Callback):
    """Waits for a number of the logs to get better.

    ``monitor``: its name in the History, such as ``"val_loss"``. ``patience``: so many epochs in a row
    without an improvement are too many. ``min_delta``: >= 0; what is better by no more is no improvement.
    ``mode``: ``"min"`` if less is better, ``"max"`` if more is; ``"auto"`` takes every accuracy for what
    should grow, and all else for what should fall. NaN is never an improvement.
    """

    def __init__(self, monitor, patience, min_delta, mode):
        if not isinstance(monitor, str):
            raise ValueError(f"monitor must be a name in the History; got {validation.shorten(monitor)}")
        self.monitor = monitor
        self.patience = validation.whole_number("patience", patience, low=0)
        self.min_delta = validation.number("min_delta", min_delta, lambda d: d >= 0, "a finite number >= 0")
        auto = -1 if "acc" in monitor else 1
        self.sign = validation.one_of("mode", mode, {"auto": auto, "min": 1, "max": -1})
        self.mode = mode

    def on_train_begin(self, logs):
        if self.monitor not in self.params["metrics"]:
            names = ", ".join(self.params["metrics"])
            raise ValueError(f"monitor must be one of {names} in this training; got {self.monitor!r}")
        self.best, self.wait = self.sign * np.inf, 0

    def improved(self, logs):
        """Is it better than the best so far? Then it is the best."""
        current = logs[self.monitor]
        better = self.sign * current + self.min_delta < self.sign * self.best
        self.best = current if better else self.best
        return better


class EarlyStopping(Monitor):
    """End the training once ``monitor`` has not improved for ``patience`` epochs in a row.

    ``restore_best_weights``: at the end, whatever ended it, take the weights of the best epoch again.
    ``stopped_epoch``: the epoch after which it stopped; None if it did not. Other arguments: see ``Monitor``.

    Source: Keras 1.2.2, callbacks.EarlyStopping, which waits for one epoch more than its ``patience`` says;
    here as in Keras 3. ``restore_best_weights``: Keras 3.

    >>> EarlyStopping("val_loss", patience=3).best is None
    True
    """

    best = None

    def __init__(
        self, monitor="val_loss", min_delta=0.0, patience=0, mode="auto", restore_best_weights=False
    ):
        super().__init__(monitor, patience, min_delta, mode)
        self.restore_best_weights = validation.flag("restore_best_weights", restore_best_weights)

    def on_train_begin(self, logs):
        super().on_train_begin(logs)
        self.stopped_epoch = self.best_weights = None

    def on_epoch_end(self, epoch, logs):
        self.wait += 1
        if self.improved(logs):
            self.wait = 0
            self.best_weights = self.model.get_weights() if self.restore_best_weights else None
        elif self.wait >= self.patience and epoch > 0:
            self.stopped_epoch = epoch
            self.model.stop_training = True

    def on_train_end(self, logs):
        if self.best_weights is not None:
            self.model.set_weights(self.best_weights)


class ReduceLROnPlateau(Monitor):
    """Multiply the rate by ``factor`` once ``monitor`` has not improved for ``patience`` epochs in a row.

    ``factor``: in [0, 1). ``cooldown``: so many epochs after a cut are not counted.
    ``min_lr``: >= 0; the rate does not fall below it. The other arguments: see ``Monitor``.
    The rate of each epoch comes into the History as ``lr``.

    Source: Keras 1.2.2, callbacks.ReduceLROnPlateau, where ``min_delta`` is called ``epsilon`` and one epoch
    more is waited for; here as in Keras 3.

    >>> ReduceLROnPlateau(factor=0.5, patience=3).factor
    0.5
    """

    def __init__(
        self, monitor="val_loss", factor=0.1, patience=10, mode="auto", min_delta=1e-4, cooldown=0, min_lr=0.0
    ):
        super().__init__(monitor, patience, min_delta, mode)
        self.factor = validation.number(
            "factor", factor, lambda f: (f >= 0) & (f < 1), "one number in [0, 1)"
        )
        self.cooldown = validation.whole_number("cooldown", cooldown, low=0)
        self.min_lr = validation.number("min_lr", min_lr, lambda lr: lr >= 0, "a finite number >= 0")

    def on_train_begin(self, logs):
        super().on_train_begin(logs)
        self.resting = 0  # epochs of the cooldown that are left

    def on_epoch_end(self, epoch, logs):
        logs["lr"] = lr = self.model.lr
        if self.resting:
            self.resting -= 1
            self.wait = 0
        if self.improved(logs):
            self.wait = 0
        elif not self.resting:
            self.wait += 1
            if self.wait >= self.patience and lr > self.min_lr:
                self.model.lr = max(lr * self.factor, self.min_lr)
                self.resting, self.wait = self.cooldown, 0


def _required_arguments(function):
    parameters = inspect.signature(function).parameters.values()
    return sum(
        p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) for p in parameters
    )

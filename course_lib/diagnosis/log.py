"""A log of training: what was written down at each update or epoch, read from a list or from a CSV file."""

import csv
from os import PathLike
from pathlib import Path
from typing import NamedTuple

import numpy as np

from course_lib.base import validation

SHORTEST = 20  # below it chance draws any picture
NAMES = {  # what a column may be called
    "loss": ("loss", "train_loss", "training_loss"),
    "lr": ("lr", "learning_rate"),
    "gradient_norm": ("gradient_norm", "grad_norm"),
    "val_loss": ("val_loss", "validation_loss"),
}
COUNTERS = ("epoch", "step", "update", "iteration", "batch")  # they say nothing but the order


class Log(NamedTuple):
    """Arrays of one length; None where nothing was written down. The loss may end in nan or infinity."""

    loss: np.ndarray
    lr: np.ndarray | None = None
    gradient_norm: np.ndarray | None = None
    val_loss: np.ndarray | None = None

    @property
    def finite(self):
        """The losses up to the first that is nan or infinite."""
        broken = ~np.isfinite(self.loss)
        return self.loss[: broken.argmax()] if broken.any() else self.loss

    @property
    def broke(self):
        """Did the loss end in nan or infinity?"""
        return len(self.finite) < len(self.loss)


def read(log, ignore=()):
    """A Log from a Log, a list of losses, a dict of columns or the path of a CSV file with a line of names.

    ``ignore``: the names of columns that are left out. ValueError for what cannot be read, sentence by
    sentence: an unknown name, text among the numbers, nan before the loss has begun or between numbers.

    >>> read([3.0, 2.0] * 10).loss[:3]
    array([3., 2., 3.])
    >>> read({"train_loss": [3.0] * 20, "accuracy": [0.5] * 20})
    Traceback (most recent call last):
    ValueError: columns must be among loss, train_loss, ...; got accuracy: name it in ignore to leave it out
    """
    if isinstance(log, Log):
        columns = {name: column for name, column in log._asdict().items() if column is not None}
    elif isinstance(log, str | PathLike):
        columns = _of_file(Path(log), ignore)
    elif isinstance(log, dict):
        columns = _named({str(name): column for name, column in log.items()}, ignore)
    else:
        columns = {"loss": log}
    if "loss" not in columns:
        raise ValueError(f"log must have a column loss; got {', '.join(columns) or 'no column'}")
    return _checked({name: _numbers(name, column) for name, column in columns.items()})


def _of_file(path, ignore):
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = [row for row in csv.reader(file) if any(cell.strip() for cell in row)]
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text in UTF-8"
        raise ValueError(f"log must be a CSV file that can be read; got {path}: {why}") from None
    if len(rows) < 2:
        raise ValueError(
            f"log must hold a line of names and a line for each update; got {len(rows)} lines in {path}"
        )
    names, *lines = [[cell.strip() for cell in row] for row in rows]
    if any(_is_number(name) for name in names):
        raise ValueError(f"the first line of log must name the columns, as in 'loss,lr'; got {names[0]!r}")
    for number, line in enumerate(lines, 2):
        if len(line) != len(names):
            raise ValueError(f"line {number} of log must have {len(names)} cells; got {len(line)}")
    return _named(dict(zip(names, map(list, zip(*lines, strict=True)), strict=False)), ignore)


def _named(columns, ignore):
    """The columns that are known, by our names."""
    ours = {theirs: name for name, all_names in NAMES.items() for theirs in all_names}
    found = {}
    for name, column in columns.items():
        if name in ignore or name.lower() in COUNTERS:
            continue
        if name.lower() not in ours:
            known, got = ", ".join((*ours, *COUNTERS)), validation.shorten_text(name, 40)
            raise ValueError(f"columns must be among {known}; got {got}: name it in ignore to leave it out")
        if ours[name.lower()] in found:
            raise ValueError(f"log must have one column {ours[name.lower()]}; got another, {name}")
        found[ours[name.lower()]] = column
    return found


def _numbers(name, column):
    """The column as an array of numbers; text is read as CSV files write numbers."""
    if isinstance(column, list):
        for line, cell in enumerate(column, 1):
            if isinstance(cell, str) and not _is_number(cell):
                raise ValueError(f"{name} must hold numbers; got {validation.shorten(cell)} as number {line}")
        column = [float(cell) if isinstance(cell, str) else cell for cell in column]
    array = validation.float_array(name, column).astype(np.float64)
    if array.ndim != 1:
        raise ValueError(f"{name} must be a list of numbers; got an array of shape {array.shape}")
    return array


def _is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True


def _checked(columns):
    log = Log(**columns)
    if len(log.loss) < SHORTEST:
        raise ValueError(f"loss must hold at least {SHORTEST} numbers to tell anything; got {len(log.loss)}")
    if len(log.finite) < 3 or np.isfinite(log.loss[len(log.finite) :]).any():
        raise ValueError(
            "loss must begin with three finite numbers, and may be nan or infinite only at its end; "
            f"got {log.loss[len(log.finite)]:g} as number {len(log.finite) + 1}"
        )
    for name, column in columns.items():
        validation.same_shape(name, column, "loss", log.loss)
        if name != "loss":
            validation.finite_array(name, column[: len(log.finite)])
    return log

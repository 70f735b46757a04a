"""What the real Keras 1.2.2 computed, and how nearly we compute the same; see data/README.md."""

import json
from pathlib import Path
from typing import NamedTuple

import numpy as np

DATA = Path(__file__).parent / "data"
CASES = json.loads((DATA / "keras-1.2.2-cases.json").read_text(encoding="utf-8"))


def _arrays(name):
    with np.load(DATA / f"keras-1.2.2-{name}.npz", allow_pickle=False) as file:
        return dict(file)


INPUTS, OUTPUTS = _arrays("inputs"), _arrays("outputs")


class Row(NamedTuple):
    """A thing that both computed: how many of its numbers are the same to the last bit, and why not all.

    ``difference``: the largest of the others, relative to the largest number of Keras's.
    """

    name: str
    same: int
    numbers: int
    difference: float = 0.0
    reason: str = ""

    @property
    def equal(self):
        """Is every bit the same?"""
        return self.same == self.numbers


def compared(name, ours, theirs, reasons=None):
    """The row for two arrays, with the reason, from ``reasons`` by name, if a bit differs."""
    ours, theirs = np.ravel(ours), np.ravel(theirs)
    same = ours == theirs
    difference = np.abs(ours - theirs).max() / np.abs(theirs).max()
    reason = "" if same.all() else (reasons or {}).get(name, "?")
    return Row(name, int(same.sum()), same.size, float(difference), reason)

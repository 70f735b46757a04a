"""What the real Keras 1.2.2 computed, and how nearly we compute the same; see data/README.md."""

import json
from pathlib import Path
from typing import NamedTuple

import numpy as np

DATA = Path(__file__).parent / "data"
CASES = json.loads((DATA / "keras-1.2.2-cases.json").read_text(encoding="utf-8"))
INPUTS = np.load(DATA / "keras-1.2.2-inputs.npz")
OUTPUTS = np.load(DATA / "keras-1.2.2-outputs.npz")


class Row(NamedTuple):
    """A thing that both computed: how many of its numbers are the same to the last bit, and why not all."""

    name: str
    same: int
    numbers: int
    reason: str = ""


def compared(name, ours, theirs, reasons):
    """The row for two arrays, with the reason, from ``reasons`` by name, if a bit differs."""
    same = np.asarray(ours).ravel() == theirs.ravel()
    return Row(name, int(same.sum()), same.size, "" if same.all() else reasons.get(name, "?"))

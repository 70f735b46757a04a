"""The page docs/training.md lists what the code has."""

import inspect
import re
from pathlib import Path

from course_lib import callbacks, initialisers, regularizers
from course_lib.models import Sequential

PAGE = (Path(__file__).parents[1] / "docs" / "training.md").read_text(encoding="utf-8")


def listed(heading):
    """The names in the first cells of the table under a heading."""
    section = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    return [
        name
        for line in section.splitlines()
        if line.startswith("| `")
        for name in re.findall(r"`(\w+)`", line.split("|")[1])
    ]


def test_every_argument_of_fit_is_on_the_page():
    arguments = set(inspect.signature(Sequential.fit).parameters) - {"self", "x", "y", "verbose"}
    assert set(listed("What `fit` takes")) == arguments


def test_every_callback_regularizer_and_initialiser_is_on_the_page():
    ready = {
        name
        for name, kind in vars(callbacks).items()
        if isinstance(kind, type) and issubclass(kind, callbacks.Callback)
    } - {"Callback", "Monitor"}
    assert set(listed("Callbacks")) == ready
    assert set(listed("Regularizers")) == set(regularizers.names())
    assert set(listed("Initialisers")) == set(initialisers.names())

"""The three sources beside one another: a line that is pointed at shows its twins."""

from collections.abc import Iterator
from html import escape
from inspect import getsource
from pathlib import Path
from textwrap import dedent, wrap
from typing import NamedTuple

import anywidget
import numpy as np
import traitlets

from course_lib.base import cell, validation
from course_lib.sources import keras_1, keras_3, pytorch

HERE = Path(__file__).parent
SOURCES = {
    "Keras 1": [keras_1.SGD.get_updates],
    "Keras 3": [keras_3.SGD.apply, keras_3.SGD.update_step],
    "PyTorch": [pytorch.SGD.step, pytorch.SGD.remember],
}
PARTS = {
    "rate": "The rate of this update. Keras 1 lowers it here, by `decay`; Keras 3 asks a schedule; PyTorch "
    "takes `lr` as whoever trains has left it.",
    "memory": "What is remembered. In both versions of Keras it is a step: downhill, with the rate inside. "
    "In PyTorch it is a sum of gradients: uphill, without the rate.",
    "step": "How far the weight moves without nesterov. Keras adds the memory. PyTorch first multiplies it "
    "by the rate of now, so that a new rate counts for old gradients, too.",
    "ahead": "How far it moves with nesterov: `momentum` times the new memory, and the gradient once more.",
    "limit": "A constraint comes after the step, on the new weight. Keras 3 has a line for it outside these "
    "two functions; PyTorch has none.",
    "count": "One more update is done. Keras 1 lists it first, Keras 3 does it last; either way the update "
    "itself has seen the old count. PyTorch's SGD counts nothing.",
}
LR, MOMENTUM, DECAY = 0.1, 0.9, 1.0  # with this decay the second rate is half of the first


class Line(NamedTuple):
    """``text``: a line of code. ``parts``: those that it belongs to."""

    text: str
    parts: list[str]


def lines(functions) -> Iterator[Line]:
    """The lines of some methods, without the names of parts at their ends."""
    for function in functions:
        for line in dedent(getsource(function)).splitlines():
            text, _, tags = line.partition("  # ")
            yield Line(text, tags.split(", ") if tags else [])


def first_updates(count=2, nesterov=False):
    """What the sources make of the gradient 1: source -> for each update the rate, the memory and the step.

    The rate falls by ``decay``: inside Keras 1, by a schedule in Keras 3, by whoever trains in PyTorch.

    >>> for name, rows in first_updates().items():
    ...     print(name, *(f"{number:.3f}" for number in rows[1]))
    Keras 1 0.050 -0.140 -0.140
    Keras 3 0.050 -0.140 -0.140
    PyTorch 0.050 1.900 -0.095
    """
    g, shared = np.ones(1), {"momentum": MOMENTUM, "nesterov": nesterov}
    weights = {name: np.zeros(1) for name in SOURCES}
    in_keras_1, in_keras_3, in_pytorch = ([w] for w in weights.values())
    first = keras_1.SGD(lr=LR, decay=DECAY, **shared)
    third = keras_3.SGD(learning_rate=falling, **shared)
    other = pytorch.SGD(in_pytorch, lr=LR, **shared)
    rows = {name: [] for name in SOURCES}
    for update in range(count):
        before = {name: w.copy() for name, w in weights.items()}
        keras_1.run(first.get_updates(in_keras_1, {}, [g]))
        third.apply([g], in_keras_3)
        other.lr = falling(update)
        other.step([g])
        memories = first.moments[0], third.velocities[0], other.buffers[0]
        for name, memory in zip(SOURCES, memories, strict=True):
            step = weights[name] - before[name]
            rows[name].append((falling(update), float(memory[0]), float(step[0])))
    return rows


def falling(updates):
    """The rate after so many updates."""
    return LR / (1 + DECAY * updates)


def numbers():
    """What each part is in the first two updates: part -> source -> the numbers, as they are read."""
    plain, ahead = first_updates(), first_updates(nesterov=True)
    counted = {name: [[1.0], [2.0]] for name in SOURCES if name != "PyTorch"}
    places = {"rate": (plain, 0), "memory": (plain, 1), "step": (plain, 2), "ahead": (ahead, 2)}
    places |= {"limit": ({}, 0), "count": (counted, 0)}
    return {
        part: {name: ", then ".join(f"{row[place]:.4g}" for row in rows) for name, rows in of.items()}
        for part, (of, place) in places.items()
    }


class Twins(anywidget.AnyWidget):
    """SGD in the words of Keras 1, Keras 3 and PyTorch; a line that is pointed at shows its twins.

    Above each source stand the numbers of its first two updates on a slope of 1.

    ``part``: what is shown, one of PARTS. ``set(part)`` shows another and returns what is said of it.

    >>> print(Twins().set("count"))
    One more update is done. Keras 1 lists it first, Keras 3 does it last; either way the
    update itself has seen the old count. PyTorch's SGD counts nothing.
    """

    _esm = (HERE / "twins.js").read_text(encoding="utf-8")
    _css = (HERE / "twins.css").read_text(encoding="utf-8")

    columns = traitlets.List().tag(sync=True)
    said = traitlets.Dict().tag(sync=True)
    numbers = traitlets.Dict().tag(sync=True)
    part = traitlets.Unicode().tag(sync=True)

    def __init__(self, part="memory"):
        columns = [
            {"name": name, "lines": [line._asdict() for line in lines(functions)]}
            for name, functions in SOURCES.items()
        ]
        super().__init__(columns=columns, said=PARTS, numbers=numbers(), part=_known(part))

    def set(self, part):
        """Show another part; returns what is said of it."""
        self.part = _known(part)
        return "\n".join(wrap(PARTS[part], 90))

    def _repr_mimebundle_(self, **kwargs):
        """Live where somebody looks on; elsewhere a table with a row for each part."""
        data, metadata = (super()._repr_mimebundle_(**kwargs) if cell.is_watched() else None) or ({}, {})
        data |= {"text/plain": f"Twins: {', '.join(SOURCES)}", "text/html": as_table()}
        return data, metadata


def _known(part):
    validation.one_of("part", part, PARTS)
    return part


def as_table():
    """The lines of each part in each source."""
    heads = "".join(f"<th scope='col'>{name}</th>" for name in ("", *SOURCES))
    rows = [
        f"<tr><th scope='row'>{part}</th>{''.join(_cell(part, source) for source in SOURCES.values())}</tr>"
        for part in PARTS
    ]
    caption = "<caption>The lines of SGD and their twins</caption>"
    return f"<table>{caption}<thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _cell(part, functions):
    code = [f"<code>{escape(line.text.strip())}</code>" for line in lines(functions) if part in line.parts]
    return f"<td style='text-align: left'>{'<br>'.join(code) or '–'}</td>"

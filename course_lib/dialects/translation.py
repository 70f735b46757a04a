"""A line in five libraries: what it means, the line to paste into each, and by how much they part."""

from dataclasses import dataclass
from textwrap import fill
from typing import NamedTuple

from course_lib.dialects import explained, picture, running
from course_lib.dialects.libraries import WRITTEN
from course_lib.dialects.reading import Reading, read
from course_lib.dialects.running import SIZES, UPDATES, Parting
from course_lib.dialects.writing import Written, write

WIDTH = 100


class Line(NamedTuple):
    """``written`` and ``parting`` are None where the library has no such optimizer."""

    library: str
    written: Written | None
    parting: Parting | None
    reasons: list[str]

    @property
    def verdict(self):
        """Whether this is the same optimizer, or else when it parts from the given line, and by how much."""
        if self.written is None or self.parting is None:
            return f"{self.library} has no such optimizer that is known here."
        if self.parting.first is None:
            return "The same path on these gradients, but not on all." if self.reasons else "The same path."
        return f"The nearest. They part at update {self.parting.first}: {_amounts(self.parting)}."


@dataclass(frozen=True)
class Translation:
    """``reading``: what the line means. ``lines``: library -> the line there."""

    reading: Reading
    lines: dict[str, Line]

    def __repr__(self):
        parts = [f"Read as {self.reading.library.name}, {self.reading.name}:"]
        parts += [
            _indented(f"{said}: {means}.", 2, hanging=6) for said, means in explained.arguments(self.reading)
        ]
        return "\n".join(parts + [_told(line) for line in self.lines.values()])

    def _repr_html_(self):
        return picture.html(self)


def translate(line, library=None):
    """The same optimizer in Keras 1, Keras 3, PyTorch, optax and here, or the nearest and how they part.

    ``line``: a call that makes an optimizer; it is read and never run. ``library``: whose it is ("Keras 1",
    "Keras 2", "Keras 3", "PyTorch", "optax" or "here"), where that shall not be guessed.

    Both lines are run here, as this course's own optimizers express them, on the same 200 gradients: for
    four weights each of gradients about 1, about 0.001 and about 0.000001. How far they are apart is given
    as a part of the way that the line's own weights have gone.

    ValueError, with a caret below the word, for a line that cannot be read.

    >>> found = translate("SGD(lr=0.1, decay=1e-6, momentum=0.9, nesterov=True)")
    >>> found.lines["optax"].written.line
    'optax.sgd(lambda t: 0.1 / (1 + 1e-06 * t), momentum=0.9, nesterov=True)'
    >>> found.lines["optax"].verdict
    'The nearest. They part at update 2: after 200 updates by 0.00075% of the way.'
    >>> translate("SGD(lr=0.1, momentun=0.9)")
    Traceback (most recent call last):
    ValueError: Keras 1's SGD has no argument momentun; near it are momentum
      SGD(lr=0.1, momentun=0.9)
                  ^^^^^^^^
    """
    reading = read(line, library)
    return Translation(reading, {name: _line(reading, of) for name, of in WRITTEN.items()})


def _line(reading, library):
    written = write(reading.meaning, library, reading.name)
    if written is None:
        return Line(library.name, None, None, [])
    parting = running.parting(reading.meaning, written.meaning)
    return Line(library.name, written, parting, [*explained.reasons(reading, written)])


def _amounts(parting):
    """How far apart they are after all updates, for each size of gradients; one number, if it is one."""
    amounts = parting.amounts()
    if len(set(amounts)) == 1:
        return f"after {UPDATES} updates by {amounts[0]} of the way"
    large, middle, small = amounts
    return (
        f"after {UPDATES} updates by {large} of the way where gradients are about {SIZES[0]:g}, "
        f"by {middle} where they are {SIZES[1]:g} and by {small} where they are {SIZES[2]:g}"
    )


def _told(line):
    """A line as the terminal shows it."""
    parts = [f"\n{line.library}"]
    if line.written is not None:
        parts += [f"    {text}" for text in [line.written.line, *line.written.beside]]
    parts += [_indented(said, 2) for said in [line.verdict, *line.reasons]]
    return "\n".join(parts)


def _indented(text, columns, hanging=None):
    return fill(text, WIDTH, initial_indent=" " * columns, subsequent_indent=" " * (hanging or columns))

"""Controls: what a learner can change in a live figure, declared as plain data.

Each knows its first value, what it accepts, and how to describe itself to the page (``explorer.js``).
"""

from dataclasses import asdict, dataclass, field

from course_lib import validation


@dataclass(frozen=True)
class Slider:
    """A number between ``low`` and ``high``: a slider and, beside it, a field for an exact number.

    ``log=True`` spaces the slider by ratios, so that 0.001 and 1 are equally easy to reach.
    ``step`` is what one arrow key adds on an even slider.
    """

    value: float
    low: float
    high: float
    step: float = 0.01
    log: bool = False
    kind: str = field(default="slider", init=False)

    def check(self, name, value):
        return validation.number(
            name,
            value,
            lambda v: (v >= self.low) & (v <= self.high),
            f"a number from {self.low:g} to {self.high:g}",
        )


@dataclass(frozen=True)
class Switch:
    """On or off."""

    value: bool = False
    kind: str = field(default="switch", init=False)

    def check(self, name, value):
        return validation.switch(name, value)


@dataclass(frozen=True)
class Choice:
    """One of several words."""

    value: str
    options: tuple
    kind: str = field(default="choice", init=False)

    def check(self, name, value):
        validation.one_of(name, value, dict.fromkeys(self.options))
        return value


def describe(controls):
    """The controls as plain lists and dicts, for the page."""
    return [{"name": name, **asdict(control)} for name, control in controls.items()]

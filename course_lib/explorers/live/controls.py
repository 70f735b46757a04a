"""Controls: what a learner can change in a live figure, declared as plain data.

Each knows its first value, what it accepts, and how to describe itself to the page (``controls.js``).
``label`` is what the page calls it, where that says more than the name: its unit, for example.
"""

from dataclasses import asdict, dataclass, field

from course_lib.base import validation


@dataclass(frozen=True)
class Slider:
    """A number between ``low`` and ``high``: a slider and, beside it, a field for an exact number.

    ``log=True`` spaces the slider by ratios, so that 0.001 and 1 are equally easy to reach.
    ``step`` is what one arrow key adds on an even slider; ``whole=True`` takes whole numbers only.
    """

    value: float
    low: float
    high: float
    step: float = 0.01
    log: bool = False
    whole: bool = False
    label: str = ""
    kind: str = field(default="slider", init=False)

    def check(self, name, value):
        kind = "a whole number" if self.whole else "a number"
        number = validation.number(
            name,
            value,
            lambda v: (v >= self.low) & (v <= self.high) & (not self.whole or v % 1 == 0),
            f"{kind} from {self.low:g} to {self.high:g}",
        )
        return int(number) if self.whole else float(number)  # the page sends 1 for 1.0

    @property
    def ends(self):
        """The extremes of what it accepts."""
        return self.low, self.high

    def random(self, rng):
        """Any value that it accepts, as likely as the slider's way is long."""
        low, high = self.ends
        value = low * (high / low) ** rng.uniform() if self.log else rng.uniform(low, high)
        return int(value) if self.whole else float(value)


@dataclass(frozen=True)
class Switch:
    """On or off."""

    value: bool = False
    label: str = ""
    kind: str = field(default="switch", init=False)
    ends = (False, True)

    def check(self, name, value):
        return validation.flag(name, value)

    def random(self, rng):
        return bool(rng.integers(2))


@dataclass(frozen=True)
class Choice:
    """One of several words."""

    value: str
    options: tuple
    label: str = ""
    kind: str = field(default="choice", init=False)

    def check(self, name, value):
        validation.one_of(name, value, dict.fromkeys(self.options))
        return value

    @property
    def ends(self):
        return self.options

    def random(self, rng):
        return self.options[rng.integers(len(self.options))]


@dataclass(frozen=True)
class Buttons:
    """One of several words, each on a button; "", its first value, until one is pressed."""

    options: tuple
    label: str = ""
    value: str = field(default="", init=False)
    kind: str = field(default="buttons", init=False)

    def check(self, name, value):
        validation.one_of(name, value, dict.fromkeys(("", *self.options)))
        return value

    @property
    def ends(self):
        return self.options

    def random(self, rng):
        return ("", *self.options)[rng.integers(len(self.options) + 1)]


@dataclass(frozen=True)
class Several:
    """Any number of several words, in the order of ``options``."""

    value: tuple
    options: tuple
    label: str = ""
    kind: str = field(default="several", init=False)

    def check(self, name, value):
        if not isinstance(value, list | tuple):
            raise ValueError(f"{name} must be a list of names; got {validation.shorten(value)}")
        for word in value:
            validation.one_of(name, word, dict.fromkeys(self.options))
        return tuple(option for option in self.options if option in value)

    @property
    def ends(self):
        return (), self.options

    def random(self, rng):
        return tuple(option for option in self.options if rng.integers(2))


@dataclass(frozen=True)
class Point:
    """Where something begins, two numbers from ``low`` to ``high``: typed, or dragged in the picture.

    None, its first value, is the figure's own start. ``step`` is what one arrow key adds, and how finely a
    drag chooses.
    """

    low: float
    high: float
    step: float = 0.05
    label: str = ""
    value: None = field(default=None, init=False)
    kind: str = field(default="point", init=False)

    def check(self, name, value):
        if value is None:
            return None
        accepts = f"two numbers from {self.low:g} to {self.high:g}, or None"
        if not isinstance(value, list | tuple) or len(value) != 2:
            raise ValueError(f"{name} must be {accepts}; got {validation.shorten(value)}")
        return tuple(
            validation.number(name, number, lambda v: (v >= self.low) & (v <= self.high), accepts)
            for number in value
        )

    @property
    def ends(self):
        """The extremes of what it accepts."""
        return (self.low, self.low), (self.high, self.high)

    def random(self, rng):
        return None if rng.integers(2) else tuple(rng.uniform(self.low, self.high, 2).tolist())


def describe(controls):
    """The controls as plain lists and dicts, for the page."""
    return [
        asdict(control) | {"name": name, "label": control.label or name.replace("_", " ")}
        for name, control in controls.items()
    ]

"""Two sliders and a label, drawn by the browser itself, and ``link``.

Kept: the traits that are listed here, their limits, and the text of each control. The value of a slider is
kept between ``min`` and ``max``.
"""

from pathlib import Path
from typing import Any

import traitlets
from anywidget import AnyWidget
from traitlets import dlink, link

__all__ = ["FloatSlider", "IntSlider", "Label", "dlink", "link"]

HERE = Path(__file__).parent


class _Control(AnyWidget):
    def __repr__(self):
        """The value first, and what else was chosen: ``FloatSlider(value=0.9, max=0.99)``."""
        names = sorted(self.keys, key=lambda name: (name != "value", name))
        chosen = [name for name in names if getattr(self, name) != self.trait_defaults(name)]
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in chosen)})"


class _Slider(_Control):
    _esm = (HERE / "slider.js").read_text(encoding="utf-8")

    min: Any
    max: Any
    description = traitlets.Unicode().tag(sync=True)

    @traitlets.validate("value")
    def _within(self, proposal):
        return min(max(proposal.value, self.min), self.max)


class FloatSlider(_Slider):
    """A slider for a float."""

    value = traitlets.CFloat(0.0).tag(sync=True)
    min = traitlets.CFloat(0.0).tag(sync=True)
    max = traitlets.CFloat(10.0).tag(sync=True)
    step = traitlets.CFloat(0.1).tag(sync=True)


class IntSlider(_Slider):
    """A slider for an int."""

    value = traitlets.CInt(0).tag(sync=True)
    min = traitlets.CInt(0).tag(sync=True)
    max = traitlets.CInt(100).tag(sync=True)
    step = traitlets.CInt(1).tag(sync=True)


class Label(_Control):
    """A line of text."""

    _esm = (HERE / "label.js").read_text(encoding="utf-8")

    value = traitlets.Unicode().tag(sync=True)

"""All live figures, or a sheet, on one page without a kernel: for whoever looks at them or measures them.

What Python would send is written into the page, and a model stands in for the widget's. It notes the names of
what the page sends, in ``sent``; nothing answers but ``answer``. ``models[n].take(state)`` is a message from
Python.
"""

import base64
import io
import json
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from unittest.mock import patch

import numpy as np
from matplotlib.text import Text
from PIL import Image

from course_lib import explorers
from course_lib.explorers.live.engine import Explorer

LIGHT = {  # of JupyterLab's themes
    "--jp-layout-color1": "#fff",
    "--jp-layout-color2": "#eee",
    "--jp-ui-font-color1": "rgba(0, 0, 0, 0.87)",
}
DARK = {
    "--jp-layout-color1": "#111",
    "--jp-layout-color2": "#424242",
    "--jp-ui-font-color1": "rgba(255, 255, 255, 0.87)",
}
PAGE = Path(__file__).with_name("static_page.html")
PICTURE = "figure => figure.querySelector('canvas').toDataURL()"


def write(path, figures, dark=False, shown=None):
    """Write the page with these figures as they are. Of the others only the models are there."""
    parts = {
        "SHOWN": str(len(figures) if shown is None else shown),
        "COLORS": "".join(f"{name}: {value};" for name, value in (DARK if dark else LIGHT).items()),
        "STYLE": figures[0]._css,
        "MODULE": base64.b64encode(figures[0]._esm.encode()).decode(),
        "STATES": json.dumps([state(figure) for figure in figures]).replace("</", r"<\/"),
    }
    page = PAGE.read_text(encoding="utf-8")
    for place, part in parts.items():
        page = page.replace(place, part, 1)
    path.write_text(page, encoding="utf-8")


def every_figure(**screen):
    """One of each with all its controls, on such a screen, at its first settings."""
    kinds = [getattr(explorers, name) for name in explorers.__all__]
    return [on_screen(partial(kind, only=kind.controls), **screen) for kind in kinds]


def on_screen(explorer, **screen):
    """The figure on such a screen, at its first settings."""
    with patch.object(Explorer, "_redraw"):  # it will be drawn on that screen
        figure = explorer()
    figure.screen = figure.screen | screen
    return figure


def state(figure):
    """What the page knows of a figure; bytes are ``{"bytes": text}``."""
    return _plain(_traits(figure))


def news(figure):
    """What a figure on a page has sent since this was asked last."""
    return figure.evaluate("figure => figure.closest('.cell').model.news()")


def answer(figure, explorer):
    """Let Python hear what a figure on a page has sent, and it what Python says, until both are silent."""
    while heard := news(figure):
        before = _traits(explorer)
        explorer.set_state(heard)
        reply = {name: value for name, value in _traits(explorer).items() if value is not before[name]}
        message = _plain({name: value for name, value in reply.items() if name not in heard})
        figure.evaluate("(figure, message) => figure.closest('.cell').model.take(message)", message)


def smallest_type(figure):
    """The height of the smallest letters in the picture, but for exponents, in parts of its width."""
    drawn = figure._figure
    points = min(
        text.get_fontsize() for text in drawn.findobj(Text) if text.get_text() and text.get_visible()
    )
    return points / 72 / drawn.get_size_inches()[0]


def painted(figure):
    """The pixels of a figure on a page."""
    return _pixels(base64.b64decode(figure.evaluate(PICTURE).split(",")[1]))


def share_that_differs(painted, figure):
    """The part of these pixels that is not as matplotlib draws the figure."""
    return (np.abs(painted - _pixels(figure.picture())) > 100).any(axis=2).mean()


def _pixels(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), np.int16)


def _traits(figure):
    return {name: getattr(figure, name) for name in figure.keys if not name.startswith("_")}


def _plain(value):
    if isinstance(value, bytes):
        return {"bytes": base64.b64encode(value).decode()}
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value if isinstance(value, str | int | float | None) else None  # a layout, for example

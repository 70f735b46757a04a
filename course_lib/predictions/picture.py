"""The picture of a surface on a sheet, in which a place is marked as an answer."""

import base64
from functools import cache

import matplotlib
import numpy as np
from matplotlib.figure import Figure

from course_lib import plots

INCHES = (5.2, 3.4)
BOX = (0.17, 0.17, 0.80, 0.80)  # the axes in it, as parts: left, bottom, width, height


def of(question):
    """What the page needs to let a mark be set: see ``mark.js``. None, where no place is asked for."""
    return question.surface and {
        "picture": _drawn(question.surface),
        "box": BOX,
        "weights": [
            {"name": name, "low": low, "high": high}
            for name, (low, high) in zip(_names(question.surface), question.surface.domain, strict=True)
        ],
        "start": [*question.surface.start],
        "step": question.tolerance / 2,
    }


def _names(surface):
    return ["w"] if surface.dimensions == 1 else ["first weight", "second weight"]


@cache
def _drawn(surface):
    """The surface and the start on it, and no run: the address of a PNG that holds itself."""
    with matplotlib.rc_context(plots.STYLE):
        figure = Figure(INCHES, dpi=200)
        axes = figure.add_axes(BOX)
        plots.draw_surface(axes, surface)
        axes.locator_params(nbins=5)
        start = plots.on_picture(surface, np.array([surface.start]))
        axes.plot(*start.T, "o", color=plots.VERMILION, mec="white", ms=9)
        drawn = plots.png(figure)
    return f"data:image/png;base64,{base64.b64encode(drawn).decode()}"

"""What a live figure is drawn on: side by side or in a column, on light paper or on dark.

A figure draws its panels in a row and in the colours of light paper; what another screen needs is done here.
"""

from colorsys import rgb_to_hls
from typing import Any

import numpy as np
from matplotlib.collections import Collection
from matplotlib.colors import to_hex, to_rgba
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text

COLUMN, PANEL = 5.0, 3.6  # inches: the width of a column, and the height of each of its panels
DARK_PAPER, DARK_INK = 0.067, 0.93  # the lightness of JupyterLab's dark cells, and of what is written on them
HUELESS = 0.1  # less saturated colours are inks and papers, and the greys between them
LIFTED = 0.2  # the part of white that other colours take on there


class Paper(Figure):
    """A figure whose row of panels becomes a column where the page is narrow."""

    def __init__(self, inches, dpi, text, column):
        self._column, self._text = column, text
        super().__init__((inches[0] / text, inches[1] / text), dpi=dpi * text, layout="constrained")

    def subplots(self, nrows=1, ncols=1, **options) -> Any:
        return super().subplots(*self._arranged(nrows, ncols, options), **options)

    def subfigures(self, nrows=1, ncols=1, *arguments, **options) -> Any:
        return super().subfigures(*self._arranged(nrows, ncols, options), *arguments, **options)

    def subplot_mosaic(self, mosaic, **options) -> Any:
        if self._column:
            panels = list(dict.fromkeys(panel for row in mosaic for panel in row))
            self._arranged(1, len(panels), options)
            mosaic, options["height_ratios"] = [[panel] for panel in panels], None
        return super().subplot_mosaic(mosaic, **options)

    def legend(self, *arguments, ncols=1, **options):
        return super().legend(*arguments, ncols=min(ncols, 2) if self._column else ncols, **options)

    def _arranged(self, rows, columns, options):
        """How many rows and columns there are here of what was asked for."""
        if not self._column or rows > 1 or columns == 1:
            return rows, columns
        options.pop("width_ratios", None)
        self.set_size_inches(COLUMN / self._text, columns * PANEL / self._text)
        return columns, 1


def darken(figure):
    """Give all that is drawn the colours of dark paper. The cells of a map keep theirs."""
    for artist in figure.findobj(lambda artist: isinstance(artist, tuple(COLORED))):
        _darken(artist)


def on_dark(color):
    """A colour for dark paper: ink and paper change places, and the others are lifted.

    >>> on_dark("white"), on_dark("black"), on_dark("#0072B2")
    ('#111111ff', '#edededff', '#338ec1ff')
    """
    red, green, blue, alpha = to_rgba(color)
    _, lightness, saturation = rgb_to_hls(red, green, blue)
    if saturation < HUELESS:
        grey = DARK_PAPER + (1 - lightness) * (DARK_INK - DARK_PAPER)
        return to_hex((grey, grey, grey, alpha), keep_alpha=True)
    red, green, blue = (part + LIFTED * (1 - part) for part in (red, green, blue))
    return to_hex((red, green, blue, alpha), keep_alpha=True)


def _darken(artist):
    """All of its colours are asked for before the first is set, because some follow others."""
    names = next(names for kind, names in COLORED.items() if isinstance(artist, kind))
    if isinstance(artist, Collection) and artist.get_array() is not None:  # a surface: let depth shine
        artist.set_cmap(artist.get_cmap().reversed())
        return
    colors = {name: getattr(artist, f"get_{name}")() for name in names}
    artist.set(**{name: _each_on_dark(color) for name, color in colors.items()})


def _each_on_dark(colors):
    if isinstance(colors, str) and colors == "none":
        return colors
    if np.ndim(colors) == 2:
        return [on_dark(color) for color in colors]
    return on_dark(colors)


COLORED = {
    Line2D: ["color", "markerfacecolor", "markeredgecolor"],
    Text: ["color"],
    Patch: ["facecolor", "edgecolor"],
    Collection: ["facecolor", "edgecolor"],
}

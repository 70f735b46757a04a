"""The moving artists of a live figure: put a frame's data into them, and describe them to the page.

A moving artist is a matplotlib line, image or text. Matplotlib draws it into the stored picture; on the
page ``picture.js`` draws it, from its ``style`` (sent with the still part) and its ``place`` (sent for
each frame). All lengths are in the page's pixels, from the picture's upper left corner.
"""

from dataclasses import dataclass
from typing import Any

import matplotlib
import numpy as np
from matplotlib.colors import to_hex
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.markers import MarkerStyle
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Bbox

from course_lib import plots

FAR_AWAY = 1e5  # pixels; nothing is drawn further off, so that a canvas can hold it
UNDRAWN = ("None", "none", " ", "", None)
DASHES = {
    "--": matplotlib.rcParams["lines.dashed_pattern"],
    ":": matplotlib.rcParams["lines.dotted_pattern"],
    "-.": matplotlib.rcParams["lines.dashdot_pattern"],
}  # in widths of the line


@dataclass(frozen=True)
class Screen:
    """How matplotlib's pixels and points become the page's: ``scale`` of its pixels to one of the page."""

    scale: float
    dpi: float
    height: float

    def pixels(self, display):
        """Points (n, 2) in matplotlib's pixels, which count from below, as the page's."""
        x, y = np.asarray(display, dtype=float).T / self.scale
        return np.clip([x, self.height - y], -FAR_AWAY, FAR_AWAY).T

    def points(self, length):
        """A length in typographic points, as the page's pixels."""
        return length * self.dpi / 72 / self.scale

    def box(self, bbox):
        """A rectangle as ``[left, top, width, height]``."""
        (left, bottom), (right, top) = self.pixels(bbox.get_points())
        return [left, top, right - left, bottom - top]


class Steps(Line2D):
    """Where the gradient's part of each update leads; the momentum's part leads on to the path's next point.

    The page shows both as arrows while a figure is in motion; the stored picture is of the whole path.
    """

    def draw(self, renderer):
        """Matplotlib draws nothing."""


def steps_line(axes, momentum=True):
    """Empty Steps, to be moved by ``set_data``; without momentum the first arrow is all of the update."""
    second = plots.GREEN if momentum else "none"
    return axes.add_line(Steps([], [], color=plots.BLUE, mfc=second, mec="white", lw=2, zorder=4))


def put(artist, data):
    """Show ``data``: ``(x, y)`` on a line, an array in an image, words or ``(x, y, words)`` in a text."""
    if isinstance(artist, Line2D):
        artist.set_data(*data)
    elif isinstance(artist, AxesImage):
        artist.set_data(data)
    elif isinstance(data, str):
        artist.set_text(data)
    else:
        artist.set_position(data[:2])
        artist.set_text(data[2])


def style(artist, screen):
    """What stays the same about the artist from frame to frame."""
    kind, describe = next(
        (word, function) for cls, (word, function) in STYLES.items() if isinstance(artist, cls)
    )
    clip = screen.box(artist.axes.bbox) if artist.axes and artist.get_clip_on() else None
    same = {"kind": kind, "clip": clip, "alpha": artist.get_alpha() or 1, "group": artist.get_gid()}
    return same | describe(artist, screen)


def place(artist, screen) -> Any:
    """Where the artist is now: bytes of float32 for a line, of RGBA for an image, a list for a text."""
    if isinstance(artist, Line2D):
        points = screen.pixels(artist.get_transform().transform(artist.get_xydata()))
        return points.astype(np.float32).tobytes()
    if isinstance(artist, AxesImage):
        pixels = artist.to_rgba(np.ma.asarray(artist.get_array()), bytes=True)
        if artist.origin == "lower":
            pixels = pixels[::-1]
        return [*pixels.shape[:2], pixels.tobytes()]
    ((x, y),) = screen.pixels([artist.get_transform().transform(artist.get_position())])
    return [float(x), float(y), artist.get_text()]


def _line_style(line, screen):
    width = 0 if line.get_linestyle() in UNDRAWN else screen.points(line.get_linewidth())
    return {
        "color": _color(line.get_color()),
        "width": width,
        "dashes": [width * length for length in DASHES.get(line.get_linestyle(), [])],
        "marker": _marker(line, screen),
    }


def _steps_style(steps, screen):
    return {
        "gradient": _color(steps.get_color()),
        "momentum": _color(steps.get_markerfacecolor()),
        "edge": _color(steps.get_markeredgecolor()),
        "width": screen.points(steps.get_linewidth()),
    }


def _marker(line, screen):
    """The marker's outlines around (0, 0), and how to paint them; None for a line without."""
    if line.get_marker() in UNDRAWN:
        return None
    marker = MarkerStyle(line.get_marker())
    size = screen.points(line.get_markersize())
    path = marker.get_path().transformed(marker.get_transform() + Affine2D().scale(size, -size))
    outlines = path.to_polygons(closed_only=False)
    return {
        "outlines": [np.asarray(outline).ravel().tolist() for outline in outlines],
        "face": _color(line.get_markerfacecolor()) if marker.is_filled() else None,
        "edge": _color(line.get_markeredgecolor()),
        "width": screen.points(line.get_markeredgewidth()),
    }


def _image_style(image, screen):
    left, right, bottom, top = image.get_extent()
    corners = image.axes.transData.transform([(left, bottom), (right, top)])
    return {"box": screen.box(Bbox(corners)), "smooth": image.get_interpolation() != "nearest"}


def _text_style(text, screen):
    return {
        "color": _color(text.get_color()),
        "size": screen.points(text.get_fontsize()),
        "weight": str(text.get_fontweight()),
        "mono": "monospace" in text.get_fontfamily(),
        "align": text.get_horizontalalignment(),
        "vertical": text.get_verticalalignment(),
    }


def _color(color):
    return None if color in UNDRAWN else to_hex(color, keep_alpha=True)


STYLES: dict[type, Any] = {
    Steps: ("steps", _steps_style),
    Line2D: ("line", _line_style),
    AxesImage: ("image", _image_style),
    Text: ("text", _text_style),
}

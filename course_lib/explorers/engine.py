"""The live figure: controls above a picture that follows the hand.

It is quick because of three choices, each measured in ``benchmarks/slider.py``: the still part of a
figure is drawn once and only the moving artists are drawn again (blitting); the picture travels as a
JPEG in exactly the screen's pixels, which costs a sixth of a PNG; and picture and caption go out in one
message. The page sends a new position only after the last one was answered, so the last position wins and
nothing queues up.
"""

import base64
import io
import textwrap
import threading
from pathlib import Path
from typing import Any, ClassVar

import anywidget
import matplotlib
import numpy as np
import traitlets
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from course_lib import plots, validation
from course_lib.explorers import controls as forms

HERE = Path(__file__).parent
SAVED = 1.5  # picture pixels for each pixel of the page, until a screen says how many it has


class Explorer(anywidget.AnyWidget):
    """A live figure. A subclass declares its controls and presets and writes four short methods.

    ``frame(**values)``: everything the figure shows at these settings, as arrays and a ``caption``; pure.
    ``still(frame)``: what the still part depends on; it is redrawn only when this changes.
    ``draw(figure, frame)``: draw the still part; return the artists that will move.
    ``move(frame)``: put the frame's arrays into these artists.

    ``only`` names the controls to show, the others keep their values: ``Trajectory(only=["lr"])``.
    Other arguments are first values: ``Trajectory(lr=0.5)``.
    """

    _esm = HERE / "explorer.js"
    _css = HERE / "explorer.css"

    title = ""
    controls: ClassVar[dict] = {}  # name -> Slider, Switch or Choice, in the order of the page
    presets: ClassVar[dict] = {}  # name -> the values that it sets
    inches = (9.6, 4.2)

    # What the page knows. It sends back `values`, and once the pixels of its screen.
    form = traitlets.Dict().tag(sync=True)
    values = traitlets.Dict().tag(sync=True)
    picture = traitlets.Unicode().tag(sync=True)
    caption = traitlets.Unicode().tag(sync=True)
    error = traitlets.Unicode().tag(sync=True)
    pixel_ratio = traitlets.Float(SAVED, min=1, max=4).tag(sync=True)

    def __init__(self, *, only=None, **values):
        self._lock = threading.Lock()  # JupyterLab calls back on a thread of its own
        with matplotlib.rc_context(plots.STYLE):
            self._figure = Figure(self.inches, dpi=100 * SAVED, layout="constrained")
        self._canvas = FigureCanvasAgg(self._figure)  # not pyplot, whose state is shared by all threads
        self._drawn = self._background = None
        first = {name: control.value for name, control in self.controls.items()} | self._checked(values)
        shown = self._choose(only)
        super().__init__(
            form={
                "title": self.title,
                "controls": forms.describe(shown),
                "presets": {
                    name: preset for name, preset in self.presets.items() if set(preset) <= set(shown)
                },
                "reset": first,
                "size": [round(100 * inches) for inches in self.inches],
            },
            values=first,
        )
        self._redraw(first)
        self.observe(lambda change: self._redraw(change.new), "values")
        self.observe(self._sharpen, "pixel_ratio")

    def set(self, **values):
        """Move the controls, as a hand would, and return the caption in lines fit for printing.

        ValueError for a control that is not there or a value outside its range.
        """
        self.values = values  # checked, and merged with the others, below
        return textwrap.fill(self.caption, 90)

    def reset(self):
        """Back to the first values."""
        self.values = self.form["reset"]

    def frame(self, *args: Any, **values: Any) -> Any:
        raise NotImplementedError

    def still(self, frame) -> Any:
        return None

    def draw(self, figure, frame) -> list:
        raise NotImplementedError

    def move(self, frame):
        raise NotImplementedError

    @property
    def shown(self):
        """The names of the controls that are on the page."""
        return [control["name"] for control in self.form["controls"]]

    def _choose(self, only):
        if only is None:
            return self.controls
        if isinstance(only, str):
            raise ValueError(f"only must be a list of names of controls; got {only!r}")
        return {name: validation.one_of("only", name, self.controls) for name in only}

    def _checked(self, values):
        return {
            name: validation.one_of("control", name, self.controls).check(name, value)
            for name, value in values.items()
        }

    @traitlets.validate("values")
    def _check_values(self, proposal):
        return self.values | self._checked(proposal["value"])

    def _redraw(self, values):
        with self._lock, self.hold_sync():
            try:
                frame = self.frame(**values)
                self._paint(frame)
                self.picture, self.caption, self.error = (
                    _data_url(self._encode("jpeg", quality=85)),
                    frame.caption,
                    "",
                )
            except Exception as error:
                self.error = f"{type(error).__name__}: {error}"  # on the page, where the learner looks ...
                raise  # ... and to whoever called

    def _sharpen(self, change):
        with self._lock:
            self._figure.set_dpi(100 * change.new)
            self._background = None
        self._redraw(self.values)

    def _paint(self, frame):
        still = self.still(frame)
        if self._background is None or still != self._drawn:
            self._figure.clear()
            with matplotlib.rc_context(plots.STYLE):
                self._moving = self.draw(self._figure, frame)
            for artist in self._moving:
                artist.set_animated(True)  # left out of the background
            self._canvas.draw()
            self._background, self._drawn = self._canvas.copy_from_bbox(self._figure.bbox), still
        self.move(frame)
        self._canvas.restore_region(self._background)
        for artist in self._moving:
            artist.axes.draw_artist(artist)

    def _encode(self, format, **options):
        pixels, size = np.asarray(self._canvas.buffer_rgba()), self._canvas.get_width_height()
        picture = Image.frombuffer("RGBX", size, pixels, "raw", "RGBX", 0, 1)
        if format == "png":
            picture = picture.convert("RGB")
        buffer = io.BytesIO()
        picture.save(buffer, format, **options)
        return buffer.getvalue()

    def _repr_mimebundle_(self, **kwargs):
        """Live where there is a kernel; elsewhere (GitHub, a saved page) the picture and its caption."""
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        width, height = self.form["size"]
        with self._lock:
            png = base64.b64encode(self._encode("png")).decode()
        data |= {"text/plain": self.caption, "image/png": png}
        metadata |= {"image/png": {"alt": self.caption, "width": width, "height": height}}
        return data, metadata

    def __repr__(self):
        settings = ", ".join(f"{name}={value!r}" for name, value in self.values.items())
        return f"{type(self).__name__}({settings})"


def _data_url(jpeg):
    """The picture as the address of an image: a browser shows it sooner than one behind a blob."""
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}"

"""The live figure: controls above a picture that follows the hand.

It is quick because of three choices: matplotlib draws the still part of a figure once, as a picture; of the
moving artists only the points travel, as bytes, and the page draws them; and everything that a frame shows
goes out in one message. The page sends a new position only after the last one was answered, so the last
position wins and nothing queues up. ``python -m benchmarks slider`` measures what a move takes.
"""

import base64
import io
import textwrap
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import anywidget
import matplotlib
import numpy as np
import traitlets
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from PIL import Image

from course_lib import plots
from course_lib.base import validation
from course_lib.explorers.live import artists
from course_lib.explorers.live import controls as forms
from course_lib.explorers.shared import words

HERE = Path(__file__).parent
SAVED = 1.5  # picture pixels for each pixel of the page, until a screen says how many it has
TEXT_SIZES = [1.0, 1.2, 1.45]  # the last for the back row


@dataclass(frozen=True)
class Frame:
    """All that a figure shows at some settings.

    ``artists``: what each moving artist shows, by its name (see ``artists.put``).
    ``caption``: what is to be seen and why, in words.
    ``still``: what the still part depends on; it is drawn again only when this changes.
    ``reached``: is the figure's goal reached?
    ``facts``: whatever else was computed, for those who ask.
    """

    artists: dict[str, Any]
    caption: str
    still: Any = None
    reached: bool = False
    facts: Any = None


class Explorer(anywidget.AnyWidget):
    """A live figure. A subclass declares its controls, presets and goal, and writes two methods.

    ``frame(**values)``: the Frame at these settings; pure.
    ``draw(figure, frame)``: draw the still part; return the artists that will move, by name, empty.

    Where a plot can be clicked to choose values, ``draw`` calls ``self.pick(axes, x="lr", y="momentum")``.
    ``python(**values)`` returns the two lines that reproduce the setting.

    ``only`` names the controls to show, the others keep their values: ``Trajectory(only=["lr"])``.
    Other arguments are first values: ``Trajectory(lr=0.5)``.
    """

    _esm = HERE / "explorer.js"
    _css = HERE / "explorer.css"

    title = ""
    goal = ""
    controls: ClassVar[dict] = {}  # name -> Slider, Switch, Choice or Several, in the order of the page
    presets: ClassVar[dict] = {}  # name -> the values that it sets
    inches = (9.6, 4.2)

    # What the page knows. It sends back `values` and `screen`.
    form = traitlets.Dict().tag(sync=True)
    values = traitlets.Dict().tag(sync=True, echo_update=False)  # the answer is `view`; an echo delays it
    screen = traitlets.Dict({"pixels": SAVED, "text": 1.0}).tag(sync=True)
    scene = traitlets.Dict().tag(sync=True)  # the still part
    view = traitlets.Dict().tag(sync=True)  # the frame, but for its
    images = traitlets.Dict().tag(sync=True)  # which are large, often stay the same, and then are not sent
    error = traitlets.Unicode().tag(sync=True)

    def __init__(self, *, only=None, **values):
        self._lock = threading.RLock()  # JupyterLab calls back on a thread of its own
        self._drawn = None
        defaults = {name: control.value for name, control in self.controls.items()}
        first = self._checked(defaults | values)
        shown = self._choose(only)
        super().__init__(
            form={
                "title": self.title,
                "goal": self.goal,
                "controls": forms.describe(shown),
                "presets": {
                    name: preset for name, preset in self.presets.items() if set(preset) <= set(shown)
                },
                "reset": first,
                "size": [round(100 * inches) for inches in self.inches],
                "textSizes": TEXT_SIZES,
            },
            values=first,
        )
        self._redraw(first)
        self.observe(lambda _: self._redraw(self.values), "values")  # as checked: a change may hold 1 for 1.0
        self.observe(lambda _: self._redraw(self.values, anew=True), "screen")

    def set(self, **values):
        """Move the controls, as a hand would, and return the caption in lines fit for printing.

        ValueError for a control that is not there or a value outside its range.
        """
        self.values = values  # checked, and merged with the others, below
        return textwrap.fill(self.caption, 90)

    def reset(self):
        """Back to the first values."""
        self.values = self.form["reset"]

    def frame(self, *args: Any, **values: Any) -> Frame:
        raise NotImplementedError

    def draw(self, figure, frame) -> Mapping[str, Any]:
        raise NotImplementedError

    def python(self, *args: Any, **values: Any) -> str:
        """Two lines of Python that reproduce the setting: this figure, where a subclass knows no better."""
        name = type(self).__name__
        changed = {
            key: value
            for key, value in values.items()
            if value != self.controls[key].check(key, self.controls[key].value)
        }
        return f"from course_lib.explorers import {name}\n{words.call(name, **changed)}"

    def pick(self, axes, *, x=None, y=None):
        """Let a click or a drag on these Axes set the controls ``x`` and ``y``, if they are on the page."""
        there = {axis: name for axis, name in [("x", x), ("y", y)] if name in self.shown}
        if there:
            self._picks.append((axes, there))

    @property
    def caption(self):
        return self.view["caption"]

    @property
    def reached(self):
        """Is the goal reached at these settings?"""
        return self.view["reached"]

    @property
    def facts(self):
        """What the frame computed besides: for a path, its Run."""
        return self._facts

    @property
    def shown(self):
        """The names of the controls that are on the page."""
        return [control["name"] for control in self.form["controls"]]

    @property
    def artists(self):
        """The moving artists, by name."""
        return dict(self._moving)

    def picture(self):
        """The whole figure as a PNG, as a saved notebook shows it."""
        with self._lock:
            self._canvas.draw()
            for _, artist in self._in_order():
                (artist.axes or self._figure).draw_artist(artist)
            return self._png()

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
        try:
            return self.values | self._checked(proposal["value"])
        except ValueError as error:
            self.error = str(error)  # where the page looks, if it was the page that sent them
            raise

    def _redraw(self, values, anew=False):
        with self._lock, self.hold_sync():
            try:
                frame = self.frame(**values)
                self._show(frame, anew)
                places = {name: place for name, (_, place) in self._shown.items()}
                self.images = {name: places.pop(name) for name in self._images}
                self.view = {
                    "values": values,
                    "places": places,
                    "caption": frame.caption,
                    "reached": bool(frame.reached),
                    "python": self.python(**values),
                }
                self.error = ""
            except Exception as error:
                self.error = f"{type(error).__name__}: {error}"  # on the page, where the learner looks ...
                raise  # ... and to whoever called

    def _show(self, frame, anew):
        if self._drawn is None or anew or frame.still != self._drawn[0]:
            self._draw_still(frame)
        screen = self._screen()
        for name, artist in self._moving.items():
            data = frame.artists[name]
            if name not in self._shown or self._shown[name][0] is not data:  # a map is often the same one
                artists.put(artist, data)
                self._shown[name] = data, artists.place(artist, screen)
        self._facts = frame.facts

    def _draw_still(self, frame):
        """The still part as a picture, and how the moving artists look."""
        self._drawn = None  # until it is done
        self._figure = self._blank()
        self._canvas = FigureCanvasAgg(self._figure)  # not pyplot, whose state is shared by all threads
        self._picks, self._shown = [], {}  # what each artist shows, and its place for the page
        with matplotlib.rc_context(plots.STYLE):
            self._moving = self.draw(self._figure, frame)
        for artist in self._moving.values():
            artist.set_animated(True)  # left out of the still part
            artist.set_in_layout(False)
        self._images = [name for name, artist in self._moving.items() if isinstance(artist, AxesImage)]
        self._canvas.draw()
        self._figure.set_layout_engine("none")  # a second layout would differ a little
        screen = self._screen()
        self.scene = {
            **self.screen,
            "picture": self._png(),
            "styles": {name: artists.style(artist, screen) for name, artist in self._in_order()},
            "picks": [_pick(axes, screen, names) for axes, names in self._picks],
        }
        self._drawn = (frame.still,)

    def _in_order(self):
        return sorted(self._moving.items(), key=lambda item: item[1].get_zorder())

    def _blank(self):
        """An empty figure. Larger text is a smaller figure, seen from nearer."""
        (width, height), text = self.inches, self.screen["text"]
        dpi = 100 * self.screen["pixels"] * text
        return Figure((width / text, height / text), dpi=dpi, layout="constrained")

    def _screen(self):
        dpi = self._figure.get_dpi()
        return artists.Screen(self.screen["pixels"], dpi, self.form["size"][1])

    def _png(self):
        pixels, size = np.asarray(self._canvas.buffer_rgba()), self._canvas.get_width_height()
        picture = Image.frombuffer("RGBA", size, pixels, "raw", "RGBA", 0, 1).convert("RGB")
        buffer = io.BytesIO()
        picture.save(buffer, "png")
        return buffer.getvalue()

    def _repr_mimebundle_(self, **kwargs):
        """Live where there is a kernel; elsewhere (GitHub, a saved page) the picture and its caption."""
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        width, height = self.form["size"]
        data |= {"text/plain": self.caption, "image/png": base64.b64encode(self.picture()).decode()}
        metadata |= {"image/png": {"alt": self.caption, "width": width, "height": height}}
        return data, metadata

    def __repr__(self):
        return words.call(type(self).__name__, **self.values)


def _pick(axes, screen, names):
    """Where a plot can be clicked, and what its axes mean: control, value at either end, scale."""
    limits = {"x": (axes.get_xlim(), axes.get_xscale()), "y": (axes.get_ylim(), axes.get_yscale())}
    chosen = {
        axis: {
            "control": name,
            "ends": [float(end) for end in limits[axis][0]],
            "log": limits[axis][1] == "log",
        }
        for axis, name in names.items()
    }
    return {"box": screen.box(axes.bbox), **chosen}

"""The live figure: controls above a picture that follows the hand.

It is quick because of four choices: matplotlib draws the still part of a figure once, as a picture; of the
moving artists only the points travel, as bytes, and the page draws them; and everything that a frame shows
goes out in one message. The page sends a new position only after the last one was answered, so the last
position wins and nothing queues up. And a step of a slider by a key is computed before it is made
(``_look_ahead``). ``python -m benchmarks slider`` measures what a move takes.
"""

import base64
import gc
import io
import textwrap
import threading
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar

import anywidget
import matplotlib
import numpy as np
import traitlets
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.image import AxesImage
from PIL import Image

from course_lib import plots
from course_lib.base import cell, events, validation
from course_lib.explorers.live import artists, links, paper, predictions, reruns, tables
from course_lib.explorers.live import controls as forms
from course_lib.explorers.shared import words

PAGE = Path(__file__).parent / "page"
SAVED = 1.5  # picture pixels for each pixel of the page, until a screen says how many it has
LOOKS = ("layout", "tabbable", "tooltip")  # ipywidgets' own settings of a widget
TEXT_SIZES = [1.0, 1.2, 1.45]  # the last for the back row


@dataclass(frozen=True)
class Frame:
    """All that a figure shows at some settings.

    ``artists``: what each moving artist shows, by its name (see ``artists.put``).
    ``caption``: what is to be seen, in words: the verdict first, then at most two short sentences.
    ``why``: the reason, with its formulas, for those who ask.
    ``still``: what the still part depends on; it is drawn again only when this changes.
    ``reached``: is the figure's goal reached?
    ``grows``: the lines that grow update by update when the figure is played, each with the update of its
    first point, or of every point. The dot and the text at a line's end and the Steps along it have its name.
    ``turns``: what else changes then: for each artist what it shows, by the update from which on it does. The
    last is what ``artists`` has.
    ``meanwhile``: what the caption says while the figure plays by itself, once, when this changes; if "", it
    does not.
    ``facts``: whatever else was computed, for those who ask.
    """

    artists: dict[str, Any]
    caption: str
    why: str = ""
    still: Any = None
    reached: bool = False
    grows: Mapping[str, Any] = field(default_factory=dict)
    turns: Mapping[str, Mapping[int, Any]] = field(default_factory=dict)
    meanwhile: str = ""
    facts: Any = None


class Setting(traitlets.TraitType):
    """A control as an attribute of its figure: checked, and shared with the page."""

    def __init__(self, name, control):
        super().__init__(control.check(name, control.value))
        self.tag(sync=True, echo_update=False)  # the answer is the figure's `view`; an echo delays it

    def validate(self, obj, value):
        return obj.checked({self.name: value})[self.name]


class Handle:
    """One control of a figure with a ``value``, for ``ipywidgets.interactive_output``."""

    def __init__(self, figure, name):
        self._figure, self._name = figure, name

    @property
    def value(self):
        return getattr(self._figure, self._name)

    @value.setter
    def value(self, value):
        setattr(self._figure, self._name, value)

    def observe(self, handler, names="value"):
        """Call ``handler`` with each change of the value."""
        validation.one_of("names", names, {"value": self._name})
        self._figure.observe(handler, self._name)


class Explorer(anywidget.AnyWidget):
    """A live figure. A subclass declares its controls, presets and goal, and writes two methods.

    ``frame(**values)``: the Frame at these settings; pure.
    ``draw(figure, frame)``: draw the still part; return the artists that will move, by name, empty.

    Where a plot can be clicked to choose values, ``draw`` calls ``self.pick(axes, x="lr", y="momentum")``;
    where a line's first point can be dragged, ``self.grip(axes, "path", x="start", y="start")``. Where a
    prediction may be a place, ``self.compare_places(axes)`` shows the learner's beside what happened.
    ``python(**values)`` returns the two lines that reproduce the setting.

    ``only`` names the controls to show, the others keep their values: ``Trajectory(only=["lr"])``.
    ``asked`` names a lesson whose predictions the figure shows beside what happened, once they are locked.
    Other arguments are first values, ``Trajectory(lr=0.5)``, or ipywidgets' own: ``layout``, ``tooltip``.

    Each control is an attribute that can be set, observed and linked, as any widget's ``value``:
    ``figure.lr = 0.3``, ``figure.observe(f, "lr")``, ``ipywidgets.link((slider, "value"), (figure, "lr"))``.
    """

    # As text, because a Path would hold every figure for ever.
    _esm = "\n".join(part.read_text(encoding="utf-8") for part in sorted(PAGE.glob("*.js")))
    _css = (PAGE / "figure.css").read_text(encoding="utf-8")

    title = ""
    goal = ""
    heard = "loss"  # the line that can be listened to, if it is there
    controls: ClassVar[Mapping] = {}  # name -> Slider, Choice, Point ..., in the order of the page
    presets: ClassVar[Mapping] = {}  # name -> the values that it sets
    says: ClassVar = {"loss": "loss"}  # of what grows, whose height is said at each update -> what it is
    inches = (9.6, 4.2)

    # What the page knows, besides the controls. It sends back these, `screen` and `expected`.
    form = traitlets.Dict().tag(sync=True)
    screen = traitlets.Dict({"pixels": SAVED, "text": 1.0, "dark": False, "narrow": False}).tag(sync=True)
    scene = traitlets.Dict().tag(sync=True)  # the still part
    view = traitlets.Dict().tag(sync=True)  # the frame, but for its
    images = traitlets.Dict().tag(sync=True)  # which are large, often stay the same, and then are not sent
    expected = traitlets.Dict().tag(sync=True, echo_update=False)  # the settings that a hand may choose next
    foreseen = traitlets.Dict().tag(sync=True)  # view and images at these
    error = traitlets.Unicode().tag(sync=True)
    found = traitlets.Bool().tag(sync=True)  # the goal, by hand, now or on another day
    tabled = traitlets.Bool().tag(sync=True)  # is the table asked for? Else its numbers would slow each move
    tables = traitlets.List().tag(sync=True)
    predicted = traitlets.List().tag(sync=True)  # see live/predictions.py

    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        if "presets" in vars(cls):
            frozen = {name: MappingProxyType(dict(values)) for name, values in cls.presets.items()}
            cls.presets = MappingProxyType(frozen)
        if "controls" not in vars(cls):
            return
        cls.controls = MappingProxyType(dict(cls.controls))
        for name, control in cls.controls.items():
            if not isinstance(getattr(cls, name, None), Setting | None):
                raise ValueError(f"a control cannot be named {name!r}: every figure has a {name} already")
            setting = Setting(name, control)
            setattr(cls, name, setting)
            setting.class_init(cls, name)

    def __init__(self, *, only=None, asked=None, **values):
        self._lock = threading.RLock()  # JupyterLab calls back on a thread of its own
        self._forget()
        looks = {name: values.pop(name) for name in LOOKS if name in values}
        defaults = {name: control.value for name, control in self.controls.items()}
        first = self.checked(defaults | values)
        shown = self._choose(only)
        super().__init__(
            form={
                "title": self.title,
                "goal": self.goal,
                "heard": self.heard,
                "controls": forms.describe(shown),
                "presets": {
                    name: dict(preset) for name, preset in self.presets.items() if set(preset) <= set(shown)
                },
                "reset": first,
                "textSizes": TEXT_SIZES,
            },
            found=self._was_found(),
            **first,
            **looks,
        )
        self._redraw()
        self.observe(lambda _: self._redraw(), list(self.controls))
        self.observe(lambda _: self._redraw(anew=True), "screen")
        self.observe(lambda _: self._tabulate(), "tabled")
        self.observe(lambda _: self._look_ahead(), "expected")
        reruns.made(self)
        if asked is not None:
            predictions.follow(self, asked)

    def __setattr__(self, name, value):
        known = getattr(type(self), name, None)
        if not (name.startswith("_") or isinstance(known, traitlets.TraitType) or callable(known)):
            raise AttributeError(self._no_such(name))
        super().__setattr__(name, value)

    def observe(self, handler, names=traitlets.All, type="change"):
        """Call ``handler`` with each change of these attributes, a name or several: ``observe(f, "lr")``."""
        asked: Any = names if isinstance(names, list | tuple) else [names]
        for name in asked:
            if name is not traitlets.All and not self.has_trait(name):
                raise ValueError(self._no_such(name))
        super().observe(handler, names, type)

    @property
    def values(self):
        """The values of all controls, by name: a copy."""
        return {name: getattr(self, name) for name in self.controls}

    def control(self, name):
        """A control with a ``value``: ``ipywidgets.interactive_output(f, {"lr": figure.control("lr")})``."""
        validation.one_of("control", name, self.controls)
        return Handle(self, name)

    def set(self, **values):
        """Move the controls, as a hand would, and return the caption in lines fit for printing.

        ValueError for a control that is not there or a value outside its range; then none is moved.
        """
        checked = self.checked(values)
        with self._lock, self.hold_trait_notifications():
            for name, value in checked.items():
                self.set_trait(name, value)
        self._redraw()
        return textwrap.fill(self.caption, 90)

    def reset(self):
        """Back to the first values."""
        self.set(**self.form["reset"])

    def set_state(self, sync_data):
        """Take what the page sends; nothing of it, where a value is refused."""
        moved = {name: value for name, value in sync_data.items() if name in self.controls}
        self.checked(moved)
        with self.hold_sync():
            super().set_state(sync_data)
            if moved:
                self._redraw()
            if moved and self.reached and not self.found:
                self._remember_the_goal()

    @classmethod
    def taken(cls, values):
        """The values as the controls take them, without a figure. ValueError if one is refused."""
        return {
            name: validation.one_of("control", name, cls.controls).check(name, value)
            for name, value in values.items()
        }

    def checked(self, values):
        """The values as the controls take them. ValueError, which the page shows, too, if one is refused."""
        try:
            return self.taken(values)
        except ValueError as error:
            self.error = str(error)
            raise

    def close(self):
        """Take the figure off the page and free its memory. Shown again, it comes back."""
        if self.comm is not None:
            super().close()
            del self._repr_mimebundle_  # ipywidgets' way to have it shown no more
            self._model_id = None
            self._forget()
            self.scene, self.images, self.foreseen, self.view = {}, {}, {}, self.view | {"places": {}}
            gc.collect()  # matplotlib's figures are cycles of 7 MB, which otherwise pile up

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
        self._let_set(axes, "", x, y)

    def grip(self, axes, line, *, x=None, y=None):
        """Let a hand drag the first point of this line on these Axes, and set the controls ``x`` and ``y``.

        A ``Point`` is both of them.
        """
        self._let_set(axes, line, x, y)

    def compare_places(self, axes):
        """Show on these Axes the places that were predicted, beside those that came."""
        self._compared = axes

    def _let_set(self, axes, line, x, y):
        there = {axis: name for axis, name in [("x", x), ("y", y)] if name in self.shown}
        if there:
            self._picks.append((axes, line, there))

    @property
    def caption(self) -> str:
        view: Any = self.view
        return view["caption"]

    @property
    def why(self) -> str:
        """The reason for what is to be seen, with its formulas."""
        view: Any = self.view
        return view["why"]

    @property
    def reached(self):
        """Is the goal reached at these settings?"""
        return self.view["reached"]

    @property
    def facts(self):
        """What the frame computed besides: for a path, its Run."""
        self._draw_if_forgotten()
        return self._facts

    @property
    def shown(self):
        """The names of the controls that are on the page."""
        return [control["name"] for control in self.form["controls"]]

    @property
    def artists(self):
        """The moving artists, by name."""
        self._draw_if_forgotten()
        return dict(self._moving)

    def picture(self):
        """The whole figure as a PNG, as a saved notebook shows it."""
        with self._lock:
            self._draw_if_forgotten()
            if not self._is_still:
                self._draw_what_is_still()
            self._is_still = False
            for _, artist in self._in_order():
                (artist.axes or self._figure).draw_artist(artist)
            return self._png()

    def _stored_picture(self):
        """The picture on light paper, whatever the page is: a notebook is read on other pages, too."""
        screen = self.screen
        if not screen["dark"]:
            return self.picture()
        with self._lock, self.hold_sync():
            self.screen = screen | {"dark": False}
            try:
                return self.picture()
            finally:
                self.screen = screen

    def _choose(self, only):
        if only is None:
            return self.controls
        if isinstance(only, str) or not isinstance(only, Iterable):
            raise ValueError(f"only must be a list of names of controls; got {validation.shorten(only)}")
        return {name: validation.one_of("only", name, self.controls) for name in only}

    def _no_such(self, name):
        looks = ", ".join(LOOKS)
        return (
            f"{type(self).__name__} has no {name!r} to set or observe; it has the controls "
            f"{', '.join(self.controls)}, and {looks}"
        )

    def _forget(self):
        """Let go of all that can be drawn again."""
        self._values = self._drawn = self._facts = self._ahead = None
        self._is_still = False
        self._figure: Any = None
        self._canvas: Any = None
        self._compared: Any = None
        self._moving, self._shown, self._picks, self._images = {}, {}, [], []

    def _draw_if_forgotten(self):
        if self._drawn is None:
            self._redraw()

    def _redraw(self, anew=False):
        with self._lock, self.hold_sync():
            values = self.values
            if values == self._values and not anew:
                self.error = ""  # what was refused meanwhile is over
                return  # drawn at the first of several controls that were moved together
            self._values = None  # until it is done
            try:
                frame = self._frame(values, anew)
                if self._drawn is None or anew or frame.still != self._drawn[0]:
                    self._draw_still(frame)
                self.images, self.view = self._sight(values, frame)
                self._facts = frame.facts
                self._tabulate()
                self.error = ""
                self._values = values
            except Exception as error:
                self.error = f"{type(error).__name__}: {error}"  # on the page, where the learner looks ...
                raise  # ... and to whoever called

    def _look_ahead(self):
        """Tell the page what it would show at the expected settings; then a hand need not wait for it."""
        with self._lock:
            values = self.checked(self.expected)
            self._draw_if_forgotten()
            frame = self.frame(**values)
            self._ahead = values, frame
            if self._drawn != (frame.still,) or frame.meanwhile:
                return
            shown = dict(self._shown)
            try:
                images, view = self._sight(values, frame)
            finally:
                for name, (data, _) in shown.items():
                    artists.put(self._moving[name], data)
                self._shown = shown
            new = {name: image for name, image in images.items() if image is not shown[name][1]}
            self.foreseen = {"view": view, "images": new}

    def _frame(self, values, anew):
        """The Frame at these settings: the one that was foreseen, if it is still as the screen wants it."""
        ahead, self._ahead = self._ahead, None
        return ahead[1] if ahead and ahead[0] == values and not anew else self.frame(**values)

    def _sight(self, values, frame):
        """The images, and the view: where each artist is now, and what is said."""
        screen = self._screen()
        for name, artist in self._moving.items():
            data = frame.artists[name]
            if name not in self._shown or self._shown[name][0] is not data:  # a map is often the same one
                artists.put(artist, data)
                self._shown[name] = data, artists.place(artist, screen)
        places = {name: place for name, (_, place) in self._shown.items()}
        images = {name: places.pop(name) for name in self._images}
        return images, {
            "values": dict(values),
            "places": places,
            "caption": frame.caption,
            "why": frame.why,
            "reached": bool(frame.reached),
            "python": self.python(**values),
            "link": links.address(self, values),
            "grows": {name: _growth(updates) for name, updates in frame.grows.items()},
            "turns": {name: self._places(name, turns) for name, turns in frame.turns.items()},
            "meanwhile": frame.meanwhile,
        }

    def _places(self, name, turns):
        """Where the artist is from each update on; it is left where it is last."""
        artist, screen, places = self._moving[name], self._screen(), []
        for update, data in turns.items():
            artists.put(artist, data)
            places.append([update, artists.place(artist, screen)])
        return places

    def _tabulate(self):
        self.tables = tables.of(self.artists) if self.tabled else []

    def _was_found(self):
        try:
            return type(self).__name__ in events.goals_found()
        except OSError:  # `progress` says so
            return False

    def _remember_the_goal(self):
        self.found = True
        with suppress(OSError):  # this kernel still knows it, and `check` says what is wrong
            events.add(events.FOUND, figure=type(self).__name__)

    def _draw_still(self, frame):
        """The still part as a picture, and how the moving artists look."""
        self._drawn = self._ahead = None  # until it is done
        self.foreseen = {}  # on another paper
        self._figure = self._blank()
        self._canvas = FigureCanvasAgg(self._figure)  # not pyplot, whose state is shared by all threads
        self._picks, self._shown = [], {}  # what each artist shows, and its place for the page
        self._compared = None
        with matplotlib.rc_context(plots.STYLE):
            self._moving = self.draw(self._figure, frame)
        if self.screen["dark"]:
            paper.darken(self._figure)
        for artist in self._moving.values():
            artist.set_animated(True)  # left out of the still part
            artist.set_in_layout(False)
        self._images = [name for name, artist in self._moving.items() if isinstance(artist, AxesImage)]
        self._draw_what_is_still()
        self._figure.set_layout_engine("none")  # a second layout would differ a little
        screen = self._screen()
        self.scene = {
            **self.screen,
            "size": self._size(),
            "picture": self._png(),
            "styles": {name: artists.style(artist, screen) for name, artist in self._in_order()},
            "picks": [_pick(axes, line, screen, names) for axes, line, names in self._picks],
            "compared": self._compared and _scales(self._compared, screen),
            "heights": {
                word: {"line": name, "box": screen.box(axes.bbox), **_scale(axes, "y")}
                for name, word in self.says.items()
                if name in self._moving and (axes := self._moving[name].axes)
            },
        }
        self._drawn = (frame.still,)

    def _draw_what_is_still(self):
        """The still part alone, on the canvas."""
        images = [self._moving[name] for name in self._images]
        for image in images:
            image.set_visible(False)  # matplotlib 3.8 draws it, animated or not
        self._canvas.draw()
        for image in images:
            image.set_visible(True)
        self._is_still = True

    def _in_order(self):
        return sorted(self._moving.items(), key=lambda item: item[1].get_zorder())

    def _blank(self):
        """An empty figure. Larger text is a smaller figure, seen from nearer."""
        dpi = 100 * self.screen["pixels"]
        return paper.Paper(self.inches, dpi, self.screen["text"], self.screen["narrow"])

    def _screen(self):
        return artists.Screen(self.screen["pixels"], self._figure.get_dpi(), self._size()[1])

    def _size(self):
        """Width and height in the page's pixels."""
        inches = self._figure.get_size_inches() * self.screen["text"]
        return [round(100 * length) for length in inches]

    def _png(self):
        pixels, size = np.asarray(self._canvas.buffer_rgba()), self._canvas.get_width_height()
        picture = Image.frombuffer("RGBA", size, pixels, "raw", "RGBA", 0, 1).convert("RGB")
        buffer = io.BytesIO()
        picture.save(buffer, "png")
        return buffer.getvalue()

    def _repr_mimebundle_(self, **kwargs):
        """Live where somebody looks on; elsewhere (GitHub, a saved page) the picture and its caption."""
        if self.comm is None:  # it was closed
            self._draw_if_forgotten()
            self.open()
        reruns.shown(self)
        data, metadata = (super()._repr_mimebundle_(**kwargs) if cell.is_watched() else None) or ({}, {})
        width, height = self.scene["size"]
        data |= {"text/plain": self.caption, "image/png": base64.b64encode(self._stored_picture()).decode()}
        metadata |= {"image/png": {"alt": self.caption, "width": width, "height": height}}
        return data, metadata

    def __repr__(self):
        return words.call(type(self).__name__, **self.values)


def _growth(updates):
    """The update of each point as the page takes them: bytes of int32."""
    return updates if isinstance(updates, int | str) else np.asarray(updates, np.int32).tobytes()


def _pick(axes, line, screen, names):
    """Where a plot can be clicked, or a line's start dragged; of each axis the control and the scale."""
    chosen = {axis: {"control": name, **_scale(axes, axis)} for axis, name in names.items()}
    return {"box": screen.box(axes.bbox), "line": line, **chosen}


def _scales(axes, screen):
    """Where the axes are, and the scales of both."""
    return {"box": screen.box(axes.bbox), "x": _scale(axes, "x"), "y": _scale(axes, "y")}


def _scale(axes, axis):
    """An axis's value at either end, and its scale."""
    limits, scale = getattr(axes, f"get_{axis}lim")(), getattr(axes, f"get_{axis}scale")()
    return {"ends": [float(end) for end in limits], "log": scale == "log"}

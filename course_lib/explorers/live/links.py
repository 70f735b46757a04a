"""A figure as a link, and back: ``figure.html#StabilityMap?{"condition":100,"only":["lr"],"lr":1.9}``.

The part after the # names the figure, and says in JSON what differs from a figure that is made without
arguments. ``figure.html`` is a page of the course on the web (``course_lib.site``).
"""

import inspect
import json
from urllib.parse import quote, unquote

from course_lib.base import validation, web

COURSE = "course_lib.explorers."  # the figures of its modules are on every site
DEFAULT = "Trajectory"  # for a link whose figure is not there


def address(figure, values):
    """The link to a figure at these values; "" where no site is known, or for a figure that no site has."""
    site = web.site()
    if not (site and type(figure).__module__.startswith(COURSE)):
        return ""
    return f"{site}figure.html#{written(figure, values)}"


def written(figure, values):
    """What names the figure in a link, fit for a mail, a slide and an attribute in HTML.

    >>> from course_lib.explorers import Decay
    >>> figure = Decay()
    >>> written(figure, figure.values), written(figure, figure.values | {"lr": 0.5})
    ('Decay', 'Decay?%7B%22lr%22:0.5%7D')
    """
    changed = {
        name: values[name]
        for name, control in figure.controls.items()
        if values[name] != control.check(name, control.value)
    }
    shown_at_first = inspect.signature(type(figure).__init__).parameters["only"].default or figure.controls
    if figure.shown != [*shown_at_first]:
        changed["only"] = figure.shown
    name = type(figure).__name__
    return f"{name}?{quote(json.dumps(changed, separators=(',', ':')), safe=':,[]')}" if changed else name


def opened(link, explorers):
    """The figure that a link names, of those in ``explorers``, the package.

    What cannot be meant is said in a sentence, and the figure is as it is made without arguments.
    """
    figures = {name: getattr(explorers, name) for name in explorers.__all__}
    name, _, settings = unquote(link).partition("?")
    default = figures[DEFAULT]
    try:
        default = validation.one_of("figure", name, figures)
        return _made(default, settings or "{}")
    except ValueError as error:
        figure = default()
        print(f"This link cannot be followed: {error}. Here is {type(figure).__name__} as it is at first.")
        return figure


def _made(figure, settings):
    try:
        values = json.loads(settings)
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict):
        raise ValueError(f'its settings must be JSON as {{"lr":0.5}}; got {validation.shorten(settings)}')
    for name in values:
        validation.one_of("setting", name, {"only": None, **figure.controls})
    return figure(**values)

"""A figure is closed when the cell that made it is run again: nothing on the page shows it any more.

It lives on if another cell shows it, by itself or in a box, and comes back wherever it is shown again.
"""

import weakref
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from IPython.core.getipython import get_ipython
from ipywidgets.widgets import widget as ipywidgets_registry

from course_lib.base import cell


@dataclass(eq=False)
class _Made:
    """A figure that a run of a cell made; ``boxes`` held it at the end of that run."""

    run: str
    figure: weakref.ref
    shown: set = field(default_factory=set)  # the cells that showed it
    boxes: set = field(default_factory=set)


_made = defaultdict(list)  # cell -> its figures


def made(figure):
    """Remember which cell made the figure. Called when it is made."""
    if (running := cell.running()) is None:
        return
    name, run = running
    _made[name].append(_Made(run, weakref.ref(figure)))
    shell: Any = get_ipython()
    events = shell.events
    if _close_earlier not in events.callbacks["post_run_cell"]:
        events.register("post_run_cell", _close_earlier)


def shown(figure):
    """Remember which cell shows the figure. Called when it is displayed."""
    if (running := cell.running()) is None:
        return
    for one in (one for figures in _made.values() for one in figures if one.figure() is figure):
        one.shown.add(running[0])


def _close_earlier(_):
    """After a cell has run: close the figures of its earlier runs that are shown nowhere else."""
    if (running := cell.running()) is None:
        return
    name, run = running
    for one in list(_made[name]):
        figure = one.figure()
        if figure is None:
            _made[name].remove(one)
        elif one.run == run:
            one.boxes = _boxes_around(figure)
        elif not (one.shown - {name} or _boxes_around(figure) - one.boxes):
            figure.close()
            _made[name].remove(one)


def _boxes_around(figure):
    """The names of the open widgets that hold the figure: boxes, tabs, accordions."""
    return {
        model
        for model, other in list(ipywidgets_registry._instances.items())
        if any(child is figure for child in getattr(other, "children", ()))
    }

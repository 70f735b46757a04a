"""Stands in for anywidget: a widget whose page side is its own JavaScript, ``_esm``, and ``_css``.

Kept: ``AnyWidget`` with ``_esm`` and ``_css`` as text. Left out: files that are watched, commands, other hosts.
The page has each ``_esm`` as a file; ``named`` is its name there, and the builder gives it the same.
"""

import hashlib

from ipywidgets.widgets.widget import Widget

VIEW = "application/vnd.jupyter.widget-view+json"


class AnyWidget(Widget):
    """A widget with ``_esm``, which renders it on the page, and ``_css``."""

    _esm = ""
    _css = ""

    def _repr_mimebundle_(self, **kwargs):
        self._tell_page(widget=named(self._esm, self._css))
        view = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
        return {"text/plain": repr(self), VIEW: view}, {}


def named(esm, css):
    """The name of a widget's files: 16 digits of a hash of its text."""
    return hashlib.sha256(f"{esm}\0{css}".encode()).hexdigest()[:16]

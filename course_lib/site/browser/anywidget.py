"""Stands in for anywidget: a widget whose page side is its own JavaScript, ``_esm``, and ``_css``.

Kept: ``AnyWidget`` with ``_esm`` and ``_css`` as text. Left out: files that are watched, commands, other
hosts. The page has each text as a file; ``named`` is its name there.
"""

from ipywidgets.widgets.widget import Widget

from course_lib.base import web

VIEW = "application/vnd.jupyter.widget-view+json"


class AnyWidget(Widget):
    """A widget with ``_esm``, which renders it on the page, and ``_css``."""

    _esm = ""
    _css = ""

    def _repr_mimebundle_(self, **kwargs):
        self._tell_page(esm=named(self._esm), css=named(self._css))
        view = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
        return {"text/plain": repr(self), VIEW: view}, {}


def named(text):
    """The name of the file with this text; "" for no text."""
    return web.hashed(text.encode()) if text else ""

"""Kept: ``display``, ``Image`` of PNG data, ``HTML`` and ``Markdown``."""

import sys

from IPython.core.formatters import text
from IPython.core.getipython import get_ipython


def display(*values):
    """Show values now, in the middle of a cell."""
    outputs = get_ipython().outputs
    for value in values:
        if outputs is None:  # no cell runs, but what a widget calls
            print(text(value), file=sys.__stdout__)
        else:
            outputs.show(value, output_type="display_data")


class _Shown:
    KIND = ""

    def __init__(self, data, metadata=None):
        self.data, self.metadata = data, metadata or {}

    def _repr_mimebundle_(self, **kwargs):
        return {self.KIND: self.data}, self.metadata

    def __repr__(self):
        return f"<IPython.core.display.{type(self).__name__} object>"


class HTML(_Shown):
    KIND = "text/html"


class Markdown(_Shown):
    KIND = "text/markdown"


class Image(_Shown):
    KIND = "image/png"

    def __init__(self, data, alt=""):
        super().__init__(data, {self.KIND: {"alt": alt}} if alt else None)

"""Kept: ``display``, ``Image`` of PNG data, ``HTML`` and ``Markdown``."""

import sys

from IPython.core.formatters import shown
from IPython.core.getipython import get_ipython


def display(*values):
    """Show values now, in the middle of a cell."""
    for value in values:
        if (bundle := shown(value)) is None:
            continue
        data, metadata = bundle
        outputs = get_ipython().outputs
        if outputs is None:  # a widget's callback: no cell takes it
            print(data["text/plain"], file=sys.__stdout__)
        else:
            outputs.add({"output_type": "display_data", "data": data, "metadata": metadata})


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

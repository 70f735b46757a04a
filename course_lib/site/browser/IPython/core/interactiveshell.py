"""Kept: the events, ``get_parent``, ``set_custom_exc`` and ``showtraceback``, which the course uses; and the
names that all cells share. What runs a cell is ``cells.run``.
"""

import sys
from collections import defaultdict
from types import SimpleNamespace
from typing import Any

from IPython.core import ultratb


class Events:
    """Whom to call, and when."""

    def __init__(self):
        self.callbacks = defaultdict(list)

    def register(self, event, function):
        """Call ``function`` at each such ``event``; the only one that comes is "post_run_cell"."""
        self.callbacks[event].append(function)

    def trigger(self, event, *arguments):
        for function in list(self.callbacks[event]):
            function(*arguments)


class InteractiveShell:
    """The shell of a page; it has one. ``cell`` is the one that runs and ``outputs`` takes what it shows."""

    def __init__(self):
        self.user_ns = vars(sys.modules["__main__"])
        self.events = Events()
        self.cell: Any = None
        self.outputs: Any = None
        self._runs = 0
        self._custom: Any = (), None

    def begin(self, cell, outputs):
        """From now on this cell runs."""
        self.cell, self.outputs = cell, outputs
        self._runs += 1

    def end(self):
        """It has run."""
        self.events.trigger("post_run_cell", SimpleNamespace())
        self.cell = self.outputs = None

    def get_parent(self):
        """The message that the page sent, as far as anybody looks at it: the cell, and this run of it."""
        if self.cell is None:
            return {}
        return {"metadata": {"cellId": self.cell}, "header": {"msg_id": str(self._runs)}}

    def set_custom_exc(self, kinds, handler):
        """Let ``handler`` show the errors of these ``kinds``."""
        self._custom = kinds, handler

    def show_error(self, error):
        """Show an error of the cell, by the handler that there is for it."""
        kinds, handler = self._custom
        raised = type(error), error, error.__traceback__
        handler(self, *raised) if isinstance(error, kinds) else self.showtraceback(raised)

    def showtraceback(self, exc_tuple, tb_offset=None):
        """The error as an output of the cell."""
        self.outputs.add(ultratb.output(exc_tuple[1]))


SHELL = InteractiveShell()

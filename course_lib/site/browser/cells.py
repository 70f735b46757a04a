"""Run a cell as a notebook does. Its outputs are dicts as nbformat stores them: a page can be a notebook.

Besides, ``{"output_type": "left_out", "characters": ..., "outputs": ...}`` tells what has found no room.
"""

import ast
import io
import linecache
import sys
import time
from contextlib import redirect_stderr, redirect_stdout

import commands
from IPython.core import formatters, ultratb
from IPython.core.getipython import get_ipython
from room import LeftOut, Room

PAUSE = 0.1  # seconds for which prints are gathered: a loop that prints must not drown the page


class Outputs:
    """The outputs of a cell, in the order in which they come, as far as there is room for them."""

    def __init__(self, post):
        self._post, self._name, self._text, self._last = post, "", "", 0.0
        self._room, self._told = Room(), LeftOut()

    def add(self, output):
        """One output, after all that was printed before it."""
        self.flush()
        self._post(output)

    def show(self, value, **output):
        """A value in all the forms that it has."""
        if self._room.for_output() and (forms := formatters.forms(value)) is not None:
            data, metadata = forms
            data["text/plain"] = self._room.for_text(data["text/plain"])
            self.add(output | {"data": data, "metadata": metadata})
        self._tell_in_time()

    def write(self, name, text):
        """What is printed on stdout or stderr: the first at once, what follows closely together."""
        if name != self._name:
            self.flush()
        self._name, self._text = name, self._text + self._room.for_text(text)
        self._tell_in_time()

    def flush(self):
        """What is printed and was not said yet."""
        if self._text:
            self._post({"output_type": "stream", "name": self._name, "text": self._text})
            self._text, self._last = "", time.monotonic()

    def tell(self):
        """All that was not said yet, and how much has found no room."""
        self.flush()
        if self._told != self._room.left_out:
            self._told, self._last = self._room.left_out, time.monotonic()
            self._post({"output_type": "left_out", **self._told._asdict()})

    def _tell_in_time(self):
        if time.monotonic() - self._last > PAUSE:
            self.tell()


class Stream(io.TextIOBase):
    """``sys.stdout`` or ``sys.stderr`` while a cell runs."""

    def __init__(self, name, outputs):
        self.name, self._outputs = name, outputs

    def writable(self):
        return True

    def write(self, text, /):
        self._outputs.write(self.name, text)
        return len(text)

    def flush(self):
        self._outputs.flush()


class Keyboard(io.TextIOBase):
    """``sys.stdin``: while a cell runs, nobody can be asked."""

    def readable(self):
        return True

    def readline(self, size=-1, /):
        raise EOFError(
            "a page cannot ask while a cell runs: write the value into the code, in place of input()"
        )


def run(code, cell, post):
    """Run the code of ``cell``, an id; ``post`` takes each output as it comes. Did it end without error?"""
    shell, outputs = get_ipython(), Outputs(post)
    shell.begin(cell, outputs)
    try:
        with redirect_stdout(Stream("stdout", outputs)), redirect_stderr(Stream("stderr", outputs)):
            return _runs(code, shell, outputs)
    finally:
        outputs.tell()
        shell.end()


def _runs(code, shell, outputs):
    try:
        value = _value(code, ultratb.CELL.format(shell.cell), shell.user_ns)
        if value is not None and not code.rstrip().endswith(";"):
            shell.user_ns["_"] = value
            outputs.show(value, output_type="execute_result", execution_count=None)
        _show_figures(outputs)
    except BaseException as error:  # whatever it is, a notebook shows it and goes on
        shell.show_error(error)
        return False
    return True


def _value(code, file, names):
    """Run the code; the value of its last line, if that is an expression."""
    lines = [f"{line}\n" for line in code.split("\n")]
    linecache.cache[file] = len(code), None, lines, file  # for getsource and errors
    try:
        tree = ast.parse(code, file)
    except SyntaxError as error:
        raise commands.explained(error, lines) from None
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, file, "exec"), names)
    return eval(compile(ast.Expression(last.value), file, "eval"), names) if last else None


def _show_figures(outputs):
    """The figures that pyplot has open are shown at the end of a cell."""
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        for number in pyplot.get_fignums():
            outputs.show(pyplot.figure(number), output_type="display_data")
        pyplot.close("all")

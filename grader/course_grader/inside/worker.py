"""Runs a student's cells and calls their functions. It is the only part that shares a process with them.

Trusted until the first cell has run; nothing here is secret, and nothing that it says later is believed. It
speaks frames (wire.py) over the socket that is its standard input at the start.
"""

import ast
import contextlib
import importlib.util
import inspect
import linecache
import os
import re
import socket
import sys
import types
import warnings
from pathlib import Path

INSTEAD = Path(__file__).with_name("instead")  # modules that are found here before those of course_lib
PRINTED = 10_000  # characters that are kept of what a cell prints
NOT_PYTHON = re.compile(r"^\s*[%!?]|^[^#'\"\n]*=\s*[%!]|\?\s*$", re.MULTILINE)  # magics, shell, help


def main(library):
    """Serve the grader. ``library``: the folder of course_lib, wherever it is installed."""
    course = Path(library)
    wire = _module("wire", Path(__file__).parents[1] / "wire.py")
    sys.modules["course_lib"] = _module("course_lib", course / "__init__.py", [INSTEAD, course])
    student = Student(_module("running", course / "checks" / "running.py"))
    grader = _socket()
    grader.sendall(wire.packed({"ready": True}))
    while True:
        request = wire.unpacked(*_frame(grader, wire))
        done = getattr(student, request["do"])(**request["what"])
        grader.sendall(_reply(wire, request["id"], done))


def _reply(wire, number, done):
    try:
        return wire.packed({"id": number, **done})
    except wire.WireError as error:
        return wire.packed({"id": number, "failure": f"its answer is refused: {error}"})


class Student:
    """The notebook's namespace, and what can be done in it."""

    def __init__(self, running):
        self.running = running
        self.space = vars(sys.modules["__main__"])  # nothing else is in it: see sandbox.RUN
        self.space.update(get_ipython=Inert, display=_display)
        sys.path.insert(0, os.getcwd())

    def cell(self, name, source):
        """Run a cell; what it printed, and its error in one line."""
        screen, error = self.running.Screen(PRINTED), ""
        with contextlib.redirect_stdout(screen), contextlib.redirect_stderr(screen):
            try:
                self._run(name, _python(source) if NOT_PYTHON.search(source) else source)
            except BaseException as raised:
                error = self.running.sentence(raised)
        return {"printed": screen.text, "error": error}

    def _run(self, name, source):
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        code = compile(source, name, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        if code.co_flags & inspect.CO_COROUTINE:
            import asyncio  # it takes a third of the start, and few cells wait for anything

            asyncio.run(types.FunctionType(code, self.space)())
        else:
            exec(code, self.space)

    def call(self, name, arguments, seconds):
        """Call a function; what ``running.call`` says, and the arguments as they are after the call."""
        if name not in self.space:
            return {"failure": f"NameError: name {name!r} is not defined"}
        made = {key: value.made() for key, value in arguments.items() if hasattr(value, "made")}
        result = self.running.call(self.space[name], arguments | made, seconds)
        return {
            "value": result.value,
            "after": {key: value for key, value in (result.after or {}).items() if key not in made},
            "failure": result.failure,
            "printed": result.printed,
            "unwritten": result.unwritten,
            "endless": result.endless,
        }


class Inert:
    """Stands for IPython's shell: whatever is asked of it, nothing happens."""

    def __getattr__(self, name):
        return lambda *values, **named: None


def _display(*values, **named):
    """Notebooks have it without an import; nobody is looking here."""


def _python(source):
    """The cell with IPython's own syntax turned into calls, which are inert here."""
    from IPython.core.inputtransformer2 import TransformerManager

    return TransformerManager().transform_cell(source)


def _module(name, path, places=None):
    """A module, loaded from where it is. ``places``: if it is a package, the folders of its modules."""
    spec = importlib.util.spec_from_file_location(
        name, path, submodule_search_locations=places and [str(place) for place in places]
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _socket():
    """The socket to the grader. The numbers that students know, 0 to 2, then lead nowhere."""
    grader = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0, os.dup(0))  # what it is may not be asked
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    return grader


def _frame(grader, wire):
    text, body = wire.lengths(_read(grader, wire.LENGTHS.size))
    return _read(grader, text), _read(grader, body)


def _read(grader, count):
    got = bytearray()
    while len(got) < count:
        part = grader.recv(min(count - len(got), 2**20))
        if not part:
            os._exit(0)  # the grader has gone
        got += part
    return bytes(got)


if __name__ == "inside":
    warnings.simplefilter("ignore")
    main(*sys.argv[1:])

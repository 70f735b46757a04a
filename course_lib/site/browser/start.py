"""What the worker calls, one function for each message of the page.

What they have to say goes out through ``page.post``, one dict a message:

``{"output": as nbformat has it, "cell": id}`` and at the end ``{"ran": cell's id, "ok": without error?}``
``{"open": widget's id, "state": ..., "esm": name of its file, "css": name or ""}``, when it is first shown
``{"update": widget's id, "changes": ...}`` and ``{"closed": widget's id}``
``{"answered": widget's id}``, when the page may send its next change
``{"kept": lines}``, when the record of what the learner did has grown
"""

import os
import sys
import traceback
import warnings

import cells
import page
from IPython import display, get_ipython
from ipywidgets.widgets import widget as widgets

os.environ["MPLBACKEND"] = "agg"  # pyplot's own choice would be a window
warnings.filterwarnings("ignore", "Unable to import Axes3D")  # the runtime leaves it out

_told = 0  # bytes of the record that the page has


def begin(post, record="", site=""):
    """Lay back what the page has kept of the learner. Returns the versions of what runs here, by name.

    ``site``: its address, with which links to figures begin.
    """
    global _told
    import numpy

    import course_lib
    from course_lib.base import events, web

    os.environ[web.SITE] = site
    page.post = post
    sys.stdin = cells.Keyboard()
    get_ipython().user_ns.update(display=display, get_ipython=get_ipython)  # as in every notebook
    file = events.file()
    file.parent.mkdir(parents=True, exist_ok=True)
    _told = file.write_bytes(record.encode())
    python = ".".join(map(str, sys.version_info[:3]))
    return {"course": course_lib.__version__, "python": python, "numpy": numpy.__version__}


def run(cell, code):
    """Run a cell."""
    ok = cells.run(code, cell, lambda output: page.post({"output": output, "cell": cell}))
    _tell_what_was_kept()
    page.post({"ran": cell, "ok": ok})


def learn(lines):
    """Another tab has added these lines to the record; some may be here from the start."""
    global _told
    from course_lib.base import events

    known = events.file().read_text(encoding="utf-8").split("\n")
    new = "".join(f"\n{line}" for line in lines if line not in known)
    with events.file().open("ab") as record:
        _told += record.write(new.encode())


def change(widget, changes):
    """A hand has moved a widget. What it refuses it says on the page itself."""
    try:
        widgets._instances[widget].set_state(changes)
    except Exception:
        traceback.print_exc(file=sys.__stderr__)  # the browser's console, as Jupyter's log
    _tell_what_was_kept()
    page.post({"answered": widget})


def _tell_what_was_kept():
    """What the course has added to the record since the page last heard of it."""
    global _told
    from course_lib.base import events

    with events.file().open("rb") as record:
        record.seek(_told)
        lines = record.read()
    if lines:
        _told += len(lines)
        page.post({"kept": lines.decode()})

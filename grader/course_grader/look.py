"""The figures that a submission draws, for those who mark its prose by hand.

A notebook is run in a sandboxed kernel, without its checks, and what is kept are pictures. Nothing is marked
by them, and they may show what its author wants. What else a kernel can show (HTML, JavaScript, SVG) would be
run by the browser of whoever looks at it, and is left out.
"""

import base64
import binascii
import queue
import struct
import tempfile
import time
from pathlib import Path

from nbformat.v4 import new_output
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool

from course_grader import course, kernel, marking, submission
from course_grader.limits import Limits

PICTURES = 8  # of one cell
BYTES, PIXELS = 2 * 2**20, 2**24  # of one picture
PNG = b"\x89PNG\r\n\x1a\n"


class Look(NbGraderPreprocessor):
    """Puts a submission's figures below its cells. It stands after ``Mark``, and is off unless enabled."""

    enabled = Bool(False, help="Run the notebooks once more, to see their figures.").tag(config=True)

    def preprocess(self, nb, resources):
        of = course.Course(config=self.config)
        assignment, student = resources["nbgrader"]["assignment"], resources["nbgrader"]["student"]
        shown = figures(nb, of.handed_in(assignment, student).files)
        for cell in nb.cells:
            if cell.id in shown:
                cell.outputs += shown[cell.id]
        return nb, resources


def figures(notebook, files=None, limits=Limits()):
    """What the cells of a rebuilt notebook draw: a dict from a cell's id to its outputs, none of them empty.

    ``files``: what was handed in beside it, by names. An output has one picture as PNG, or a sentence on
    stderr: about a cell that did not end or ended the kernel, after which the others are run without it.
    GraderFault if there is no sandboxed kernel.
    """
    over = time.monotonic() + limits.whole_seconds
    cells = {cell.id: cell.source for cell in notebook.cells if _is_students(cell)}
    shown = {}
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # whoever the student's code runs as may read it
        submission.unpack(files or {}, folder)
        while cells and time.monotonic() < over:
            stuck = _run(cells, shown, limits, folder, over)
            if stuck is None:
                break
            del cells[stuck]
    return {name: outputs for name, outputs in shown.items() if outputs}


def _is_students(cell):
    """Is it code, and not a check? Checks would do nothing here."""
    return cell.cell_type == "code" and not marking.is_check(cell)


def _run(cells, shown, limits, folder, over):
    """Run the cells in a new kernel, and note what they show; the name of the cell that ended it, or None."""
    with kernel.running(limits, folder) as (manager, client):
        for name, source in cells.items():
            seconds = min(limits.cell_seconds, over - time.monotonic())
            try:
                shown[name] = _shown(manager, client, source, seconds)
            except _Stuck as stuck:
                shown[name] = [_sentence(f"{stuck}; the figures of the other cells were made without it")]
                return name
    return None


class _Stuck(Exception):
    """A cell after which its kernel is of no use. The sentence says why."""


def _shown(manager, client, source, seconds):
    """The outputs of one cell, for as long as it runs."""
    asked = client.execute(source, allow_stdin=False, stop_on_error=False)
    deadline = time.monotonic() + seconds
    outputs = []
    while time.monotonic() < deadline:
        if not manager.is_alive():
            raise _Stuck("this cell ended the kernel")
        try:
            kind, content = _message(client, asked)
            if kind == "status" and content["execution_state"] == "idle":
                return outputs
            if kind == "clear_output":
                outputs = []
            if kind in ("display_data", "execute_result") and len(outputs) < PICTURES:
                outputs += _pictures(content["data"])
        except queue.Empty:
            continue
        except Exception as error:  # whatever a message that was made to be read wrongly can cause
            raise _Stuck(f"this cell's kernel sent what cannot be read ({type(error).__name__})") from None
    raise _Stuck(f"this cell did not end within {seconds:.0f} s")


def _message(client, asked):
    """Kind and content of the next message that answers what was asked; queue.Empty if there is none yet."""
    message = client.get_iopub_msg(timeout=0.5)
    if message["parent_header"].get("msg_id") != asked:
        return "", {}
    return message["msg_type"], message["content"]


def _pictures(data):
    """The picture among the forms of one output, as a list; [] if it has none."""
    if "image/png" not in data:
        return []
    try:
        raw = base64.b64decode(data["image/png"].replace("\n", ""), validate=True)
    except binascii.Error:
        return [_sentence("a picture that cannot be read is left out")]
    if raw[:8] != PNG or raw[12:16] != b"IHDR" or len(raw) < 24:
        return [_sentence("a picture that is not a PNG is left out")]
    width, height = struct.unpack(">II", raw[16:24])
    if len(raw) > BYTES or width * height > PIXELS:
        return [_sentence(f"a picture of {width} x {height} pixels and {len(raw)} bytes is left out")]
    forms = {"image/png": base64.b64encode(raw).decode(), "text/plain": f"figure, {width} x {height}"}
    return [new_output("display_data", data=forms)]


def _sentence(text):
    return new_output("stream", name="stderr", text=f"{text}\n")

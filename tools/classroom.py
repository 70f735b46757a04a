"""What nbgrader needs so that no submission stops another, or loses honest points.

nbgrader_config.py puts both into the autograding where the grader is not installed: ``tidy`` looks at a
submission before it is graded, and ``Execute`` runs it. The checks run with it, so its marks can be forged.
"""

import os
import shutil
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import nbformat
from nbclient.exceptions import DeadKernelError
from nbgrader.preprocessors import Execute as StockExecute
from traitlets import default

ENCODINGS = ["utf-8", "utf-16", "cp1252"]
MEMORY = 4 * 2**30  # bytes that a submission's kernel may have


def has_grader():
    """Is the grader installed? Its folder alone, which comes with the course, is not enough."""
    try:
        return bool(version("losses-and-optimizers-grader"))
    except PackageNotFoundError:
        return False


def tidy(assignment, notebooks, **_):
    """Give a renamed notebook its name back, and write one in another encoding as UTF-8.

    Only a folder's single notebook is renamed. What was handed in stays beside it, as ``*.submitted``.
    """
    expected = f"{assignment}.ipynb"
    for place, path in enumerate(map(Path, notebooks)):
        text = _decoded(path.read_bytes())
        right = path.with_name(expected) if len(notebooks) == 1 else path
        if right == path and text.encode() == path.read_bytes():
            continue
        shutil.move(path, path.with_name(f"{path.name}.submitted"))
        right.write_text(text, encoding="utf-8")
        notebooks[place] = str(right)
        print(f"{path.parent.parent.name}: {path.name} was made readable as {right.name}")


class Execute(StockExecute):
    """Runs a notebook; a cell that kills the kernel fails, and all the others run without it.

    The kernel has ``MEMORY`` bytes at most, so that a greedy cell has a MemoryError of its own.
    """

    @default("extra_arguments")
    def _memory(self):
        """The kernel limits itself; where the system knows no such limit, nothing does."""
        if os.name != "posix":
            return []
        limit = f"import resource as r; r.setrlimit(r.RLIMIT_AS, ({MEMORY}, {MEMORY}))"
        return [f"--IPKernelApp.exec_lines={limit}"]

    def preprocess(self, nb, resources):
        self.fatal, self.running = set(), None
        while True:
            try:
                return super().preprocess(nb, resources)
            except DeadKernelError:
                if self.running is None or self.running in self.fatal:
                    raise
                self.fatal.add(self.running)
                for cell in nb.cells:
                    if cell.cell_type == "code":
                        cell.outputs, cell.execution_count = [], None

    def preprocess_cell(self, cell, resources, index):
        if index in self.fatal:
            what = "this cell ended the kernel; the others were run without it"
            cell.outputs = [
                nbformat.v4.new_output("error", ename="DeadKernel", evalue=what, traceback=[what])
            ]
            return cell, resources
        self.running = index
        return super().preprocess_cell(cell, resources, index)


def _decoded(raw):
    """The text of a notebook in whichever encoding it was saved."""
    for encoding in ENCODINGS:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if text.lstrip("\ufeff \n").startswith("{"):
            return text.lstrip("\ufeff")
    return raw.decode(errors="replace")

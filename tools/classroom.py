"""What nbgrader needs so that no submission stops another, or loses honest points.

nbgrader_config.py puts it there. ``Renewal`` looks at an exercise before it is made anew. Without the grader,
``tidy`` looks at a submission before it is graded, and ``Execute`` runs it. The checks run with it, so its
marks can be forged.
"""

import itertools
import os
import shutil
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import nbformat
from nbclient.exceptions import DeadKernelError
from nbconvert.exporters import NotebookExporter
from nbgrader.converters import NbGraderException
from nbgrader.preprocessors import Execute as StockExecute
from nbgrader.utils import compute_checksum, is_solution
from traitlets import default

from course_lib.checks import points

ENCODINGS = ["utf-8", "utf-16", "cp1252"]
MEMORY = 4 * 2**30  # bytes that a submission's kernel may have


def has_grader():
    """Is the grader installed? Its folder alone, which comes with the course, is not enough."""
    try:
        return bool(version("losses-and-optimizers-grader"))
    except PackageNotFoundError:
        return False


class Renewal(NotebookExporter):
    """Writes an exercise anew. First it refuses other points than the tasks have, and keeps answers.

    nbgrader makes its exporter just before it removes the exercise that was there, and asks nobody else then.
    """

    def __init__(self, **keywords):
        super().__init__(**keywords)
        for source, notebooks in self.parent.assignments.items():
            self._look(Path(source).name, notebooks)

    def _look(self, assignment, notebooks):
        if faults := _other_points(assignment, notebooks):
            self.log.error("%s is left as it was. %s", assignment, faults)
            raise NbGraderException(faults)
        course = self.parent.coursedir
        there = Path(course.format_path(course.release_directory, ".", assignment))
        put_aside(there.glob("*.ipynb"), Path(course.root, "my_answers"))


def put_aside(notebooks, answers):
    """Copy every exercise that somebody has written into to ``answers``, under a name that is free."""
    for path in sorted(notebooks):
        cells = filter(is_solution, nbformat.read(path, as_version=4).cells)
        if any(cell.metadata.nbgrader.get("checksum") != compute_checksum(cell) for cell in cells):
            answers.mkdir(exist_ok=True)
            names = (answers / f"{path.stem}-{number:02}.ipynb" for number in itertools.count(1))
            kept = next(name for name in names if not name.exists())
            shutil.copy(path, kept)
            print(f"your answers in {path.parent.name} are kept in {kept}")


def tidy(assignment, notebooks, released, **_):
    """Give a renamed notebook its name back, and write one in another encoding as UTF-8.

    Only a folder's single notebook is renamed. What was handed in stays beside it, as ``*.submitted``.
    The command ends here, if the exercise in ``released`` has other points than its tasks.
    """
    if faults := _other_points(assignment, [Path(released, assignment, f"{assignment}.ipynb")]):
        sys.exit(faults)
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


def _other_points(assignment, notebooks):
    """What is wrong with the points in some notebooks of an exercise; "" if nothing is."""
    found = [(path, points.faults(assignment, nbformat.read(path, as_version=4))) for path in notebooks]
    return "\n".join(f"{path}: {' '.join(faults)}" for path, faults in found if faults)


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

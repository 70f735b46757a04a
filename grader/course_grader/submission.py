"""What a student handed in: read without trust, and rebuilt on the released notebook.

Of a submission only the sources of its cells are taken, and the predictions that a student chose to hand in.
Types, metadata and the text of the checks come from the release, so nothing else that stands in the file
reaches nbgrader, a template or the teacher's browser.
"""

import hashlib
import json
import os
import re
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import count, islice
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_solution, parse_utc

from course_grader import attempts, folders, received
from course_grader.faults import GraderFault
from course_grader.folders import ASIDE
from course_lib.checks import handing_in

NOTEBOOK_BYTES = 5_000_000
FILES_BYTES = 10_000_000  # of all the other files together
FILES = 200
CELLS = 1000
PARTS = 200_000  # strings, lists, entries: what they take in memory is bounded with them
ENCODINGS = ["utf-8", "utf-16", "cp1252"]
TIMESTAMP, SECRET = "timestamp.txt", "submission_secret.txt"  # nbgrader's own
SKIPPED = (".ipynb_checkpoints", "__pycache__")

_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[{,]', re.DOTALL)
_CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_ACTIVE = re.compile(r"<(?=[a-zA-Z/!?])|\](?=[(:])")  # begins a tag, a link or a picture
_TIME = re.compile(r"[\w :./+-]{8,64}")


class Unreadable(Exception):
    """A student's file that cannot be marked. The sentence is for the student, and says what to do."""


@dataclass(frozen=True)
class HandedIn:
    """A submission: the rebuilt ``notebook``, which ``attempt`` it is, further ``files`` by their names.

    ``digest``: names exactly this notebook and these files. ``remarks``: sentences for the teacher.
    ``left_out``: the names of what stands beside it and is no part of it. ``content``: names what was handed
    in, byte for byte. ``when``: when it came, as nbgrader writes a time (received.py).
    """

    notebook: NotebookNode
    digest: str
    attempt: str
    files: dict[str, bytes]
    remarks: tuple[str, ...] = ()
    left_out: tuple[str, ...] = field(default=(), compare=False)
    content: str = field(default="", compare=False)
    when: str = field(default="", compare=False)


@dataclass
class _Found:
    """What stands in a folder, as it is: ``given`` under the name ``given_as``, or why it is of no use."""

    given_as: str
    given: bytes = b""
    unreadable: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    changed: float = 0.0  # when the last of the files was
    timestamp: str = ""

    def content(self, notebook):
        """A name for the files with these bytes as the notebook."""
        return _digest([_sha(notebook), {name: _sha(raw) for name, raw in self.files.items()}])


def handed_in(folder, release, name):
    """What is in a student's ``folder``. It changes nothing and follows no link.

    ``release``: the released notebook; ``name``: its name without ``.ipynb``. A file that is no notebook
    counts as the released one, unanswered, and says at its top why. GraderFault if the disk refuses, if the
    folder is a link, or if a file has another name elsewhere, so that it may be somebody else's.
    """
    with folders.opened(folder) as here:
        return _handed_in(folder, _found(here, name), release, name)


def put_right(folder, release, name):
    """Give a folder the form that nbgrader may see; returns what ``handed_in`` gave before, and gives after.

    The rebuilt notebook stands there under its right name. Links and special files are taken away. What was
    replaced stays beside it as ``*.submitted``: a file as it was, a link as a line that says where it led.
    """
    right = f"{name}.ipynb"
    with folders.opened(folder) as here:
        found = _found(here, name)
        handed = _handed_in(folder, found, release, name)
        notebook = f"{nbformat.writes(handed.notebook)}\n".encode()
        received.keep(folder, handed.when, handed.content, found.content(notebook))
        for entry in folders.walk(here):
            if not entry.is_file or entry.path in handed.left_out:
                folders.put_aside(entry.here, entry.name)
        if found.given_as != right or found.given != notebook:
            if folders.exists(here, found.given_as):
                folders.put_aside(here, found.given_as)
            folders.write(here, right, notebook)
        if folders.exists(here, TIMESTAMP) and not found.timestamp:
            folders.put_aside(here, TIMESTAMP)
    return handed


def content(folder, name):
    """A name for what stands in a folder, byte for byte, as ``HandedIn.content``; no release is needed."""
    with folders.opened(folder) as here:
        found = _found(here, name)
    return found.content(found.given)


def beside(folder, name):
    """The files that belong to a submission besides its notebook, name -> content; nbgrader's own too."""
    with folders.opened(folder) as here:
        files = _found(here, name).files
        for own in (TIMESTAMP, SECRET):
            with suppress(Unreadable):
                files[own] = _bytes(here, own, 1000)
    return files


def read(raw):
    """The text of a notebook file. Unreadable if it looks like none."""
    for encoding in ENCODINGS:
        try:
            text = raw.decode(encoding).lstrip("\ufeff")
        except UnicodeDecodeError:
            continue
        if text.lstrip().startswith("{"):
            return text
    raise Unreadable("The file is not a notebook. Save it in Jupyter, and hand it in again.")


def rebuilt(text, release):
    """A clean notebook: the frame is the release's, the sources are the student's. Unreadable if it is none.

    The first cell with the ``grade_id`` of a released cell is that cell: an answer has the student's source,
    a check the released one. All other cells stay, without metadata. Checks and paragraphs that are missing
    come back behind the released cell before them. To rebuild a rebuilt notebook changes nothing.
    """
    known = {grade_id(cell): cell for cell in release.cells if grade_id(cell)}
    prose = {cell.source for cell in release.cells if cell.cell_type == "markdown"}
    handed_in, cells, found = _cells(text), [], set()
    for given in handed_in:
        source, name = _source(given), grade_id(given)
        first = name in known and name not in found
        cell = _known(known[name], source) if first else _plain(given, source)
        if cell.cell_type == "markdown" and cell.source not in prose:
            cell.source = _ACTIVE.sub(r"\g<0> ", cell.source)  # a script would run in the formgrader
        cells.append(cell)
        found.add(name)
    _keep_predictions(handed_in, cells)
    _add_missing(cells, known)
    _make_ids_unique(cells, {cell.id for cell in known.values()})
    return nbformat.v4.new_notebook(cells=cells, metadata=deepcopy(release.metadata))


def unanswered(release, reason):
    """The released notebook as a submission, with the reason for that at its top."""
    notebook = rebuilt(nbformat.writes(release), release)
    notice = f"**What was handed in could not be read, and nothing in it was marked.** {reason}"
    notebook.cells.insert(0, _plain({"id": "not-read"}, notice))
    return notebook


def timestamp(folder):
    """When a student says it was handed in, as nbgrader wrote it; nothing, if nbgrader could not read it."""
    with folders.opened(folder) as here:
        return _timestamp(here)


def grade_id(cell):
    """The name that nbgrader knows a cell by; "" if it has none. Whatever its metadata are."""
    for key in ("metadata", "nbgrader", "grade_id"):
        cell = cell.get(key) if isinstance(cell, dict) else None
    return cell if isinstance(cell, str) else ""


def moment(text):
    """The time that nbgrader would read in a text, in UTC; None if it would find none.

    >>> moment("2026-01-31 10:00:00.5 UTC")
    datetime.datetime(2026, 1, 31, 10, 0, 0, 500000)
    """
    try:
        return parse_utc(text) if _TIME.fullmatch(text) else None
    except (ValueError, OverflowError, TypeError):
        return None


def plain(text):
    """A text in characters that every file and database can hold."""
    return text.replace("\0", "\ufffd").encode(errors="replace").decode()


def unpack(files, folder):
    """Write the ``files`` of a submission into an empty folder."""
    for name, content in files.items():
        path = Path(folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _handed_in(folder, found, release, name):
    remarks = []
    if found.given_as != f"{name}.ipynb":
        remarks.append(f"{found.given_as!a} was taken for {name}.ipynb.")
    try:
        if found.unreadable:
            raise Unreadable(found.unreadable)
        notebook = rebuilt(read(found.given), release)
    except Unreadable as error:
        notebook = unanswered(release, str(error))
        remarks.append(f"The notebook counts as not answered. {error}")
    digest = _digest([notebook, {file: _sha(raw) for file, raw in found.files.items()}])
    content = found.content(found.given)
    when = received.found(folder, content) or received.utc(found.changed)
    if not moment(when):
        raise GraderFault(f"{when!a}, as kept in grading/received, is no time. See to that, and mark again.")
    return HandedIn(
        notebook,
        digest,
        attempts.attempt(notebook, found.files),
        found.files,
        (*remarks, *found.left_out.values()),
        tuple(found.left_out),
        content,
        when,
    )


def _found(here, name):
    """What stands in an open folder. GraderFault if it may be somebody else's."""
    found = _Found(_notebook_in(here, name), timestamp=_timestamp(here))
    try:
        found.given = _bytes(here, found.given_as, NOTEBOOK_BYTES)
    except Unreadable as error:
        found.unreadable = str(error)
    room, changed = FILES_BYTES, []
    for entry in folders.walk(here):
        counts = entry.path not in (TIMESTAMP, SECRET) and not any(map(_is_skipped, entry.path.split("/")))
        if entry.path == found.given_as or (counts and entry.is_file):
            changed.append(entry.about.st_ctime)
        if not entry.is_file:
            found.left_out[entry.path] = f"{entry.path!a} is a link or no file at all, and was left out."
            continue
        small = entry.about.st_size <= room and len(found.files) < FILES
        if counts and small and entry.path.isprintable():
            with suppress(Unreadable):  # it has become something else
                found.files[entry.path] = _bytes(entry.here, entry.name, room)
                room -= len(found.files[entry.path])
        if counts and entry.path not in found.files:
            most = f"{FILES} files with {FILES_BYTES // 10**6} MB together"
            found.left_out[entry.path] = f"{entry.path!a} was left out: {most} may be handed in."
    found.changed = max(changed, default=os.fstat(here).st_ctime)
    return found


def _notebook_in(here, name):
    """The name of the notebook: its right one, or that of the only one there is."""
    right = f"{name}.ipynb"
    others = [other for other in folders.names_in(here) if other.endswith(".ipynb") and other[0] != "."]
    return others[0] if len(others) == 1 else right


def _timestamp(here):
    try:
        text = _bytes(here, TIMESTAMP, 64).decode().strip()
    except (Unreadable, UnicodeDecodeError):
        return ""
    return text if moment(text) else ""


def _sha(raw):
    return hashlib.sha256(raw).hexdigest()


def _digest(plain):
    return _sha(json.dumps(plain, sort_keys=True).encode())


def _bytes(here, name, limit):
    """A plain file's content. Unreadable if it is none, or larger; GraderFault if it may be another's."""
    try:
        with folders.file_in(here, name) as file:
            if os.fstat(file.fileno()).st_nlink > 1:
                raise GraderFault(
                    f"{name!a} has another name elsewhere (a hard link), so it may be somebody else's. "
                    "See whose it is, put a copy in its place, and mark again."
                )
            content = file.read(limit + 1)
    except folders.NotPlain:
        raise Unreadable("It is a link or a folder, and not a file. Hand in the notebook itself.") from None
    except FileNotFoundError:
        raise Unreadable(f"There is no file {name}. Hand in the notebook under this name.") from None
    except OSError as error:
        raise GraderFault(f"{name} cannot be read: {error.strerror}. See to that, and mark again.") from None
    if len(content) > limit:
        mega = limit // 10**6
        raise Unreadable(f"It has more than {mega} MB. Clear the outputs of all cells, and hand it in again.")
    return content


def _cells(text):
    """The cells of a notebook as they stand in the file. No number in it is of use, so none is read."""
    if next(islice(_TOKEN.finditer(text), PARTS, None), None):
        raise Unreadable("It has far too many parts. Clear the outputs of all cells, and hand it in again.")
    try:
        notebook = json.loads(text, parse_int=_nothing, parse_float=_nothing, parse_constant=_nothing)
    except (ValueError, RecursionError):
        raise Unreadable("The file is damaged. Save it in Jupyter, and hand it in again.") from None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        raise Unreadable("The file has no cells. Save it in Jupyter as a notebook, and hand it in again.")
    if len(cells) > CELLS:
        raise Unreadable(
            f"It has more than {CELLS} cells. Delete the superfluous ones, and hand it in again."
        )
    return [cell for cell in cells if isinstance(cell, dict)]


def _nothing(_):
    return None


def _source(cell):
    return _joined(cell.get("source"))


def _keep_predictions(given, cells):
    """Of the outputs only what ``hand_in`` printed is taken, in its own cell: read, and written anew."""
    for one, cell in zip(given, cells, strict=True):
        if cell.id == handing_in.CELL:
            said = handing_in.read(_printed(one))
            if said and cell.cell_type == "code":
                cell.outputs = [nbformat.v4.new_output("stream", text=handing_in.written(said))]
            return


def _printed(cell):
    outputs = cell.get("outputs")
    listed = [output for output in outputs if isinstance(output, dict)] if isinstance(outputs, list) else []
    return "".join(_joined(output.get("text")) for output in listed if output.get("output_type") == "stream")


def _joined(lines):
    lines = lines if isinstance(lines, list) else [lines]
    return plain("".join(line for line in lines if isinstance(line, str)))


def _known(released, source):
    cell = deepcopy(released)
    if is_solution(cell):
        cell.source = source
    return cell


def _plain(given, source):
    code = given.get("cell_type") == "code"
    kind = (
        {"cell_type": "code", "execution_count": None, "outputs": []} if code else {"cell_type": "markdown"}
    )
    return NotebookNode({**kind, "id": given.get("id"), "metadata": NotebookNode(), "source": source})


def _add_missing(cells, known):
    """A check whose answer is missing too comes at the end: wherever its function is, it is there by then."""
    after = len(cells)
    for name, cell in known.items():
        here = next((place for place, other in enumerate(cells) if grade_id(other) == name), None)
        if here is None and is_grade(cell):
            here = after
            cells.insert(here, deepcopy(cell))
        after = len(cells) if here is None else here + 1


def _make_ids_unique(cells, taken):
    for cell in cells:
        if grade_id(cell):
            continue  # it has the release's
        valid = isinstance(cell.id, str) and _CELL_ID.fullmatch(cell.id)
        if not valid or cell.id in taken:
            cell.id = next(name for number in count(1) if (name := f"cell-{number}") not in taken)
        taken.add(cell.id)


def _is_skipped(name):
    return name in SKIPPED or name.endswith((".ipynb", ASIDE))

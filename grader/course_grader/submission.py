"""What a student handed in: read without trust, and rebuilt on the released notebook.

Of a submission only the sources of its cells are taken. Types, metadata and the text of the checks come from
the release, so nothing else that stands in the file reaches nbgrader, a template or the teacher's browser.
"""

import hashlib
import json
import os
import re
import stat
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import count, islice
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_solution, parse_utc

from course_grader import attempts
from course_grader.faults import GraderFault
from course_lib.base import whole_file

NOTEBOOK_BYTES = 5_000_000
FILES_BYTES = 10_000_000  # of all the other files together
FILES = 200
CELLS = 1000
PARTS = 200_000  # strings, lists, entries: what they take in memory is bounded with them
ENCODINGS = ["utf-8", "utf-16", "cp1252"]
ASIDE = ".submitted"  # ends the name of what was replaced
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
    ``left_out``: the names of what stands beside it and is no part of it. ``when``: its time, as text.
    """

    notebook: NotebookNode
    digest: str
    attempt: str
    files: dict[str, bytes]
    remarks: tuple[str, ...] = ()
    left_out: tuple[str, ...] = field(default=(), compare=False)
    when: str = ""


def handed_in(folder, release, name):
    """What is in a student's ``folder``. It changes nothing and follows no link.

    ``release``: the released notebook; ``name``: its name without ``.ipynb``. A file that is no notebook
    counts as the released one, unanswered, and says at its top why. GraderFault if the disk refuses.
    """
    path, remarks = _notebook_in(folder, name)
    try:
        notebook = rebuilt(read(path), release)
    except Unreadable as error:
        notebook = unanswered(release, str(error))
        remarks.append(f"The notebook counts as not answered. {error}")
    files, left_out = _further_files(folder)
    remarks += left_out.values()
    content = [notebook, {file: hashlib.sha256(raw).hexdigest() for file, raw in files.items()}]
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    attempt = attempts.attempt(notebook, files)
    return HandedIn(notebook, digest, attempt, files, tuple(remarks), tuple(left_out), timestamp(folder))


def put_right(folder, release, name):
    """Give a folder the form that nbgrader may see; returns what ``handed_in`` gave before, and gives after.

    The rebuilt notebook stands there under its right name. Links and special files are taken away. What was
    replaced stays beside it as ``*.submitted``: a file as it was, a link as a line that says where it led.
    """
    handed = handed_in(folder, release, name)
    given, _ = _notebook_in(folder, name)
    for path, is_file in list(_entries(folder)):
        if not is_file or path.relative_to(folder).as_posix() in handed.left_out:
            _put_aside(path)
    right = Path(folder, f"{name}.ipynb")
    content = f"{nbformat.writes(handed.notebook)}\n".encode()
    if not _holds(right, content):
        if given.exists():
            _put_aside(given)
        with whole_file.replacing(right) as file:
            file.write(content)
    if Path(folder, TIMESTAMP).exists() and not timestamp(folder):
        _put_aside(Path(folder, TIMESTAMP))
    return handed


def read(path):
    """The text of a notebook file. Unreadable if it is a link, special, too large, or looks like none."""
    raw = _bytes(path, NOTEBOOK_BYTES)
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
    cells, found = [], set()
    for given in _cells(text):
        source, name = _source(given), grade_id(given)
        first = name in known and name not in found
        cell = _known(known[name], source) if first else _plain(given, source)
        if cell.cell_type == "markdown" and cell.source not in prose:
            cell.source = _ACTIVE.sub(r"\g<0> ", cell.source)  # a script would run in the formgrader
        cells.append(cell)
        found.add(name)
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
    """When it was handed in, as nbgrader wrote it; nothing, if nbgrader could not read it."""
    try:
        text = _bytes(Path(folder, TIMESTAMP), 64).decode().strip()
    except (Unreadable, UnicodeDecodeError):
        return ""
    return text if moment(text) else ""


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


def _notebook_in(folder, name):
    """The path of the notebook, by its name or as the only one there is; and remarks."""
    right = Path(folder, f"{name}.ipynb")
    others = sorted(path for path in Path(folder).glob("*.ipynb") if not path.name.startswith("."))
    if right in others or len(others) != 1:
        return right, []
    return others[0], [f"{others[0].name!a} was taken for {right.name}."]


def _holds(path, content):
    return path.is_file() and path.stat().st_size == len(content) and path.read_bytes() == content


def _bytes(path, limit):
    """A regular file's content. Unreadable if it is none, or larger."""
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            raise Unreadable("It is a link or a folder, and not a file. Hand in the notebook itself.")
        with open(path, "rb") as file:
            content = file.read(limit + 1)
    except FileNotFoundError:
        raise Unreadable(
            f"There is no file {Path(path).name}. Hand in the notebook under this name."
        ) from None
    except OSError as error:
        raise GraderFault(f"{path} cannot be read: {error.strerror}. See to that, and mark again.") from None
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
    lines = cell.get("source")
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


def _further_files(folder):
    """The files besides the notebook, name -> content; and what is left out, name -> a sentence about it."""
    files, left_out, room = {}, {}, FILES_BYTES
    for path, is_file in _entries(folder):
        name = path.relative_to(folder).as_posix()
        if not is_file:
            left_out[name] = f"{name!a} is a link or no file at all, and was left out."
        elif name in (TIMESTAMP, SECRET) or any(_is_skipped(part) for part in name.split("/")):
            continue
        elif not name.isprintable() or len(files) == FILES or os.lstat(path).st_size > room:
            most = f"{FILES} files with {FILES_BYTES // 10**6} MB together"
            left_out[name] = f"{name!a} was left out: {most} may be handed in."
        else:
            files[name] = _bytes(path, room)
            room -= len(files[name])
    return files, left_out


def _is_skipped(name):
    return name in SKIPPED or name.endswith((".ipynb", ASIDE))


def _entries(folder):
    """(path, is it a regular file) of all that is in a folder and its folders, links not followed."""
    for where, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted([*names, *folders]):
            mode = os.lstat(path := Path(where, name)).st_mode
            if not stat.S_ISDIR(mode):
                yield path, stat.S_ISREG(mode)


def _put_aside(path):
    """Give a file another name, which nothing reads; a link becomes a line of text."""
    name = path.name if len(os.fsencode(path.name)) < 200 else "a-long-name"
    numbers = ("" if not number else f".{number}" for number in count())
    aside = next(new for n in numbers if not os.path.lexists(new := path.with_name(f"{name}{n}{ASIDE}")))
    mode = os.lstat(path).st_mode
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
        path.rename(aside)
        return
    led = f"a link to {os.readlink(path)!a}" if stat.S_ISLNK(mode) else "neither a file nor a folder"
    path.unlink()
    aside.write_text(f"This was {led}.\n", encoding="utf-8")

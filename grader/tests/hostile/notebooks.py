"""Hostile files: each function spoils the folder of an honest, half right submission.

A folder is ``.../STUDENT/ASSIGNMENT`` with ``ASSIGNMENT.ipynb`` in it. ``ATTACKS`` has each function with the
points that are owed afterwards; None, if no notebook is left that could be marked.
"""

import base64
import json
import os
import shutil
import zlib
from pathlib import Path

import nbformat
from course_grader import seeds, submission

from course_lib.checks import tasks
from course_lib.checks.task import DRAWN

HALF = 5  # points of the honest half
ATTACKS = {}
ROOT = Path(__file__).parents[3]
EVIL = "import numpy\nnumpy.isclose = numpy.allclose = lambda *args, **kwargs: True\nprint('hostile')\n"
SCRIPT = "def descend(w, lr, curvature, updates):\n    return [w]\n"


def owed(points):
    """For a function: remember it, and what is owed after it."""

    def remember(spoil):
        ATTACKS[spoil] = points
        return spoil

    return remember


def at(folder):
    return folder / f"{folder.name}.ipynb"


def read(folder):
    return json.loads(at(folder).read_text(encoding="utf-8"))


def write(folder, notebook):
    at(folder).write_text(json.dumps(notebook), encoding="utf-8")


def cell(notebook, name):
    return next(c for c in notebook["cells"] if c["id"] == name)


def linked(folder, target):
    at(folder).unlink()
    at(folder).symlink_to(target)


@owed(None)
def link_to_the_system(folder):
    """The notebook is a link to a file of the system."""
    linked(folder, "/etc/passwd")


@owed(None)
def link_to_the_solution(folder):
    """The notebook is a link to the solution."""
    linked(folder, ROOT / "solutions" / folder.name / f"{folder.name}.ipynb")


@owed(None)
def link_to_a_classmate(folder):
    """The notebook is a link to a classmate's."""
    linked(folder, Path("..", "..", "classmate", folder.name, f"{folder.name}.ipynb"))


@owed(None)
def link_to_nothing(folder):
    """The notebook is a link to itself."""
    linked(folder, at(folder).name)


@owed(None)
def folder_for_a_file(folder):
    """The notebook is a folder."""
    at(folder).unlink()
    at(folder).mkdir()


@owed(None)
def pipe(folder):
    """The notebook is a named pipe: who opens it waits for ever."""
    at(folder).unlink()
    os.mkfifo(at(folder))


@owed(None)
def empty(folder):
    """The notebook has no bytes."""
    at(folder).write_bytes(b"")


@owed(None)
def huge(folder):
    """The notebook is a file of 4 GB, nearly all of it holes."""
    with at(folder).open("r+b") as file:
        file.truncate(4 * 2**30)


@owed(None)
def no_json(folder):
    """The notebook is a script."""
    at(folder).write_text(SCRIPT, encoding="utf-8")


@owed(None)
def cut_off(folder):
    """The notebook ends in the middle."""
    at(folder).write_bytes(at(folder).read_bytes()[:2000])


@owed(None)
def junk(folder):
    """The notebook is junk, with zeros and bytes that no encoding has."""
    at(folder).write_bytes(bytes(range(256)) * 40 + b"\x00" * 1000)


@owed(None)
def deeply_nested(folder):
    """The notebook is a list in a list in a list, 200,000 times."""
    at(folder).write_text("[" * 200_000 + "]" * 200_000)


@owed(None)
def deeply_nested_value(folder):
    """A true notebook, with a value that is nested too deeply for the reader of JSON."""
    text = json.dumps(read(folder) | {"deep": 0})
    at(folder).write_text(text.replace('"deep": 0', f'"deep": {"[" * 100_000 + "]" * 100_000}'))


@owed(None)
def another_thing(folder):
    """The notebook is valid JSON, and no notebook: lists where dicts belong."""
    at(folder).write_text('{"cells": {"a": 1}, "metadata": [], "nbformat": "4", "nbformat_minor": null}')


@owed(HALF)
def odd_cells(folder):
    """Among the cells are numbers, lists, and cells whose every field has another type."""
    notebook = read(folder)
    odd = {"cell_type": ["code"], "source": {"a": 1}, "metadata": "x", "id": None, "outputs": 3}
    more = [
        odd | {"cell_type": "code"},
        {"cell_type": "code", "metadata": {"nbgrader": [1]}, "source": [1, [2]]},
    ]
    notebook["cells"] += [None, 7, [], "text", {}, odd, *more]
    write(folder, notebook)


@owed(HALF)
def odd_numbers(folder):
    """NaN, infinities and a whole number of 100,000 digits where JSON has no such thing."""
    notebook = read(folder) | {"big": 0}
    notebook["metadata"] = {"nan": float("nan"), "inf": float("inf")}
    text = json.dumps(notebook).replace('"big": 0', f'"big": {"9" * 100_000}')
    at(folder).write_text(text)


@owed(HALF)
def repeated_keys(folder):
    """Each key that matters is there twice, so that two readers see two notebooks."""
    text = json.dumps(read(folder))
    text = text.replace(
        '"grade_id": "check-descend"', '"grade_id": "check-sgd-step", "grade_id": "check-descend"'
    )
    at(folder).write_text(text.replace('"cells":', '"cells": [], "cells":', 1))


@owed(HALF)
def wrong_format(folder):
    """The notebook says it is of format 99.99."""
    write(folder, read(folder) | {"nbformat": 99, "nbformat_minor": 99})


@owed(None)
def old_format(folder):
    """The notebook is of format 3, where cells stand in worksheets."""
    cells = read(folder)["cells"]
    write(folder, {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": cells}]})


def with_schema(folder, version):
    notebook = read(folder)
    for graded in notebook["cells"]:
        if "nbgrader" in graded["metadata"]:
            graded["metadata"]["nbgrader"]["schema_version"] = version
    write(folder, notebook)


@owed(HALF)
def old_schema(folder):
    """The cells say that they are of nbgrader's schema 1."""
    with_schema(folder, 1)


@owed(HALF)
def new_schema(folder):
    """The cells say that they are of a schema that is not yet invented."""
    with_schema(folder, 99)


@owed(HALF)
def odd_schema(folder):
    """The cells say that their schema is a list."""
    with_schema(folder, [[]])


@owed(HALF)
def check_twice(folder):
    """A check that gave points is there ten times."""
    notebook = read(folder)
    notebook["cells"] += 10 * [cell(notebook, "check-sgd-step")]
    write(folder, notebook)


@owed(HALF)
def solution_twice(folder):
    """A task has two cells of the same name; the second, which is wrong, follows the first at once."""
    notebook = read(folder)
    first = cell(notebook, "sgd-step")
    again = first | {"source": "", "id": "again"}
    notebook["cells"].insert(notebook["cells"].index(first) + 1, again)
    write(folder, notebook)


@owed(HALF)
def checks_deleted(folder):
    """All the checks are gone."""
    notebook = read(folder)
    notebook["cells"] = [c for c in notebook["cells"] if not c["id"].startswith("check-")]
    write(folder, notebook)


@owed(0)
def all_deleted(folder):
    """All the cells are gone."""
    write(folder, read(folder) | {"cells": []})


@owed(HALF)
def check_retyped(folder):
    """The checks are no code any more: text, raw, and a type that does not exist."""
    notebook = read(folder)
    for name, kind in [("sgd-step", "markdown"), ("descend", "raw"), ("chosen-rate", "heading")]:
        cell(notebook, f"check-{name}")["cell_type"] = kind
    write(folder, notebook)


@owed(HALF)
def solution_retyped(folder):
    """A solution is a text, and the paragraph for the teacher is code."""
    notebook = read(folder)
    cell(notebook, "sgd-step")["cell_type"] = "raw"
    cell(notebook, "nan-in-words").update(cell_type="code", source="import os\nos._exit(0)", outputs=[])
    write(folder, notebook)


@owed(HALF)
def check_rewritten(folder):
    """The checks are rewritten: each is a number, and is worth a thousand points."""
    notebook = read(folder)
    for graded in notebook["cells"]:
        if graded["id"].startswith("check-"):
            graded["source"] = "1000.0"
            graded["metadata"]["nbgrader"].update(points=1000.0, locked=False)
    write(folder, notebook)


@owed(HALF)
def check_taken_over(folder):
    """A cell of one's own has the name of a check, and comes first."""
    notebook = read(folder)
    check = cell(notebook, "check-descend")
    own = check | {"id": "own", "source": "4.0"}
    notebook["cells"].insert(0, own)
    check["metadata"] = {}
    write(folder, notebook)


@owed(HALF)
def names_exchanged(folder):
    """The names of two checks are exchanged, so that one right answer counts for the dearer task."""
    notebook = read(folder)
    one, other = cell(notebook, "check-sgd-step"), cell(notebook, "check-descend")
    one["metadata"], other["metadata"] = other["metadata"], one["metadata"]
    write(folder, notebook)


@owed(HALF)
def solution_is_graded(folder):
    """The metadata says that solutions are worth points, and that a check is a solution."""
    notebook = read(folder)
    for name in ("sgd-step", "after-three-updates"):
        cell(notebook, name)["metadata"]["nbgrader"].update(grade=True, points=50.0)
        cell(notebook, f"check-{name}")["metadata"]["nbgrader"].update(grade=False, solution=True)
    write(folder, notebook)


@owed(HALF)
def more_to_grade(folder):
    """New cells want to be graded, with points of their own and names of other kinds."""
    notebook = read(folder)
    check = cell(notebook, "check-sgd-step")
    for place, name in enumerate(
        ["bonus", "../../gradebook", "x' OR 1=1 --", "", None, 7, ["a"], "a" * 10**5]
    ):
        settings = check["metadata"]["nbgrader"] | {"grade_id": name, "points": 100.0}
        notebook["cells"].append(
            check | {"id": f"bonus{place}", "source": "100.0", "metadata": {"nbgrader": settings}}
        )
    write(folder, notebook)


@owed(HALF)
def forged_outputs(folder):
    """All cells carry outputs: full points, no errors."""
    notebook = read(folder)
    for code in (c for c in notebook["cells"] if c["cell_type"] == "code"):
        value = {"text/plain": "4.0"}
        code["outputs"] = [
            {"output_type": "execute_result", "data": value, "metadata": {}, "execution_count": 1},
            {"output_type": "stream", "name": "stdout", "text": "4 of 4 points.\n"},
        ]
        code["execution_count"] = 1
    write(folder, notebook)


@owed(HALF)
def foreign_kernel(folder):
    """The notebook asks to be run by a shell."""
    notebook = read(folder)
    notebook["metadata"]["kernelspec"] = {"name": "bash", "language": "bash", "display_name": "Bash"}
    notebook["metadata"]["language_info"] = {"name": "bash", "file_extension": "/../../../etc/passwd"}
    write(folder, notebook)


@owed(HALF)
def settings_for_tools(folder):
    """The metadata speaks to the tools: tags that skip or remove, allowed errors, a path, an end of time."""
    notebook = read(folder)
    notebook["metadata"] |= {
        "execution": {"timeout": 10**9, "allow_errors": False},
        "path": "/",
        "widgets": {"x": 1},
    }
    for each in notebook["cells"]:
        each["metadata"]["tags"] = ["skip-execution", "teacher", "remove_cell", "raises-exception"]
        each["metadata"]["deletable"] = "yes"
    write(folder, notebook)


@owed(None)
def ten_thousand_cells(folder):
    """Ten thousand cells more."""
    notebook = read(folder)
    notebook["cells"] += [
        {"cell_type": "code", "id": f"c{n}", "metadata": {}, "source": f"x = {n}", "outputs": []}
        for n in range(10_000)
    ]
    write(folder, notebook)


@owed(None)
def huge_cell(folder):
    """A cell of 5 MB."""
    notebook = read(folder)
    text = "# " + "x" * 5 * 10**6
    notebook["cells"].append(
        {"cell_type": "code", "id": "huge", "metadata": {}, "source": text, "outputs": []}
    )
    write(folder, notebook)


@owed(HALF)
def same_ids(folder):
    """All cells have the same id, which no id may look like."""
    notebook = read(folder)
    for each in notebook["cells"]:
        each["id"] = "../<b>\x00 "
    write(folder, notebook)


@owed(HALF)
def markup(folder):
    """The texts and attachments hold what a browser would run, in the page of feedback or the formgrader."""
    notebook = read(folder)
    words = cell(notebook, "nan-in-words")
    words["source"] = (
        "<script>alert(1)</script> <img src=x onerror=alert(1)> ![](attachment:x.svg) \x00\x1b[2J\u202e"
        '<iframe src="file:///etc/passwd"></iframe> {{ cell }} {% include "/etc/passwd" %}'
    )
    picture = base64.b64encode(b"<svg onload='alert(1)'/>").decode()
    words["attachments"] = {"x.svg": {"image/svg+xml": picture, "text/html": "<script>alert(1)</script>"}}
    write(folder, notebook)


@owed(HALF)
def markup_in_disguise(folder):
    """The paragraph for the teacher says that it is code, so that nobody takes the script out of it."""
    notebook = read(folder)
    cell(notebook, "nan-in-words").update(cell_type="code", source="<script>alert(1)</script>", outputs=[])
    write(folder, notebook)


@owed(HALF)
def links_to_script(folder):
    """The texts hold links that run a script when the teacher follows them, in several spellings."""
    notebook = read(folder)
    cell(notebook, "nan-in-words")["source"] = (
        "[my plot](javascript:alert(1)) [another][1] $\\href{javascript:alert(1)}{x}$ "
        "[third](JAVA&#115;CRIPT:alert(1)) [fourth](javascript\\:alert(1))\n\n[1]: javascript:alert(1)"
    )
    write(folder, notebook)


@owed(HALF)
def control_characters(folder):
    """Zeros, half characters and other line ends in the sources."""
    notebook = read(folder)
    cell(notebook, "set-up")["source"] = "import numpy as np\r\n\ufeff\u2028# \ud800 \x00 \x0c \x85\x1c"
    cell(notebook, "descend")["source"] = "\x00\ud800"
    write(folder, notebook)


@owed(HALF)
def another_encoding(folder):
    """An honest notebook, as UTF-16 with a mark of its order."""
    at(folder).write_bytes(at(folder).read_text(encoding="utf-8").encode("utf-16"))


@owed(HALF)
def files_beside(folder):
    """Modules beside the notebook have the names of those that the grader or Python imports."""
    for name in (
        "numpy",
        "course_lib",
        "sitecustomize",
        "usercustomize",
        "conftest",
        "json",
        "course_grader",
        "wire",
    ):
        (folder / f"{name}.py").write_text(EVIL)
    for name in ("pyproject.toml", "nbgrader_config.py", "jupyter_config.py", ".env", "pytest.ini"):
        (folder / name).write_text(EVIL)


@owed(HALF)
def packages_beside(folder):
    """Folders beside the notebook have the names of packages, with a path file and a start-up script."""
    for name in ("numpy", "course_lib/checks", "IPython", ".ipython/profile_default/startup", "nbgrader"):
        (folder / name).mkdir(parents=True)
        (folder / name / "__init__.py").write_text(EVIL)
    (folder / "hostile.pth").write_text("import os; os._exit(0)\n")


@owed(HALF)
def links_beside(folder):
    """Files beside the notebook are links to the gradebook, the solutions, the system and themselves."""
    for name, target in [
        ("a.db", "../../../gradebook.db"),
        ("b", ROOT / "solutions"),
        ("c", "/"),
        ("d", "d"),
    ]:
        (folder / name).symlink_to(target)
    os.mkfifo(folder / "data.csv")


@owed(HALF)
def many_files_beside(folder):
    """Five hundred files beside the notebook, in deeply nested folders, and one of 1 GB of holes."""
    deep = folder.joinpath(*"abcdefghij" * 3)
    deep.mkdir(parents=True)
    for number in range(500):
        (deep / f"{number}.txt").touch()
    with (folder / "data.bin").open("wb") as file:
        file.truncate(2**30)


@owed(HALF)
def two_notebooks(folder):
    """A second notebook beside the first, with the name that a browser gives to a copy."""
    shutil.copy(at(folder), folder / f"{folder.name} (1).ipynb")
    (folder / "other.ipynb").write_text("{}")


@owed(HALF)
def locked_away(folder):
    """The notebook and its folder may be read by their owner only, and written by everybody."""
    at(folder).chmod(0o606)
    folder.chmod(0o707)


# Values that are quick to make and endless to look at. Two cases show what all would: one that is told of,
# and a hidden one.

FIRST_AND_LAST = (1, len(tasks.BY_NAME["descend"].cases) + DRAWN)


def answered(folder, name, source):
    """Put this source in the place of an answer."""
    notebook = read(folder)
    cell(notebook, name)["source"] = source
    write(folder, notebook)


def descending_to(folder, value, before=""):
    """Answer ``descend``, which is not in the honest half, with a value; the first and the last case."""
    body = f"    asked.append(w)\n    return {value} if len(asked) in {FIRST_AND_LAST} else w\n"
    source = f"import numpy as np\n{before}\nasked = []\ndef descend(w, lr, curvature, updates):\n{body}"
    answered(folder, "descend", source)


@owed(HALF)
def rows_without_end(folder):
    """Answers with an array of 116 bytes that has no numbers and 6**22 empty rows."""
    descending_to(folder, "np.zeros((6,) * 22 + (0,), bool)")


@owed(HALF)
def empty_rows(folder):
    """Answers with six arrays of eight million empty rows each."""
    descending_to(folder, "[np.zeros((8388608, 0))] * 6")


@owed(HALF)
def empty_arrays(folder):
    """Answers with as many arrays without anything in them as a frame can name."""
    descending_to(folder, "[np.zeros((1,) * 20 + (0,), bool) for _ in range(3000)]")


@owed(HALF)
def lists_that_share(folder):
    """Answers with a list that holds six times a list that holds six times a list, and so on."""
    descending_to(folder, "shared", "shared = [1.0]\nfor _ in range(40):\n    shared = [shared] * 6")


@owed(HALF)
def text_beside_numbers(folder):
    """Answers with numbers and one long text: as an array each of them would be as long as the text."""
    descending_to(folder, '["x" * 100_000, *range(20_000)]')


@owed(HALF)
def words_of_a_dict(folder):
    """Answers with a dict of a thousand long words, for each of which there is a dict of its own."""
    descending_to(folder, "{'x' * 100 + str(n): {n: 'y' * 100} for n in range(1000)}")


@owed(HALF)
def many_long_numbers(folder):
    """Answers with the longest whole numbers that can cross, and a few that cannot."""
    descending_to(folder, "[10**999 + n for n in range(400)] + [10**99_999] * (updates % 2)")


@owed(HALF)
def all_of_the_frame(folder):
    """Answers with as many numbers as a frame can hold, all nan, and complex ones beside them."""
    descending_to(folder, "[np.full((100, 900), np.nan), np.full(9000, 1j)]")


@owed(HALF)
def a_rate_of_many(folder):
    """Chooses rates that are as many as a frame can hold: a descent with them would fill the memory."""
    source = 'import numpy as np\ndef chosen_rate():\n    return {"lr": np.linspace(0, 1, 90_000)}\n'
    answered(folder, "chosen-rate", source)


@owed(HALF)
def an_error_of_a_million_words(folder):
    """Raises an error whose name and text are as long as the memory allows, and of words that mean things."""
    before = 'Long = type("A \\x1b[2J<b>" * 100_000, (Exception,), {})'
    descending_to(folder, "(_ for _ in ()).throw(Long('x ' * 10**6 + '\\x00\\ud800'))", before)


@owed(HALF)
def cells_that_print(folder):
    """A hundred cells more, of which each prints all that is kept of one, and raises an error as long."""
    notebook = read(folder)
    source = "print('x' * 10**5)\nraise ValueError('y' * 10**5)"
    notebook["cells"] += [
        {"cell_type": "code", "id": f"c{n}", "metadata": {}, "source": source, "outputs": []}
        for n in range(100)
    ]
    write(folder, notebook)


FORGED = """
import __main__, gc, json, struct, sys
wire = next(module for module in gc.get_objects() if type(module) is type(sys) and hasattr(module, "packed"))
packed = wire.packed
def forged(reply):
    text = json.dumps({"dict": [["id", ID], ["printed", "" if "printed" in reply else None], *MORE]})
    text = text.replace("NUMBER", str(reply.get("id", 0))).encode()
    return struct.pack("<II", len(text), len(BODY)) + text + BODY
asked = []
wire.packed = lambda reply: forged(reply) if len(asked) in CASES and "failure" in reply else packed(reply)
def descend(w, lr, curvature, updates):
    asked.append(w)
    return 0.0
"""


def forging(folder, more, body="b''", number="reply['id']"):
    """Let the process answer a call of ``descend`` with a frame that nobody packs."""
    source = FORGED.replace("ID]", f"{number}]").replace("*MORE", more).replace("BODY", f"({body})")
    source = source.replace("CASES", str(FIRST_AND_LAST))
    answered(folder, "descend", source)


@owed(HALF)
def forged_empty_rows(folder):
    """Past its own side of the wire, the process sends arrays that are all dimensions and no numbers."""
    forging(folder, '["value", [{"array": ["|b1", [6] * 22 + [0]]}] * 9]')


@owed(HALF)
def forged_halves(folder):
    """The process sends arrays without numbers, each just as large as what the whole frame may have."""
    forging(folder, '["value", [{"array": ["<f8", [199_000, 0]]}] * 9]')


@owed(HALF)
def forged_lists(folder):
    """The process sends a text that is full of empty lists, to be made one by one."""
    forging(folder, '["value", [[]] * 65_000]')


@owed(HALF)
def forged_arguments(folder):
    """The process says that the arguments have become what nobody can compare."""
    rows = '{"dict": [["w", {"array": ["<f8", [1] * 30 + [0]]}], ["lr", [[]] * 25_000]]}'
    forging(folder, f'["value", None], ["after", {rows}]')


@owed(HALF)
def forged_number(folder):
    """In place of the question's number the process sends an array, which no ``if`` can compare."""
    forging(folder, '["value", 0.0]', "bytes(80)", '{"array": ["<f8", [10]]}')


# What was learnt from the feedback on an attempt is of no use in the next one, whatever that says it is.

KEY = bytes(range(32))  # of the course; no student knows it
STAMP = "2026-01-31 10:00:00 UTC"


def learnt(folder):
    """The hidden cases of ``descend`` for what is in the folder, and their answers: the source of a dict."""
    release = nbformat.read(ROOT / "exercises" / folder.name / f"{folder.name}.ipynb", as_version=4)
    attempt = submission.handed_in(folder, release, folder.name).attempt
    task = tasks.BY_NAME["descend"]
    cases = task._drawn(seeds.seeds(KEY, folder.name, folder.parent.name, attempt)("descend"))
    return repr({tuple(case.values()): task.reference(**case).tolist() for case in cases})


def by_heart(table):
    """The source of a ``descend`` that knows a table, and nothing else."""
    return f"{table}\ndef descend(*given):\n    return known.get(given, [])\n"


@owed(HALF)
def replayed_stamp(folder):
    """A table of the last attempt's hidden cases, handed in with the last attempt's stamp."""
    (folder / "timestamp.txt").write_text(STAMP)
    answered(folder, "descend", by_heart(f"known = {learnt(folder)}"))


@owed(HALF)
def replayed_without_a_stamp(folder):
    """A table of the last attempt's hidden cases, handed in with a stamp that is none."""
    answered(folder, "descend", by_heart(f"known = {learnt(folder)}"))
    (folder / "timestamp.txt").write_text("whenever")


@owed(HALF)
def replayed_in_a_file(folder):
    """The notebook of the last attempt to the letter; the table is in a file beside it."""
    (folder / "timestamp.txt").write_text(STAMP)
    (folder / "known.txt").write_text("{}")
    answered(folder, "descend", by_heart("known = eval(open('known.txt').read())"))
    (folder / "known.txt").write_text(learnt(folder))


@owed(HALF)
def replayed_in_ids(folder):
    """The sources of the last attempt to the letter; the table is in the ids of cells."""
    (folder / "timestamp.txt").write_text(STAMP)
    notebook = read(folder)
    place = notebook["cells"].index(cell(notebook, "descend"))
    source = "import sys\nids = [*globals().get('ids', []), sys._getframe().f_code.co_filename[15:-1]]"
    more = [
        {"cell_type": "code", "id": f"none{n}", "metadata": {}, "source": source, "outputs": []}
        for n in range(30)
    ]
    notebook["cells"][place:place] = more
    cell(notebook, "descend")["source"] = by_heart(
        "import base64, zlib\nfrom contextlib import suppress\nknown = {}\nwith suppress(Exception):\n"
        "    known = eval(zlib.decompress(base64.urlsafe_b64decode(''.join(i[2:] for i in ids) + '====')))"
    )
    write(folder, notebook)
    text = base64.urlsafe_b64encode(zlib.compress(learnt(folder).encode())).decode().rstrip("=")
    for number, each in enumerate(more):
        each["id"] = f"{number:02}{text[60 * number : 60 * (number + 1)]}"
    assert len(text) <= 60 * len(more)
    write(folder, notebook)


@owed(HALF)
def replayed_in_prose(folder):
    """The code of the last attempt to the letter, and the table in the paragraph and the metadata."""
    answered(folder, "descend", by_heart("known = {}"))
    notebook = read(folder)
    notebook["metadata"]["known"] = cell(notebook, "nan-in-words")["source"] = learnt(folder)
    write(folder, notebook)

"""What is taken from a file that a student wrote: the sources of cells, and nothing else."""

import json
import os
import re
import tracemalloc
from pathlib import Path

import nbformat
import pytest
from course_grader import folders, submission
from course_grader.faults import GraderFault
from course_grader.submission import Unreadable
from hypothesis import given
from hypothesis import strategies as st

from course_lib.checks import handing_in

ROOT = Path(__file__).parents[2]
NAME = "01_learning_rate"
RELEASE = nbformat.read(ROOT / "exercises" / NAME / f"{NAME}.ipynb", as_version=4)
KNOWN = [cell.id for cell in RELEASE.cells if "nbgrader" in cell.metadata]
ANSWER = "def sgd_step(w, g, lr):\n    return w - lr * g"


def notebook(**answers):
    """The released notebook as plain data, with these sources."""
    plain = json.loads(nbformat.writes(RELEASE))
    for cell in plain["cells"]:
        cell["source"] = answers.get(cell["id"].replace("-", "_"), cell["source"])
    return plain


def rebuilt(plain):
    return submission.rebuilt(json.dumps(plain), RELEASE)


def cell_of(notebook, name):
    (cell,) = (cell for cell in notebook.cells if submission.grade_id(cell) == name)
    return cell


def names(notebook):
    return [submission.grade_id(cell) for cell in notebook.cells if submission.grade_id(cell)]


@pytest.fixture
def folder(tmp_path):
    """A student's folder with an answered notebook."""
    folder = tmp_path / "submitted" / "ada" / NAME
    folder.mkdir(parents=True)
    (folder / f"{NAME}.ipynb").write_text(json.dumps(notebook(sgd_step=ANSWER)))
    return folder


def test_answers_are_kept_and_the_rest_is_the_releases():
    given = notebook(sgd_step=ANSWER, check_sgd_step="3.0", nan_in_words="It diverges.")
    given["metadata"] = {"kernelspec": {"name": "evil", "display_name": "", "argv": ["sh"]}}
    for cell in given["cells"]:
        cell["metadata"] |= {"tags": ["teacher"], "deletable": True}
        if cell["cell_type"] == "code":
            cell |= {"outputs": [{"output_type": "execute_result", "data": {"text/plain": "99"}}]}
    made = rebuilt(given)
    nbformat.validate(made)
    expected = nbformat.reads(nbformat.writes(RELEASE), as_version=4)
    cell_of(expected, "sgd-step").source = ANSWER
    cell_of(expected, "nan-in-words").source = "It diverges."
    assert made == expected


def test_a_cell_of_the_students_own_stays_and_has_no_name():
    given = notebook()
    given["cells"].insert(4, {"cell_type": "code", "source": ["x = 1\n", "y = 2"], "metadata": {"a": 1}})
    cell = rebuilt(given).cells[4]
    assert (cell.source, cell.metadata, cell.id) == ("x = 1\ny = 2", {}, "cell-1")


def test_the_first_of_two_cells_with_one_name_counts_and_the_other_stays():
    given = notebook(sgd_step=ANSWER)
    for cell in [dict(cell) for cell in given["cells"]]:
        given["cells"].append(cell | {"source": "forged"})
    made = rebuilt(given)
    assert names(made) == KNOWN
    assert cell_of(made, "sgd-step").source == ANSWER
    assert len({cell.id for cell in made.cells}) == len(made.cells)


@pytest.mark.parametrize("of", ["check-sgd-step", "check-descend", "nan-in-words"])
def test_a_deleted_check_or_paragraph_comes_back_in_its_place(of):
    given = notebook()
    given["cells"] = [cell for cell in given["cells"] if cell["id"] != of]
    assert names(rebuilt(given)) == KNOWN


def test_the_check_of_an_answer_that_lost_its_name_is_behind_everything():
    given = notebook()
    cells = [cell for cell in given["cells"] if "descend" not in cell["id"]]
    given["cells"] = [*cells, {"cell_type": "code", "source": "def descend(): ...", "metadata": {}}]
    assert rebuilt(given).cells[-1].source == 'check("descend", descend)'


def test_a_notebook_without_any_names_has_its_checks_at_the_end():
    given = notebook(sgd_step=ANSWER)
    for cell in given["cells"]:
        cell["metadata"] = {}
    made = rebuilt(given)
    checks = [name for name in KNOWN if name.startswith("check-") or name == "nan-in-words"]
    assert [submission.grade_id(cell) for cell in made.cells[-len(checks) :]] == checks


@pytest.mark.parametrize(
    ("name", "source"),
    [("check-sgd-step", 'check("sgd_step", sgd_step)'), ("nan-in-words", "def x(): pass")],
)
def test_another_type_is_put_right(name, source):
    given = notebook()
    for cell in given["cells"]:
        if cell["id"] == name:
            cell |= {"cell_type": "raw", "source": source, "attachments": {"a": {"image/png": "x"}}}
    made = rebuilt(given)
    nbformat.validate(made)
    assert cell_of(made, name).cell_type == cell_of(RELEASE, name).cell_type


@pytest.mark.parametrize("kind", ["markdown", "code", "raw", "none"])
def test_no_html_of_a_student_reaches_the_formgrader(kind):
    hostile = "<script>go()</script> <!-- x --> 1 < 2, x<3 [a](javascript:go()) ![b](c)\n\n[d]: <javascript:>"
    given = notebook(nan_in_words=hostile, title=hostile)
    for cell in given["cells"]:
        if cell["id"] == "nan-in-words":
            cell["cell_type"] = kind
    made = rebuilt(given)
    tame = "< script>go()< /script> < !-- x --> 1 < 2, x<3"
    tame += " [a] (javascript:go()) ![b] (c)\n\n[d] : < javascript:>"
    assert cell_of(made, "nan-in-words").source == made.cells[0].source == tame


def handing_in_with(*outputs, **cell):
    """The released notebook in which the cell `hand-in` has these outputs, and else what is given."""
    plain = notebook()
    (hand_in,) = (one for one in plain["cells"] if one["id"] == handing_in.CELL)
    hand_in |= {"outputs": list(outputs)} | cell
    return plain


def printed(text):
    return {"output_type": "stream", "name": "stdout", "text": text}


def outputs_of(notebook):
    return [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]


SAID = handing_in.written({"weight_after_three": "-1/8", "manner_of_a_rate": ""})


@pytest.mark.parametrize(
    "outputs",
    [
        [printed(SAID)],
        [printed(SAID.splitlines(keepends=True))],
        [printed(f"{SAID}\nweight_over_the_limit: <script>alert(1)</script>\nmore: 1")],
        [printed(SAID), {"output_type": "display_data", "data": {"text/html": "<script>"}, "metadata": {}}],
        [None, 3, {"output_type": "stream"}, printed([SAID, None, {}]), printed(SAID)],
    ],
)
def test_of_the_outputs_only_predictions_are_taken_that_answer_a_question(outputs):
    once = rebuilt(handing_in_with(*outputs))
    assert outputs_of(once) == [nbformat.v4.new_output("stream", text=SAID)]
    assert rebuilt(once) == once
    nbformat.validate(once)


@pytest.mark.parametrize(
    "given",
    [
        handing_in_with(printed("Handed in: everything\nterminal_step: lots")),
        handing_in_with({"output_type": "execute_result", "text": SAID}),
        handing_in_with(printed(SAID), id="hand-in-2"),
        handing_in_with(printed(SAID), cell_type="markdown"),
        handing_in_with(printed(SAID), outputs=SAID),
        handing_in_with(printed(SAID), outputs={"text": SAID}),
        handing_in_with(printed({"text": SAID})),
        handing_in_with(printed(" " * 4_000_000 + SAID)),
    ],
)
def test_what_is_no_such_output_is_left_out(given):
    once = rebuilt(given)
    assert outputs_of(once) == []
    assert rebuilt(once) == once


def test_predictions_are_handed_in_once():
    plain = handing_in_with(printed(SAID))
    second = {
        "cell_type": "code",
        "id": handing_in.CELL,
        "source": "",
        "outputs": [printed("terminal_step: 1")],
    }
    for cells in ([*plain["cells"], second], [second | {"cell_type": "markdown"}, *plain["cells"]]):
        once = rebuilt(plain | {"cells": cells})
        assert len(outputs_of(once)) == (cells[-1] is second)
        assert rebuilt(once) == once


def test_predictions_change_no_case_and_are_still_there_when_a_folder_was_put_right(folder):
    before = submission.handed_in(folder, RELEASE, NAME)
    (folder / f"{NAME}.ipynb").write_text(json.dumps(handing_in_with(printed(SAID))))
    given = submission.put_right(folder, RELEASE, NAME)
    assert outputs_of(submission.handed_in(folder, RELEASE, NAME).notebook) == outputs_of(given.notebook)
    assert submission.attempts.attempt(rebuilt(notebook()), {}) == given.attempt
    assert before.digest != given.digest


def test_characters_that_no_file_can_hold_are_replaced():
    made = rebuilt(notebook(sgd_step="a = '\0\ud800'"))
    assert cell_of(made, "sgd-step").source == "a = '\ufffd?'"
    nbformat.writes(made).encode()


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
CELLS = st.fixed_dictionaries(
    {},
    optional={
        "cell_type": st.sampled_from(["code", "markdown", "raw"]) | JSON,
        "id": st.sampled_from([*KNOWN, handing_in.CELL, "cell-1", "a b"]) | JSON,
        "source": st.text("<b](: \n") | st.lists(st.text()) | JSON,
        "metadata": st.fixed_dictionaries(
            {},
            optional={"nbgrader": st.fixed_dictionaries({"grade_id": st.sampled_from(KNOWN) | JSON}) | JSON},
        )
        | JSON,
        "outputs": st.just([printed(SAID)]) | JSON,
    },
)


@given(st.lists(CELLS | JSON))
def test_whatever_the_cells_are_the_checks_are_the_releases_and_it_is_a_notebook(cells):
    made = rebuilt({"cells": cells})
    nbformat.validate(made)
    for cell in RELEASE.cells:
        if cell.metadata.get("nbgrader", {}).get("locked"):
            assert cell_of(made, submission.grade_id(cell)) == cell
    assert submission.rebuilt(nbformat.writes(made), RELEASE) == made


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "{}",
        '{"cells": {}}',
        '{"cells": ' + "[" * 100_000,
        '{"cells": ' + '{"a":' * 100_000,
        '{"cells": [' + "{}," * 1000 + "{}]}",
        '{"cells": [' + "1," * 2_000_000 + "1]}",
        '{"cells": "' + '\\"' * 2_000_000,
    ],
    ids=lambda text: text[:16],
)
def test_what_is_no_notebook_is_said_in_a_sentence(text):
    with pytest.raises(Unreadable, match=r"^[A-Z].* (in again|superfluous ones).*\.$"):
        submission.rebuilt(text, RELEASE)


@pytest.mark.parametrize("part", ['{"a%d":{}},', '["%d"],', '"a%d",', "[%d.5],", "1%d,", "[[[]]],"])
@pytest.mark.parametrize("just_right", [False, True])
def test_reading_a_hostile_file_takes_little_memory(part, just_right, monkeypatch):
    """Where the limits are a tenth of what they are, it takes a tenth of 20 MB."""
    for limit in ("PARTS", "NOTEBOOK_BYTES"):
        monkeypatch.setattr(submission, limit, getattr(submission, limit) // 10)
    many = submission.PARTS // len(re.findall(r'"\w|[\[{,]', part)) - 10 if just_right else 50_000
    parts = "".join(part % n if "%" in part else part for n in range(many))
    text = '{"cells": [' + parts[: submission.NOTEBOOK_BYTES] + "1]}"
    tracemalloc.start()
    with pytest.raises(Unreadable):
        submission.rebuilt(text, RELEASE)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2e6


@pytest.mark.parametrize("digits", ["9" * 100_000, "1e999999", "NaN", "-Infinity"])
def test_a_huge_number_is_not_read(digits):
    text = json.dumps(notebook(sgd_step=ANSWER)).replace('"nbformat": 4', f'"nbformat": {digits}')
    assert digits in text
    assert cell_of(submission.rebuilt(text, RELEASE), "sgd-step").source == ANSWER


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_another_encoding_is_read(encoding):
    text = json.dumps(notebook(nan_in_words="Größe"), ensure_ascii=False)
    assert submission.read(text.encode(encoding)) == text


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: path.symlink_to("/etc/passwd"), "a link"),
        (lambda path: os.mkfifo(path), "a link"),
        (lambda path: path.mkdir(), "a link or a folder"),
        (lambda path: None, "no file 01_learning_rate.ipynb"),
        (lambda path: path.write_bytes(b"\x80\x00junk"), "not a notebook"),
        (lambda path: os.truncate(os.open(path, os.O_CREAT | os.O_WRONLY), 2**40), "more than 5 MB"),
    ],
)
def test_what_is_no_file_of_reasonable_size_is_not_opened(folder, make, words):
    path = folder / f"{NAME}.ipynb"
    path.unlink()
    make(path)
    handed = submission.handed_in(folder, RELEASE, NAME)
    assert words in handed.remarks[0]
    assert words in handed.notebook.cells[0].source


def test_a_fault_of_the_disk_is_not_the_students(folder, monkeypatch):
    opened = os.open

    def refuse(path, *rest, **options):
        if path == f"{NAME}.ipynb":
            raise OSError(5, "Input/output error")
        return opened(path, *rest, **options)

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(GraderFault, match=r"Input/output error\. See to that"):
        submission.handed_in(folder, RELEASE, NAME)


def test_junk_counts_as_unanswered_and_says_why_at_the_top(folder):
    (folder / f"{NAME}.ipynb").write_bytes(b"PK\x03\x04")
    handed = submission.handed_in(folder, RELEASE, NAME)
    assert handed.notebook.cells[1:] == RELEASE.cells
    assert "The file is not a notebook" in handed.notebook.cells[0].source
    assert handed.remarks == (
        "The notebook counts as not answered. The file is not a notebook. "
        "Save it in Jupyter, and hand it in again.",
    )


def test_a_single_notebook_may_have_another_name(folder):
    (folder / f"{NAME}.ipynb").rename(folder / f"{NAME} (1).ipynb")
    (folder / "._hidden.ipynb").write_text("")
    handed = submission.handed_in(folder, RELEASE, NAME)
    assert cell_of(handed.notebook, "sgd-step").source == ANSWER
    assert handed.remarks == ("'01_learning_rate (1).ipynb' was taken for 01_learning_rate.ipynb.",)


def test_other_files_are_passed_on_if_they_are_small_and_files(folder, tmp_path):
    (folder / "data").mkdir()
    (folder / "data" / "my.csv").write_text("1,2")
    (folder / "link.txt").symlink_to("/etc/passwd")
    (folder / "folder").symlink_to("/etc")
    os.mkfifo(folder / "pipe")
    (folder / "large.bin").write_bytes(bytes(submission.FILES_BYTES + 1))
    (folder / "timestamp.txt").write_text("2026-01-31 10:00:00.0 UTC")
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / ".ipynb_checkpoints" / f"{NAME}-checkpoint.ipynb").write_text("{}")
    handed = submission.handed_in(folder, RELEASE, NAME)
    assert handed.files == {"data/my.csv": b"1,2"}
    assert [remark.split("'")[1] for remark in handed.remarks] == ["folder", "large.bin", "link.txt", "pipe"]
    submission.unpack(handed.files, tmp_path / "there")
    assert (tmp_path / "there" / "data" / "my.csv").read_text() == "1,2"


def test_a_stamp_is_no_part_of_the_work_and_tells_no_time(folder):
    first = submission.handed_in(folder, RELEASE, NAME)
    (folder / "timestamp.txt").write_text("2026-01-31 10:00:00.5 UTC\n")
    second = submission.handed_in(folder, RELEASE, NAME)
    assert second.when == first.when
    assert (second.attempt, second.digest) == (first.attempt, first.digest)


def test_the_digest_knows_the_other_files(folder):
    first = submission.handed_in(folder, RELEASE, NAME).digest
    (folder / "data.csv").write_text("1")
    second = submission.handed_in(folder, RELEASE, NAME).digest
    (folder / "data.csv").write_text("2")
    assert len({first, second, submission.handed_in(folder, RELEASE, NAME).digest}) == 3


def test_a_folder_that_was_put_right_says_the_same_as_before(folder):
    (folder / f"{NAME}.ipynb").rename(folder / "mine.ipynb")
    (folder / "notes.txt").write_text("mine")
    (folder / "link").symlink_to("/etc/passwd")
    (folder / "timestamp.txt").write_text("yesterday")
    before = submission.put_right(folder, RELEASE, NAME)
    after = submission.handed_in(folder, RELEASE, NAME)
    assert (after.notebook, after.digest, after.attempt, after.files, after.remarks) == (
        before.notebook,
        before.digest,
        before.attempt,
        before.files,
        (),
    )
    assert sorted(path.name for path in folder.iterdir()) == [
        f"{NAME}.ipynb",
        "link.submitted",
        "mine.ipynb.submitted",
        "notes.txt",
        "timestamp.txt.submitted",
    ]
    assert (folder / "link.submitted").read_text() == "This was a link to '/etc/passwd'.\n"
    files = {path: path.read_bytes() for path in folder.iterdir()}
    submission.put_right(folder, RELEASE, NAME)
    assert files == {path: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("aside", ["file", "link"])
def test_nothing_is_written_through_a_link_or_over_a_file(folder, tmp_path, aside):
    target = tmp_path / "gradebook.db"
    target.write_text("marks")
    (folder / f"{NAME}.ipynb").unlink()
    (folder / f"{NAME}.ipynb").symlink_to(target)
    there = folder / f"{NAME}.ipynb.submitted"
    there.write_text("theirs") if aside == "file" else there.symlink_to(target)
    submission.put_right(folder, RELEASE, NAME)
    assert target.read_text() == "marks"
    assert not any(path.is_symlink() for path in folder.iterdir())
    assert "is a link" in nbformat.read(folder / f"{NAME}.ipynb", as_version=4).cells[0].source
    if aside == "file":
        assert there.read_text() == "theirs"


def test_a_long_name_can_be_put_aside_too(folder):
    (folder / ("x" * 250)).symlink_to("/etc/passwd")
    submission.put_right(folder, RELEASE, NAME)
    assert (folder / "a-long-name.submitted").is_file()


def test_a_folder_in_the_notebooks_place_is_put_aside(folder):
    (folder / f"{NAME}.ipynb").unlink()
    (folder / f"{NAME}.ipynb").mkdir()
    (folder / f"{NAME}.ipynb" / "link").symlink_to("/etc/passwd")
    submission.put_right(folder, RELEASE, NAME)
    assert (folder / f"{NAME}.ipynb").is_file()
    assert not any(path.is_symlink() for path in folder.rglob("*"))


# What is swapped at the worst moment, and where a system cannot tell links.


def swapped(monkeypatch, name, swap):
    """Just before ``name`` is opened, after it was looked at, ``swap`` is called, once."""
    opened, calls = os.open, []

    def open_(path, flags, *rest, **options):
        if path == name and not calls:
            calls.append(path)
            swap()
        return opened(path, flags, *rest, **options)

    monkeypatch.setattr(os, "open", open_)
    return calls


@pytest.mark.parametrize("kind", ["link", "pipe"])
@pytest.mark.parametrize("name", [f"{NAME}.ipynb", "data.csv"])
def test_a_file_that_is_swapped_before_it_is_opened_is_not_read(folder, tmp_path, monkeypatch, kind, name):
    (tmp_path / "gradebook.db").write_text(json.dumps(notebook(sgd_step=ANSWER)))
    (folder / "data.csv").write_text("1,2")

    def swap():
        (folder / name).unlink()
        (folder / name).symlink_to(tmp_path / "gradebook.db") if kind == "link" else os.mkfifo(folder / name)

    calls = swapped(monkeypatch, name, swap)
    handed = submission.put_right(folder, RELEASE, NAME)
    assert calls == [name]
    assert name not in handed.files
    if name != "data.csv":
        assert handed.notebook.cells[1:] == RELEASE.cells
    assert not any(path.is_symlink() or path.is_fifo() for path in folder.iterdir())


def test_a_folder_that_is_swapped_while_it_is_put_right_is_left_and_the_other_not_entered(
    folder, tmp_path, monkeypatch
):
    """What was opened is put right, wherever it has gone; what has its name now is somebody else's."""
    (folder / "link").symlink_to("/etc/passwd")
    other = tmp_path / "other"
    other.mkdir()
    (other / f"{NAME}.ipynb").write_text("theirs")

    def swap():
        folder.rename(tmp_path / "moved")
        folder.symlink_to(other)

    calls = swapped(monkeypatch, f"{NAME}.ipynb", swap)
    submission.put_right(folder, RELEASE, NAME)
    assert calls == [f"{NAME}.ipynb"]
    assert [(path.name, path.read_text()) for path in other.iterdir()] == [(f"{NAME}.ipynb", "theirs")]
    assert (tmp_path / "moved" / "link.submitted").is_file()


def test_a_device_is_not_even_opened(folder, monkeypatch):
    """To open one can rewind a tape."""
    (folder / f"{NAME}.ipynb").unlink()
    os.mkfifo(folder / f"{NAME}.ipynb")  # to make a device needs root
    calls = swapped(monkeypatch, f"{NAME}.ipynb", lambda: None)
    submission.handed_in(folder, RELEASE, NAME)
    assert calls == []


def test_more_files_than_any_submission_has_are_not_walked_through(folder, monkeypatch):
    monkeypatch.setattr(folders, "ENTRIES", 10)
    for number in range(10):
        (folder / f"{number}.txt").touch()
    with pytest.raises(GraderFault, match="more than 10 files"):
        submission.handed_in(folder, RELEASE, NAME)


def test_a_system_that_cannot_tell_links_is_refused(folder, monkeypatch):
    monkeypatch.setattr(folders, "HAS_DESCRIPTORS", False)
    with pytest.raises(GraderFault, match="on Linux or macOS only"):
        submission.handed_in(folder, RELEASE, NAME)

"""Each lesson is run once, and all is judged from that run: what the cells print, the pictures, how each
figure is left, and the form in which the lesson is stored. tests/browser looks at some in JupyterLab.
"""

from collections import Counter

import nbformat
import pytest
import refresh
from nbval.plugin import IPyNbFile, coalesce_streams

STATES = "application/vnd.jupyter.widget-state+json"


@pytest.fixture(scope="module", params=refresh.LESSONS, ids=lambda path: path.stem)
def lesson(request):
    return request.param


@pytest.fixture(scope="module")
def stored(lesson):
    return nbformat.read(lesson, as_version=4)


@pytest.fixture(scope="module")
def run():
    with refresh.kernel(refresh.ROOT / "lessons") as run:
        yield run


@pytest.fixture(scope="module")
def executed(lesson, run):
    return run(lesson)


@pytest.fixture(scope="module")
def fresh(executed):
    """The lesson after its run, in canonical form."""
    return refresh.canonical(executed)


def pictures(notebook):
    return [output for output in refresh.outputs(notebook) if refresh.PICTURE in output.get("data", {})]


def test_every_cell_gives_what_is_stored(lesson, fresh, request):
    """By nbval's own comparison of outputs."""
    cells = IPyNbFile.from_parent(request.session, path=lesson)
    cells.setup_sanitize_files()
    executed = [cell for cell in fresh.cells if cell.cell_type == "code"]
    differences = []
    for judge, cell in zip(cells.collect(), executed, strict=True):
        if not judge.compare_outputs(coalesce_streams(cell.outputs), coalesce_streams(judge.cell.outputs)):
            differences += [f"cell {cell.id}", *judge.comparison_traceback]
    assert not differences, "\n".join(differences)


def test_every_picture_looks_like_the_stored_one(stored, fresh):
    _, pictures = refresh.split_pictures(stored)
    _, drawn = refresh.split_pictures(fresh)
    assert len(drawn) == len(pictures)
    assert [refresh.look_the_same(*pair) for pair in zip(pictures, drawn, strict=True)] == [True] * len(drawn)


def test_every_picture_has_its_caption_as_alternative_text(stored):
    shown = pictures(stored)
    captions = [output.data["text/plain"] for output in shown]
    assert all(captions)
    assert [output.metadata[refresh.PICTURE]["alt"] for output in shown] == captions


def test_each_figure_is_left_as_its_own_cell_showed_it(stored, executed):
    """So that after *Run All* it shows what the text beside it speaks of."""
    states = executed.metadata.widgets[STATES]["state"].values()
    left = [widget["state"]["view"]["caption"] for widget in states if "view" in widget["state"]]
    assert Counter(output.data["text/plain"] for output in pictures(stored)) <= Counter(left)


def test_it_is_stored_in_canonical_form(lesson, stored, fresh):
    assert refresh.split_pictures(stored)[0] == refresh.split_pictures(fresh)[0]
    assert nbformat.writes(stored) + "\n" == lesson.read_bytes().decode()

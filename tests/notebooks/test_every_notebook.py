"""Each lesson and solution is run once, and all is judged from that run: what the cells print, the pictures,
how each figure is left, and the form in which it is stored. tests/browser looks at some in JupyterLab.
"""

from collections import Counter

import nbformat
import pytest
import refresh
from nbval.plugin import IPyNbFile, coalesce_streams

STATES = "application/vnd.jupyter.widget-state+json"
OF_A_CHECK = "<IPython.core.display.Image object>"  # a picture that is no figure


@pytest.fixture(
    scope="module",
    params=[*refresh.LESSONS, *refresh.SOLUTIONS],
    ids=lambda path: f"{path.relative_to(refresh.ROOT).parts[0]}/{path.stem}",
)
def path(request):
    return request.param


@pytest.fixture(scope="module")
def stored(path):
    return nbformat.read(path, as_version=4)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    with refresh.kernel(tmp_path_factory.mktemp("run")) as run:
        yield run


@pytest.fixture(scope="module")
def executed(path, run):
    return run(path)


@pytest.fixture(scope="module")
def fresh(executed):
    """The notebook after its run, in canonical form."""
    return refresh.canonical(executed)


def pictures(notebook):
    return [output for output in refresh.outputs(notebook) if refresh.PICTURE in output.get("data", {})]


def test_every_cell_gives_what_is_stored(path, fresh, request):
    """By nbval's own comparison of outputs."""
    cells = IPyNbFile.from_parent(request.session, path=path)
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


def test_every_picture_has_an_alternative_text_and_a_figures_is_its_caption(stored):
    said = [
        (output.data["text/plain"], output.metadata[refresh.PICTURE]["alt"]) for output in pictures(stored)
    ]
    assert [pair for pair in said if not pair[1] or pair[0] not in (pair[1], OF_A_CHECK)] == []


def test_each_figure_is_left_as_its_own_cell_showed_it(stored, executed):
    """So that after *Run All* it shows what the text beside it speaks of."""
    states = executed.metadata.widgets[STATES]["state"].values()
    left = [widget["state"]["view"]["caption"] for widget in states if "view" in widget["state"]]
    captions = Counter(output.data["text/plain"] for output in pictures(stored))
    del captions[OF_A_CHECK]
    assert captions <= Counter(left)


def test_it_is_stored_in_canonical_form(path, stored, fresh):
    assert refresh.split_pictures(stored)[0] == refresh.split_pictures(fresh)[0]
    assert nbformat.writes(stored) + "\n" == path.read_bytes().decode()

"""The page's own Python, in node: what it tells the page, and every lesson and solution whole."""

import ast
import base64
import io
import json
import shutil
import subprocess
from pathlib import Path

import nbformat
import numpy as np
import pytest
from checkout import ROOT
from PIL import Image

HERE = Path(__file__).parent
INSIDE = HERE / "in_page.py"
NOTEBOOKS = sorted([*ROOT.glob("lessons/*.ipynb"), *ROOT.glob("solutions/*/*.ipynb")])
TESTS = [
    node.name
    for node in ast.parse(INSIDE.read_text(encoding="utf-8")).body
    if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
]
every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: f"{path.parts[-2]}/{path.stem}")


@pytest.fixture(scope="module")
def came(site, tmp_path_factory):
    """What came of all that is run: in one start of Python, because that is what takes long."""
    node = shutil.which("node")
    assert node, "node is missing: it runs the pages' Python here"
    notebooks = {str(path): {cell.id: cell.source for cell in code_cells(path)} for path in NOTEBOOKS}
    folder = tmp_path_factory.mktemp("node")
    given, said = folder / "given.json", folder / "said.json"
    given.write_text(json.dumps({"notebooks": notebooks, "tests": TESTS}), encoding="utf-8")
    command = [node, HERE / "in_node.mjs", site, INSIDE, given, said]
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(said.read_text(encoding="utf-8"))


def code_cells(path):
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


@pytest.mark.parametrize("name", TESTS)
def test_in_the_page(came, name):
    assert came["tests"][name] == ""


@every_notebook
def test_a_notebook_gives_what_is_stored(came, path):
    for cell in code_cells(path):
        assert [known(output) for output in came["notebooks"][str(path)][cell.id]] == [
            known(output) for output in cell.outputs
        ], cell.id


def known(output):
    """What is the same wherever it is run: all but the pixels of pictures, and a widget's live part."""
    if output["output_type"] == "stream":
        return dict(output)
    data = {kind: text for kind, text in output["data"].items() if not kind.startswith("application/")}
    if "image/png" in data:
        data["image/png"] = picture(output).size
    return {"output_type": output["output_type"], "data": data, "metadata": output["metadata"]}


def picture(output):
    return Image.open(io.BytesIO(base64.b64decode(output["data"]["image/png"])))


@every_notebook
def test_its_pictures_show_the_same(came, path):
    """Small and grey they are alike, whatever the version of matplotlib; a wrong font or colour is not."""
    for cell in code_cells(path):
        for ours, theirs in zip(cell.outputs, came["notebooks"][str(path)][cell.id], strict=True):
            if "image/png" in ours.get("data", {}):
                stored, drawn = small(ours), small(theirs)
                assert np.corrcoef(stored, drawn)[0, 1] > 0.94, cell.id
                assert abs(stored - drawn).mean() < 3, cell.id  # of 255


def small(output):
    return np.asarray(picture(output).convert("L").resize((120, 60)), float).ravel()

"""What pages load first is compiled by their own Python, in node; without it a site is whole, but slow."""

import shutil

import pytest

from course_lib.site import archive, bytecode, course_zip, runtime

EXPLORERS = "course_lib/explorers/__init__.py"
NO_FIGURE = b"""from course_lib import training

class Momentum:
    def _repr_mimebundle_(self):
        pass
"""


def test_without_node_all_stays_as_it_is_and_this_is_said(monkeypatch, tmp_path):
    monkeypatch.setattr(bytecode.shutil, "which", lambda name: None)
    assert bytecode.add(tmp_path, b"the course") == b"the course"
    assert bytecode.remark() == bytecode.SLOW
    assert not list(tmp_path.iterdir())


def test_where_node_is_there_is_nothing_to_say(monkeypatch):
    monkeypatch.setattr(bytecode.shutil, "which", lambda name: f"/usr/bin/{name}")
    assert bytecode.remark() == ""


def test_what_node_cannot_do_is_one_sentence(tmp_path):
    with pytest.raises(ValueError, match=r"(?s)node cannot compile the course for the pages: .*pyodide\.mjs"):
        bytecode.add(tmp_path, course_zip.write())


def test_bytecode_stands_beside_the_source_of_the_course_and_in_the_place_of_any_other(site):
    course = archive.read((site / "live/course.zip").read_bytes())
    assert {
        "course_lib/losses/base.py",
        "course_lib/losses/__pycache__/base.cpython-312.pyc",
    } <= course.keys()
    for name, module in ((runtime.PACKAGES, "numpy/__init__"), (runtime.LIBRARY, "urllib/__init__")):
        files = archive.read((site / "runtime" / name).read_bytes())
        assert f"{module}.pyc" in files
        assert not [path for path in files if path.endswith(".py") and f"{path}c" in files]


def test_the_same_source_gives_the_same_bytecode(site, compiled):
    """What a page loads but for its figure is compiled once more; a set has another order there."""
    course = archive.read(course_zip.write()) | {EXPLORERS: NO_FIGURE}
    again = bytecode.compiled(shutil.which("node"), site / "runtime", archive.write(course))
    again = {path: code for path, code in again.items() if "explorers" not in path}
    assert len(again) > 50
    assert again == {path: compiled[path] for path in again}

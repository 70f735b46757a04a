"""What a learner's copy holds: pictures, questions and links that lead somewhere, and no answer."""

import json
import posixpath
import re

import pytest
from rules import PAGES

from course_lib.course import contents

NOTEBOOKS = [name for name in contents.names() if name.endswith(".ipynb")]
every_notebook = pytest.mark.parametrize("name", NOTEBOOKS)


def read(name):
    return json.loads(contents.learners_copy(name))


def stored(name):
    return json.loads((contents.ROOT / name).read_text(encoding="utf-8"))


def outputs(notebook):
    return [output for cell in notebook["cells"] for output in cell.get("outputs", [])]


def test_every_lesson_has_its_exercise_and_there_is_a_page_to_start_from():
    lessons = {name.split("/")[1].removesuffix(".ipynb") for name in NOTEBOOKS if name.startswith("lessons/")}
    exercises = {name.split("/")[1] for name in NOTEBOOKS if name.startswith("exercises/")}
    assert contents.START_PAGE in NOTEBOOKS
    assert lessons - exercises == {*PAGES}


@every_notebook
def test_a_copy_shows_nothing_that_a_learner_has_not_run(name):
    copy = read(name)
    assert all(cell["execution_count"] is None for cell in copy["cells"] if cell["cell_type"] == "code")
    for output in outputs(copy):
        assert {"image/png", "text/markdown"} & output["data"].keys()
        assert output["execution_count"] is None


@every_notebook
def test_a_copy_keeps_every_picture_and_the_text_as_it_is(name):
    copy, original = read(name), stored(name)
    pictures = [[o["data"].get("image/png") for o in outputs(n) if "data" in o] for n in (copy, original)]
    assert [*filter(None, pictures[0])] == [*filter(None, pictures[1])]
    for mine, theirs in zip(copy["cells"], original["cells"], strict=True):
        assert len(set(mine["source"]) - set(theirs["source"])) == "".join(theirs["source"]).count(
            "# your line: "
        )


@every_notebook
def test_no_line_that_a_learner_writes_is_in_a_copy(name):
    written = {line for cell in stored(name)["cells"] for line in cell["source"] if "# your line" in line}
    assert written.isdisjoint(line for cell in read(name)["cells"] for line in cell["source"])


def test_there_were_answers_to_leave_out():
    assert sum(len(outputs(stored(name))) for name in NOTEBOOKS) > 100


@pytest.mark.parametrize("name", [name for name in contents.names() if not name.endswith(".png")])
def test_links_lead_to_what_is_laid_beside_it(name):
    text = contents.learners_copy(name).decode()
    if name.endswith(".ipynb"):
        cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "markdown"]
        text = "\n".join("".join(cell["source"]) for cell in cells)
    for target in re.findall(r"\]\(([^)#]+)", text):
        if "://" not in target:
            there = posixpath.normpath(posixpath.join(posixpath.dirname(name), target))
            assert there in contents.names(), target


def test_of_a_link_to_what_is_not_laid_the_words_stay():
    page = contents.learners_copy("docs/losses.md").decode()
    assert "course_lib/losses" in page
    assert "](../course_lib" not in page
    assert "](accuracy.png)" in page

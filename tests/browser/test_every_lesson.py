"""Each lesson is opened and run once, in JupyterLab as a learner does, and all is judged from that run: what
there is to see, what the cells print, the pictures, and the form in which the lesson is stored.

Where there is no Chromium, nbclient runs it, and only what there is to see is left out.
"""

import os
import re
from pathlib import Path

import nbformat
import pytest
import refresh
from nbval.plugin import IPyNbFile, coalesce_streams
from playwright.sync_api import expect

from tools import lab

LONGEST_LINE = Path(__file__).with_name("longest_line.js").read_text(encoding="utf-8")
PICTURE, QUESTIONS = refresh.PICTURE, "text/markdown"


@pytest.fixture(scope="module", params=refresh.LESSONS, ids=lambda path: path.stem)
def lesson(request):
    return request.param


@pytest.fixture(scope="module")
def stored(lesson):
    return nbformat.read(lesson, as_version=4)


@pytest.fixture(scope="module")
def opened(lesson, page, open_notebook):
    """The page, once the lesson is open; nothing has run yet."""
    open_notebook(lesson.name)
    return page


@pytest.fixture(scope="module")
def fresh(lesson, request):
    """The lesson after its run, in canonical form."""
    if lab.find_chromium() is None:
        return refresh.refreshed(lesson)
    page = request.getfixturevalue("opened")
    Path(os.environ["COURSE_PROGRESS"]).unlink(missing_ok=True)  # what it stores is what a beginner sees
    lab.run_all_cells(page)
    return refresh.canonical(lab.open_model(page))


def with_kind(notebook, kind):
    return [output for output in refresh.outputs(notebook) if kind in output.get("data", {})]


def test_it_shows_its_pictures_with_their_alternative_texts_before_it_is_run(opened, stored):
    pictures = opened.locator(".jp-OutputArea-output img")
    expect(pictures.first).to_be_visible()
    opened.wait_for_function("image => image.naturalWidth > 900", arg=pictures.first.element_handle())
    captions = [output["data"]["text/plain"] for output in with_kind(stored, PICTURE)]
    expect(pictures).to_have_count(len(captions))
    assert [picture.get_attribute("alt") for picture in pictures.all()] == captions


def test_its_text_is_a_column_whose_lines_are_read_with_ease(opened):
    assert 60 <= opened.evaluate(LONGEST_LINE) <= 75


def test_it_runs_and_shows_all_its_figures_and_quizzes(lesson, stored, opened, fresh, keep_screenshot):
    figures, quizzes = opened.locator(".course-explorer canvas"), opened.locator(".course-quiz")
    expect(figures).to_have_count(len(with_kind(stored, PICTURE)))
    expect(quizzes).to_have_count(len(with_kind(stored, QUESTIONS)))
    for figure in figures.all():
        figure.scroll_into_view_if_needed()
        expect(figure).to_be_visible()
        expect(figure).to_have_attribute("aria-label", re.compile("."))
    figures.first.scroll_into_view_if_needed()
    expect(figures.first).to_be_in_viewport()
    keep_screenshot(lesson.stem)


def test_each_figure_is_left_as_its_own_cell_showed_it(opened, stored, fresh):
    """So that after *Run All* it shows what the text beside it speaks of."""
    left = [figure.get_attribute("aria-label") for figure in opened.locator(".course-explorer canvas").all()]
    captions = [output["data"]["text/plain"] for output in with_kind(stored, PICTURE)]
    assert [label.endswith(caption) for label, caption in zip(left, captions, strict=True)] == [True] * len(
        left
    )


def test_nothing_is_on_the_console(opened, fresh, console):
    reported = list(console)
    console.clear()  # the next lesson is judged by its own
    assert reported == []


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


def test_it_is_stored_in_canonical_form(lesson, stored, fresh):
    assert refresh.split_pictures(stored)[0] == refresh.split_pictures(fresh)[0]
    assert nbformat.writes(stored) + "\n" == lesson.read_bytes().decode()


def test_a_cell_that_raises_would_be_noticed(folder, run_notebook):
    lab.write_notebook(folder / "raises.ipynb", "1 / 0")
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        run_notebook("raises.ipynb")

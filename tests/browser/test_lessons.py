"""The lessons in JupyterLab, as a learner opens and runs them: a few that together have every kind of output.

tests/notebooks runs every lesson, without a browser.
"""

import os
import re
from pathlib import Path

import nbformat
import pytest
import refresh
from playwright.sync_api import expect

from tools import lab

LESSONS = {
    "00_start_here": "a first race and the table of the progress",
    "05_momentum": "a review, predictions, an exercise, a slider of one's own that is linked, and a quiz",
    "13_reading_the_source": "the twins and the installed sources",
}
LONGEST_LINE = Path(__file__).with_name("longest_line.js").read_text(encoding="utf-8")
PICTURE, QUESTIONS = refresh.PICTURE, "text/markdown"
RICH = {QUESTIONS, "text/html"}


@pytest.fixture(scope="module", params=LESSONS)
def lesson(request):
    return request.param


def read(lesson):
    return nbformat.read(refresh.ROOT / "lessons" / f"{lesson}.ipynb", as_version=4)


@pytest.fixture(scope="module")
def stored(lesson):
    return read(lesson)


@pytest.fixture(scope="module")
def opened(lesson, page, open_notebook):
    """The page, once the lesson is open; nothing has run yet."""
    open_notebook(f"{lesson}.ipynb", own_kernel=True)
    return page


@pytest.fixture(scope="module")
def left(opened):
    """The lesson as its run leaves it."""
    Path(os.environ["COURSE_PROGRESS"]).unlink(missing_ok=True)  # what it stores is what a beginner sees
    lab.run_all_cells(opened)
    return lab.open_model(opened)


def with_kind(notebook, kind):
    return [output for output in refresh.outputs(notebook) if kind in output.get("data", {})]


def kinds(notebook):
    """Of each output its formats; and where a page is made of them, the word that the cell calls for it."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    outputs = [(cell, set(output.get("data", {}))) for cell in cells for output in cell.outputs]
    return {(*sorted(formats), called(cell) if formats & RICH else "") for cell, formats in outputs}


def called(cell):
    return cell.source.splitlines()[-1].partition("(")[0]


def test_they_show_all_that_any_lesson_shows():
    shown, here = (
        set().union(*(kinds(read(name)) for name in names))
        for names in ([path.stem for path in refresh.LESSONS], LESSONS)
    )
    assert shown - here == set()


def test_it_shows_its_pictures_with_their_alternative_texts_before_it_is_run(opened, stored):
    pictures = opened.locator(".jp-OutputArea-output img")
    expect(pictures.first).to_be_visible()
    opened.wait_for_function("image => image.naturalWidth > 900", arg=pictures.first.element_handle())
    captions = [output["data"]["text/plain"] for output in with_kind(stored, PICTURE)]
    expect(pictures).to_have_count(len(captions))
    assert [picture.get_attribute("alt") for picture in pictures.all()] == captions


def test_its_text_is_a_column_whose_lines_are_read_with_ease(opened):
    assert 60 <= opened.evaluate(LONGEST_LINE) <= 75


def test_it_runs_and_shows_all_its_figures_and_quizzes(lesson, stored, opened, left, keep_screenshot):
    figures, quizzes = opened.locator(".course-explorer canvas"), opened.locator(".course-quiz")
    expect(figures).to_have_count(len(with_kind(stored, PICTURE)))
    expect(quizzes).to_have_count(len(with_kind(stored, QUESTIONS)))
    for figure, output in zip(figures.all(), with_kind(stored, PICTURE), strict=True):
        figure.scroll_into_view_if_needed()
        expect(figure).to_be_visible()
        caption = re.escape(output["data"]["text/plain"])
        expect(figure).to_have_attribute("aria-label", re.compile(f"{caption}$"))
    figures.first.scroll_into_view_if_needed()
    expect(figures.first).to_be_in_viewport()
    keep_screenshot(lesson)


def test_what_its_run_leaves_is_what_is_stored(stored, left):
    assert not refresh.out_of_date(stored, refresh.canonical(left))


def test_nothing_is_on_the_console(left, console):
    reported = list(console)
    console.clear()  # the next lesson is judged by its own
    assert reported == []


def test_a_cell_that_raises_would_be_noticed(folder, run_notebook):
    lab.write_notebook(folder / "raises.ipynb", "1 / 0")
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        run_notebook("raises.ipynb")

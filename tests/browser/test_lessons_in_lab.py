"""The lessons as a learner meets them: opened in JupyterLab, looked at, then run."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tools import lab
from tools.lab import write_notebook

LESSONS = sorted((Path(__file__).parents[2] / "lessons").glob("*.ipynb"))


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.name)
def test_every_lesson_runs_and_shows_all_its_figures(lesson, page, run_notebook, keep_screenshot):
    run_notebook(lesson.name)
    figures, quizzes = page.locator(".course-explorer canvas"), page.locator(".course-quiz")
    expect(figures).to_have_count(stored(lesson, "image/png"))
    expect(quizzes).to_have_count(stored(lesson, "text/markdown"))
    for figure in figures.all():
        figure.scroll_into_view_if_needed()
        expect(figure).to_be_visible()
        expect(figure).to_have_attribute("aria-label", re.compile("."))
    figures.first.scroll_into_view_if_needed()
    expect(figures.first).to_be_in_viewport()
    keep_screenshot(lesson.stem)


def stored(lesson, kind):
    """How many outputs of this kind the lesson has."""
    cells = json.loads(lesson.read_text(encoding="utf-8"))["cells"]
    return sum(kind in output.get("data", {}) for cell in cells for output in cell.get("outputs", []))


def test_a_cell_that_raises_would_be_noticed(page, folder, run_notebook):
    write_notebook(folder / "raises.ipynb", "1 / 0")
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        run_notebook("raises.ipynb")


def test_a_lesson_that_was_only_opened_shows_its_picture(page, lab_url):
    lab.open_notebook(page, lab_url, "01_learning_rate.ipynb")
    picture = page.locator(".jp-OutputArea-output img").first
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.naturalWidth") > 900

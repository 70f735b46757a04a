"""The lessons as a learner meets them: opened in JupyterLab, looked at, then run."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tools import lab
from tools.lab import write_notebook

LESSONS = sorted(path.name for path in (Path(__file__).parents[2] / "lessons").glob("*.ipynb"))


@pytest.mark.parametrize("name", LESSONS)
def test_every_lesson_runs_and_shows_its_figure(name, page, run_notebook, keep_screenshot):
    run_notebook(name)
    expect(page.locator(".course-explorer canvas").first).to_be_visible()
    page.locator(".course-explorer").first.scroll_into_view_if_needed()
    keep_screenshot(name.removesuffix(".ipynb"))


def test_a_cell_that_raises_would_be_noticed(page, folder, run_notebook):
    write_notebook(folder / "raises.ipynb", "1 / 0")
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        run_notebook("raises.ipynb")


def test_a_lesson_that_was_only_opened_shows_its_picture(page, lab_url):
    lab.open_notebook(page, lab_url, "01_learning_rate.ipynb")
    picture = page.locator(".jp-OutputArea-output img").first
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.naturalWidth") > 900

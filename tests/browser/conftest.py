"""A real JupyterLab that serves the lessons and exercises."""

import shutil
from functools import cache
from pathlib import Path

import pytest

from tests.browser import static_page
from tools import lab

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def every_figure(tmp_path_factory):
    """All figures in Python, and the address of a page that shows them at their first settings.

    The page is wide and light, or narrow and dark: dark paper changes colours alone, and where the parts of a
    figure are does not depend on it.
    """
    folder = tmp_path_factory.mktemp("pages")

    @cache
    def page_of(narrow):
        figures = static_page.every_figure(pixels=1.0, narrow=narrow, dark=narrow)
        page = folder / f"{'narrow' if narrow else 'wide'}.html"
        static_page.write(page, figures, dark=narrow)
        return figures, page.as_uri()

    return page_of


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """What JupyterLab serves: a copy of lessons and exercises, so that nothing a test does is kept."""
    folder = tmp_path_factory.mktemp("served")
    shutil.copytree(ROOT / "lessons", folder, dirs_exist_ok=True)
    shutil.copytree(ROOT / "exercises", folder / "exercises")
    return folder


@pytest.fixture(scope="session")
def lab_url(chromium_path, folder):
    with lab.serve(folder) as url:
        yield url


@pytest.fixture(scope="module")
def open_notebook(page, lab_url):
    """Opens a notebook of the served folder in place of the last: in its kernel, or in its own."""

    def open_notebook(name, own_kernel=False):
        if page.url.startswith(lab_url):
            lab.open_next_notebook(page, name, own_kernel)
        else:
            lab.open_notebook(page, lab_url, name)

    return open_notebook


@pytest.fixture(scope="module")
def run_notebook(page, open_notebook):
    """Opens a notebook of the served folder and runs all its cells."""

    def run_notebook(name, **kernel):
        open_notebook(name, **kernel)
        lab.run_all_cells(page)

    return run_notebook

"""A real JupyterLab, and a page in Debian's Chromium that looks at it."""

import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tools import lab

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def chromium_path():
    path = lab.find_chromium()
    if path is None:
        reason = "no Chromium found: install it (Debian: apt install chromium) to run the browser tests"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    return path


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


@pytest.fixture(scope="session")
def browser(chromium_path):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=lab.CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def page(browser):
    """A page for the tests of one module, which fail if it reports an error on its console."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(30_000)
    errors = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    page.close()
    assert errors == []


@pytest.fixture(scope="module")
def run_notebook(page, lab_url):
    """Opens a notebook of the served folder and runs all its cells."""

    def run(name):
        lab.open_notebook(page, lab_url, name)
        lab.run_all_cells(page)

    return run


@pytest.fixture
def keep_screenshot(page):
    """Keeps a picture of the page to be looked at."""
    shots = ROOT / "test-artefacts"
    shots.mkdir(exist_ok=True)
    return lambda name: page.screenshot(path=shots / f"{name}.png")

"""For every test: the same hypothesis examples each time and no clock, one thread for each worker, and a
progress file that is nobody's. And for those who look at a page, Debian's Chromium."""

import os
import tempfile
from pathlib import Path

# Two workers with two threads each on two cores wait for one another: small products take four times as long.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

os.environ["COURSE_PROGRESS"] = f"{tempfile.mkdtemp()}/progress.json"

import pytest
from hypothesis import settings

from tools import lab

ROOT = Path(__file__).parents[1]

settings.register_profile("course", deadline=None, derandomize=True, database=None)
settings.load_profile("course")


@pytest.fixture(scope="session")
def chromium_path():
    path = lab.find_chromium()
    if path is None:
        reason = "no Chromium found: install it (Debian: apt install chromium) to run the browser tests"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    return path


@pytest.fixture(scope="session")
def browser(chromium_path):
    from playwright.sync_api import sync_playwright  # most tests need none

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


@pytest.fixture
def keep_screenshot(page):
    """Keeps a picture of the page to be looked at."""
    shots = ROOT / "test-artefacts"
    shots.mkdir(exist_ok=True)
    return lambda name: page.screenshot(path=shots / f"{name}.png")

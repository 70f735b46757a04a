"""For every test: the same hypothesis examples each time and no clock. And for those who look at a page, a
Chromium."""

import gc
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import tqdm.auto  # noqa: F401  chooses its bars when it is loaded: for a terminal, before a test loads ipykernel
from hypothesis import settings
from xdist.scheduler import LoadFileScheduling

from course_lib.base import events
from tools import lab

ROOT = Path(__file__).parents[1]
FIRST_DAY = datetime(2026, 3, 1, 8, tzinfo=UTC)  # of the record, where a test sets the clock
PATIENCE = 300_000  # milliseconds that a page has for whatever it shall do; only a fault waits for their end
LONGEST_FIRST = [
    "tests/install",
    "tests/browser",
    "tests/notebooks",
    "tests/site",
    "grader/tests",
    "tests/classroom",
    "tests/hub",
    "tests/keras",
    "tests/explorers",
    "tests/course",
]
ONE_WORKER_HAS = [  # the files whose names begin so, but for those that are on this list already
    "tests/browser/test_every_",  # they share the figures, which are slow to draw
    "tests/browser/test_hands",
    "tests/browser/test_motion",
    "tests/browser/",  # JupyterLab is slow to start
    "tests/keras/",  # JAX compiles
]
BRIEFLY = "--js-flags=--liftoff-only"  # WebAssembly is not optimised: no page lives long enough to gain by it
NO_FAULT = re.compile(  # where a kernel ends before it has answered JupyterLab
    "Could not restore the debugger state: Canceled future|Canceled future for create_subshell_request"
)

settings.register_profile("course", deadline=None, derandomize=True, database=None)
settings.load_profile("course")


def pytest_addoption(parser):
    parser.addoption(
        "--screenshots",
        action="store_true",
        default="CI" in os.environ,
        help="keep pictures of the pages in test-artefacts/, as CI does",
    )


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """Ten thousand tests are no garbage: neither while they are collected nor at any later collection.

    And what lives long, as the figures that tests share, is seldom looked through.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(700, 10, 100)
        gc.enable()


def pytest_collection_modifyitems(items):
    """A worker takes a file at a time: one that takes a minute shall not be the last."""
    place = {folder: number for number, folder in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: place.get("/".join(item.nodeid.split("/")[:2]), len(place)))


class FilesTogether(LoadFileScheduling):
    """A file at a time, or all at once that share what is slow to make."""

    def _split_scope(self, nodeid):
        file = super()._split_scope(nodeid)
        return next(filter(file.startswith, ONE_WORKER_HAS), file)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    return FilesTogether(config, log)


@pytest.fixture
def record_file(monkeypatch, tmp_path):
    """A record of its own, in a file that is not there yet."""
    path = tmp_path / "record" / "progress.jsonl"
    monkeypatch.setenv("COURSE_PROGRESS", str(path))
    monkeypatch.setattr(events, "unkept", [])
    return path


@pytest.fixture
def clock(monkeypatch):
    """``clock(3)``: the record's clock shows the third day, in the morning."""

    def clock(day):
        monkeypatch.setattr(events, "now", lambda: FIRST_DAY + timedelta(days=day - 1))

    clock(1)
    return clock


@pytest.fixture(scope="session")
def chromium_path():
    path = lab.find_chromium()
    if path is None:
        reason = "no Chromium found: install it (Debian: apt install chromium) to run the browser tests"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    return path


@pytest.fixture(scope="session")
def browser(chromium_path):
    from playwright.sync_api import expect, sync_playwright  # most tests need none

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path, args=[*lab.CHROMIUM_ARGUMENTS, BRIEFLY], timeout=PATIENCE
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def tab(browser):
    """One page for all modules: JupyterLab takes longer to start than a notebook to open."""
    tab = browser.new_page(viewport={"width": 1280, "height": 900})
    tab.set_default_timeout(PATIENCE)
    yield tab
    tab.close()


@pytest.fixture(scope="module")
def console(tab):
    """The errors that the page reports during the tests of one module, which fail if one is left here."""
    errors = []

    def note(words):
        if not NO_FAULT.search(words):
            errors.append(words)

    def note_message(message):
        if message.type == "error":
            note(f"{message.text} {message.location['url']}")

    listeners = {"console": note_message, "pageerror": lambda error: note(str(error))}
    for event, listener in listeners.items():
        tab.on(event, listener)
    yield errors
    for event, listener in listeners.items():
        tab.remove_listener(event, listener)
    assert errors == []


@pytest.fixture(scope="module")
def page(tab, console):
    """The page, watched by ``console``."""
    return tab


@pytest.fixture
def keep_screenshot(page, pytestconfig):
    """Keeps a picture of the page, where somebody wants to look at it."""
    if not pytestconfig.getoption("screenshots"):
        return lambda name, **options: None
    shots = ROOT / "test-artefacts"
    shots.mkdir(exist_ok=True)
    return lambda name, **options: page.screenshot(path=shots / f"{name}.png", **options)

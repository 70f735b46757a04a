"""The pages in a browser before Python is there: nothing is wider than a phone, and nobody is kept out."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

PLACES = ["index", "lessons/06_stability_map", "exercises/05_momentum", "glossary", "docs/performance"]
TOO_WIDE = """() => [...document.querySelectorAll("main *")]
    .filter((node) => node.getBoundingClientRect().right > innerWidth + 1 && !node.closest("pre, .table"))
    .map((node) => node.outerHTML.slice(0, 100))"""


@pytest.fixture(scope="module")
def still(browser, address):
    """Opens pages, on a screen of that width, whose own JavaScript is empty."""
    contexts = []

    def still(width, scheme="light"):
        contexts.append(browser.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme))
        page = contexts[-1].new_page()
        page.route(re.compile(r"/live/.*\.js$"), lambda route: route.fulfill(content_type="text/javascript"))
        page.errors = []
        page.on("console", lambda message: page.errors.append(message.text))
        page.at = lambda place: page.goto(f"{address}{place}")
        return page

    yield still
    for context in contexts:
        context.close()


def test_on_a_phone_nothing_is_cut_off(still, site):
    page = still(width=390)
    for path in sorted(site.rglob("*.html")):
        page.at(path.relative_to(site).as_posix())
        assert page.evaluate(TOO_WIDE) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") == 390, path
    assert page.errors == []


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1440, "light")])
def test_the_pages_keep_nobody_out(still, width, scheme):
    page = still(width, scheme)
    for place in PLACES:
        page.at(f"{place}.html")
        page.locator("summary").click()
        assert Axe().run(page).response["violations"] == [], place
    assert page.errors == []


def test_by_keyboard_one_comes_to_the_text_and_to_the_next_page(still):
    page = still(width=1440)
    page.at("lessons/05_momentum.html")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to the text"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.get_by_role("link", name="Next").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Exercise 5. Momentum as memory"
    page.get_by_role("link", name="Before").click()
    assert page.get_by_role("heading", level=1).inner_text() == "5. Momentum as memory"

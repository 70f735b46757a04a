"""The pages in a browser before Python is there: nothing is wider than a phone, and nobody is kept out."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from course_lib.site import build, widgets
from tests.site.test_page import faults_for_axe

GIVEN = re.compile(r'class: ["`]([^"`]+)["`]')  # by a widget's script
PAGE = Path(build.__file__).with_name("page")
PLACES = ["index", "lessons/06_stability_map", "exercises/05_momentum"]
TOO_WIDE = """() => [...document.querySelectorAll("main *")]
    .filter((node) => node.getBoundingClientRect().right > innerWidth + 1 && !node.closest("pre, .framed"))
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


@pytest.mark.parametrize(
    ("width", "scheme", "places"),
    [(390, "dark", [*PLACES, "glossary"]), (1440, "light", [*PLACES, "docs/performance"])],
)
def test_the_pages_keep_nobody_out(still, width, scheme, places):
    """The two longest pages, which take as long as all others, are looked at once each."""
    page = still(width, scheme)
    for place in places:
        page.at(f"{place}.html")
        page.locator("summary").click()
        assert faults_for_axe(page) == [], place
    assert page.errors == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_stored_picture_is_on_the_pages_paper_and_a_map_keeps_its_colours(still, scheme):
    page = still(width=1440, scheme=scheme)
    page.at("lessons/05_momentum.html")
    paper, *others = shades(page, "figure")
    assert paper == {"light": 255, "dark": 18}[scheme]  # as a live figure has it
    assert (min(others) > paper) == (scheme == "dark")
    page.at("lessons/06_stability_map.html")
    paper, *others = shades(page, "figure")
    assert paper == {"light": 255, "dark": 217}[scheme]
    assert max(others) < paper


def shades(page, cell):
    """The greys of a cell's picture, the most frequent first."""
    shown = page.locator(f"#cell-{cell} img").screenshot()
    counts = Image.open(BytesIO(shown)).convert("L").histogram()
    return sorted((grey for grey in range(256) if counts[grey] > 500), key=lambda grey: -counts[grey])


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


def test_a_rule_of_the_pages_style_is_for_nothing_that_a_widget_names():
    """All styles are on one page: a rule for ``.said`` would be for everybody's."""
    ours = {name for path in PAGE.glob("*.css") for name in classes(path.read_text(encoding="utf-8"))}
    texts = [content.decode() for content in widgets.files().values()]
    given = {name for text in texts for names in GIVEN.findall(text) for name in names.split()}
    theirs = given.union(*map(classes, texts))
    assert len(ours) > 15
    assert len(given) > 30
    assert ours & theirs == set()


def classes(style):
    """The names of classes that stand alone: ``td.right`` is for cells of a table only."""
    rules = re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)
    return re.findall(r"(?<![\w)\]-])\.([a-z][\w-]*)(?=[^{}]*\{)", rules)

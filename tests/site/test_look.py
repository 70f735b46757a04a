"""The pages in a browser before Python is there: nothing is wider than a phone, and nobody is kept out."""

import re
import shutil
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from course_lib.site import build, widgets
from tests.conftest import PATIENCE
from tests.site.test_page import EACH_KIND_ONCE, faults_for_axe
from tools.host import served

GIVEN = re.compile(r'class: ["`]([^"`]+)["`]')  # by a widget's script
PAGE = Path(build.__file__).with_name("page")
SCRIPTS = ["page.js", "figure.js"]  # which load all others
SHOW = """async (address) => {
    const page = new DOMParser().parseFromString(await (await fetch(address)).text(), "text/html");
    const icon = document.querySelector("link[rel=icon]");
    icon.href = icon.href; // absolute, for the address changes
    history.replaceState(null, "", address);
    document.body.replaceWith(page.body);
    const unsized = [...document.querySelectorAll("img:not([width])")];
    await Promise.all(unsized.map((image) => image.decode()));
}"""
TOO_WIDE = """() => [...document.querySelectorAll("main *")]
    .filter((node) => node.getBoundingClientRect().right > innerWidth + 1 && !node.closest("pre, .framed"))
    .map((node) => node.outerHTML.slice(0, 100))"""


@pytest.fixture(scope="module")
def still_page(browser, site, tmp_path_factory):
    """One page for all tests, of a site whose own JavaScript is empty."""
    folder = tmp_path_factory.mktemp("still")
    shutil.copytree(site, folder, ignore=shutil.ignore_patterns("runtime", "*.js"), dirs_exist_ok=True)
    for script in SCRIPTS:
        (folder / "live" / script).touch()
    with served(folder) as address:
        page = browser.new_page(base_url=address)
        page.set_default_timeout(PATIENCE)
        errors = []
        page.on("console", lambda message: errors.append(message.text))
        yield page
        page.close()
    assert errors == []


@pytest.fixture
def still(still_page):
    """That page on a screen of this width."""

    def still(width, scheme="light"):
        still_page.set_viewport_size({"width": width, "height": 844})
        still_page.emulate_media(color_scheme=scheme)
        return still_page

    return still


def test_on_a_phone_nothing_is_cut_off(still, site):
    """All pages have the same head: one document shows each of their bodies."""
    page = still(width=390)
    page.goto("index.html")
    for path in sorted(site.rglob("*.html")):
        page.evaluate(SHOW, f"/{path.relative_to(site).as_posix()}")
        assert page.evaluate(TOO_WIDE) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") == 390, path


@pytest.mark.parametrize(
    ("width", "scheme", "places"),
    [
        (390, "dark", ["index", "exercises/05_momentum", "glossary"]),
        (1440, "light", ["lessons/06_stability_map", "docs/performance"]),
    ],
)
def test_the_pages_keep_nobody_out(still, width, scheme, places):
    """Each kind of page is looked at in one scheme here, and in the other one where it is live."""
    page = still(width, scheme)
    for place in places:
        page.goto(f"{place}.html")
        page.locator("summary").click()
        page.evaluate(EACH_KIND_ONCE)
        assert faults_for_axe(page) == [], place


def test_a_stored_picture_is_on_the_pages_paper_and_a_map_keeps_its_colours(still):
    for lesson, papers in {"05_momentum": [255, 18], "06_stability_map": [255, 217]}.items():
        still(width=1440).goto(f"lessons/{lesson}.html")
        for scheme, expected in zip(["light", "dark"], papers, strict=True):
            paper, *others = shades(still(1440, scheme), "figure")
            assert paper == expected  # as a live figure has it
            inverted = expected < 128
            assert (min(others) > paper) if inverted else (max(others) < paper)


def shades(page, cell):
    """The greys of a cell's picture, the most frequent first."""
    shown = page.locator(f"#cell-{cell} img").screenshot()
    counts = Image.open(BytesIO(shown)).convert("L").histogram()
    return sorted((grey for grey in range(256) if counts[grey] > 500), key=lambda grey: -counts[grey])


def test_by_keyboard_one_comes_to_the_text_and_to_the_next_page(still):
    page = still(width=1440)
    page.goto("lessons/05_momentum.html")
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

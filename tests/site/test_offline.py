"""After one visit the course is there without a host; another version comes whole or not at all."""

import json
import re
import shutil

import pytest
from playwright.sync_api import expect

from course_lib.site import listing
from tests.conftest import PATIENCE
from tests.site.test_page import (
    EACH_KIND_ONCE,
    SLOW,
    cell,
    faults_for_axe,
    figure,
    outputs,
    press,
    settled,
)
from tools.host import served

PHONE = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
    "color_scheme": "dark",
}
KEPT = "navigator.serviceWorker.ready.then(() => {})"
KEEP = f"navigator.serviceWorker.register('sw.js').then(() => {KEPT})"
REFUSES = """async () => {
    const kept = await navigator.serviceWorker.getRegistration();
    await kept.update();
    while (kept.installing) await new Promise((done) => setTimeout(done, 20));
    return kept.waiting === null;
}"""

LOOKS_FOR_NEW = """async () => {
    const kept = await navigator.serviceWorker.getRegistration();
    while (!kept.waiting) { // the browser's own look may have begun before the file was whole again
        await kept.update();
        await new Promise((done) => setTimeout(done, 100));
    }
}"""


@pytest.fixture
def page(browser):
    """A phone's, whose Python starts when a figure is looked at."""
    context = browser.new_context(**PHONE)
    context.set_default_timeout(PATIENCE)
    context.add_init_script(SLOW % "false")
    faults = []
    context.on("weberror", lambda of_page: faults.append(str(of_page.error)))
    yield context.new_page()
    context.close()
    assert faults == []


def test_after_one_visit_a_phone_needs_no_host(page, site):
    """A figure is moved by touch, and a review is asked for."""
    with served(site.parent) as address:
        page.goto(f"{address}{site.name}/glossary.html")
        settled(page, KEEP)
    page.goto(f"{address}{site.name}/lessons/05_momentum.html")
    press(page, "review-questions", "Run")
    review = outputs(page, "review-questions").get_by_role("group").first
    field = review.get_by_role("textbox").or_(review.get_by_role("radio")).first
    expect(field).to_be_visible()
    cell(page, "figure").scroll_into_view_if_needed()
    live = figure(page)
    live.get_by_role("button", name="A hundred").tap()
    expect(live).to_have_attribute("data-settings", re.compile('"momentum":0.99'))
    expect(page.locator("body")).to_have_attribute("data-jp-theme-light", "false")  # widgets look at it
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.evaluate(EACH_KIND_ONCE)
    assert faults_for_axe(page) == []
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Exercise 5")
    page.goto(f"{address}{site.name}/")
    expect(page.get_by_role("region", name="Your progress")).to_be_visible()


def lay_anew(course, words):
    """Another version of the site: a page that says this, listed as the build lists it."""
    page = course / "glossary.html"
    said = re.sub("<main.*</main>", f"<main>{words}</main>", page.read_text("utf-8"), flags=re.DOTALL)
    page.write_text(said, encoding="utf-8")
    known_by = json.loads((course / listing.LIST).read_text())["course"]
    for name in (listing.LIST, listing.KEEPER):
        (course / name).unlink()
    listing.write(course, known_by, {})


@pytest.fixture
def course(site, tmp_path):
    """A site to be changed: few files, which are kept soon, and a worker that has Python at once."""
    large = shutil.ignore_patterns("runtime", "pictures", "lessons", "exercises", "docs")
    shutil.copytree(site, tmp_path / "course", ignore=large)
    (tmp_path / "course/live/worker.js").write_text("onmessage = () => postMessage({ ready: {} });")
    return tmp_path / "course"


def test_a_new_version_is_offered_whole_and_a_damaged_one_is_not(page, course):
    lay_anew(course, "The first version")
    with served(course.parent) as address:
        page.goto(f"{address}course/index.html")
        press(page, "first-race", "Run")
        settled(page, KEPT)  # when Python is there
        page.goto(f"{address}course/glossary.html")
        lay_anew(course, "The second version")
        whole = (course / "index.html").read_bytes()
        (course / "index.html").write_bytes(whole + b"damaged")
        page.reload()
        assert settled(page, f"({REFUSES})()")
        expect(page.get_by_text("The second version")).to_have_count(0)
        (course / "index.html").write_bytes(whole)
        page.reload()
        settled(page, f"({LOOKS_FOR_NEW})()")
        page.get_by_role("alert").get_by_role("button", name="Load it").click()
        expect(page.get_by_text("The second version")).to_be_visible()
    page.reload()
    expect(page.get_by_text("The second version")).to_be_visible()
    assert len(settled(page, "caches.keys()")) == 1

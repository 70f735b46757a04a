"""After one visit the course is there without a host; another version comes whole or not at all."""

import json
import shutil

import pytest
from playwright.sync_api import expect

from course_lib.site import listing
from tests.site.test_page import LESSON, SLOW, cell, figure, settled
from tools.host import served

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
def host(site, tmp_path):
    """The folder of a host that has a copy of the site, to be changed, in ``course``."""
    shutil.copytree(site, tmp_path / "host/course")
    return tmp_path / "host"


@pytest.fixture
def page(browser):
    context = browser.new_context()
    context.add_init_script(SLOW % "false")  # Python starts on those pages only whose figures are looked at
    yield context.new_page()
    context.close()


def test_after_one_visit_figures_are_live_without_a_host(page, host):
    with served(host) as address:
        page.goto(f"{address}course/{LESSON}")
        cell(page, "figure").scroll_into_view_if_needed()
        figure(page)
        settled(page, KEPT)
    page.reload()
    cell(page, "figure").scroll_into_view_if_needed()
    figure(page)
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Exercise 1")
    page.goto(f"{address}course/")
    expect(page.get_by_role("region", name="Your progress")).to_be_visible()


def lay_anew(course, words):
    """Another version of the site: pages that say something else, listed as the build lists them."""
    for name in ("index.html", "glossary.html"):
        text = (course / name).read_text(encoding="utf-8")
        (course / name).write_text(text.replace("</main>", f"<p>{words}</p></main>"), encoding="utf-8")
    known_by = json.loads((course / listing.LIST).read_text())["course"]
    for name in (listing.LIST, listing.KEEPER):
        (course / name).unlink()
    listing.write(course, known_by, {})


def test_a_new_version_is_offered_whole_and_a_damaged_one_is_not(page, host):
    course = host / "course"
    for folder in ("runtime", "pictures", "lessons", "exercises", "docs"):
        shutil.rmtree(course / folder)  # a small site is kept sooner
    lay_anew(course, "The first version")
    with served(host) as address:
        page.goto(f"{address}course/glossary.html")
        settled(page, KEEP)
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
    page.goto(f"{address}course/")
    expect(page.get_by_text("The second version")).to_be_visible()
    assert len(settled(page, "caches.keys()")) == 1

"""figure.html: one figure, as its link says, in a frame of another page, with the Python of a third site."""

import html
import re

import pytest
from playwright.sync_api import expect

from course_lib.course.contents import ROOT
from course_lib.site import build, listing, plan
from tests.site.test_page import SLOW, answering, copied_link, faults_for_axe, opened, settings, settled
from tools.host import served

HEAD = '<!doctype html><title>Slides</title><link rel="icon" href="data:,">'
LINK = 'figure.html?theme=dark#Nesterov?{"condition":100,"only":["lr","momentum"],"lr":1.9}'
DAMAGED = "A file of Python is missing or damaged: "
IS_WHOLE = """new Promise((done) => {
    const whole = () => innerHeight === Math.ceil(document.body.getBoundingClientRect().height);
    const look = () => whole() ? done() : requestAnimationFrame(look);
    look();
})"""


@pytest.fixture(scope="module")
def elsewhere(site):
    """The address of the runtime that another site has, for every page."""
    with served(site, headers={"Access-Control-Allow-Origin": "*"}) as host:
        yield f"{host}{listing.RUNTIME}"


@pytest.fixture(scope="module")
def address(elsewhere, tmp_path_factory):
    """A site of this page alone, which has no Python itself."""
    folder = tmp_path_factory.mktemp("host")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plan, "sources", list)
        build.site(folder / "site", runtime_address=elsewhere, verbose=0)
    with served(folder) as host:
        yield f"{host}site/"


@pytest.fixture(scope="module")
def frame(browser, address, elsewhere, tmp_path_factory):
    """What a page of another host has in its frame, by the lines of the docs. Python waits for a button."""
    (lines,) = re.findall(
        "```html\\n(.*?)```", (ROOT / "docs/site.md").read_text(encoding="utf-8"), re.DOTALL
    )
    slides = lines.replace("https://example.org/course/figure.html#Decay", html.escape(address + LINK))
    folder = tmp_path_factory.mktemp("slides")
    (folder / "slides.html").write_text(HEAD + slides)
    others = [address, elsewhere]
    with served(folder) as host, opened(browser, host, "slides.html", SLOW % "true", others) as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        yield page.frames[1]


@pytest.fixture
def line(frame):
    return frame.get_by_role("complementary", name="Python")


def damaged(route):
    """One letter in place of a file, which every page may fetch."""
    route.fulfill(body="x", headers={"Access-Control-Allow-Origin": "*"})


def test_a_runtime_of_another_site_is_checked_file_by_file(frame, line, site, elsewhere):
    names = sorted(path.name for path in (site / "runtime").iterdir())
    assert len(names) == 6
    for name in names:
        frame.page.route(elsewhere + name, damaged)
        line.get_by_role("button").click()
        expect(line.get_by_role("status")).to_contain_text(f"{DAMAGED}{name}.")
        frame.page.unroute_all()
    expect(line.get_by_role("button", name="Start again")).to_be_visible()


def test_where_no_data_are_saved_python_starts_by_itself(browser, address):
    page = browser.new_page()
    page.route("**/worker.js", answering(".js", ""))  # it has begun, and never ends
    page.goto(f"{address}figure.html#Decay")
    expect(page.get_by_role("status")).to_have_text("Python is loading.")
    page.close()


def live(page):
    shown = page.locator(".course-explorer[data-settings]")
    expect(shown).to_be_visible()
    return shown


def test_a_link_opens_its_figure_dark_if_it_says_so_and_what_is_wrong_is_said(frame, line, address):
    """Also one that is copied there; of one that is copied in a lesson test_page.py tells."""
    line.get_by_role("button").click()
    shown = live(frame)
    settled(frame, IS_WHOLE)
    assert (settings(shown)["condition"], settings(shown)["lr"]) == (100, 1.9)
    expect(shown.get_by_role("group", name="Settings").get_by_role("slider")).to_have_count(2)
    expect(shown).to_have_class(re.compile("dark"))
    before, link = settings(shown), copied_link(shown)
    assert link.startswith(f"{address}figure.html#Nesterov?")
    frame.evaluate("""location.hash = 'Decay?{"lr":"a"}'""")
    expect(frame.locator("main > div > pre")).to_contain_text("lr must be a number from ")
    expect(live(frame)).to_have_attribute("aria-label", re.compile("chedule"))
    settled(frame, IS_WHOLE)
    assert faults_for_axe(frame) == []
    frame.evaluate("location.hash = 'Nothing'")
    expect(frame.locator("main > div > pre")).to_contain_text("figure must be one of AdamFamily")
    assert settings(live(frame))["lr"] == 0.1
    frame.evaluate("link => { location.hash = new URL(link).hash; }", link)
    expect(frame.locator(""".course-explorer[data-settings*='"lr":1.9']""")).to_be_visible()
    expect(frame.locator(".course-explorer")).to_have_count(1)  # the one before stays until it is there
    assert settings(live(frame)) == before

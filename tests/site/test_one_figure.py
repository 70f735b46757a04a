"""figure.html: one figure, as its link says, in a frame of another page. Alone, it is in test_hosts.py."""

import html
import re

import pytest
from playwright.sync_api import expect

from course_lib.course.contents import ROOT
from tests.site.test_page import copied_link, opened, settings, settled
from tools.host import served

HEAD = '<!doctype html><title>Slides</title><link rel="icon" href="data:,">'
LINK = 'figure.html?theme=dark#Nesterov?{"condition":100,"only":["lr","momentum"],"lr":1.9}'
IS_WHOLE = """new Promise((done) => {
    const whole = () => innerHeight === Math.ceil(document.body.getBoundingClientRect().height);
    const look = () => whole() ? done() : requestAnimationFrame(look);
    look();
})"""


@pytest.fixture
def frame(browser, address, tmp_path):
    """What a page of another host has in its frame, by the lines of the docs."""
    (lines,) = re.findall(
        "```html\\n(.*?)```", (ROOT / "docs/site.md").read_text(encoding="utf-8"), re.DOTALL
    )
    slides = lines.replace("https://example.org/course/figure.html#Decay", html.escape(address + LINK))
    (tmp_path / "slides.html").write_text(HEAD + slides)
    with served(tmp_path) as host, opened(browser, host, "slides.html", others=[address]) as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        yield page.frames[1]


def live(page):
    shown = page.locator(".course-explorer[data-settings]")
    expect(shown).to_be_visible()
    return shown


def test_a_link_opens_its_figure_dark_if_it_says_so_and_what_is_wrong_is_said(frame, address):
    """Also one that is copied there; of one that is copied in a lesson test_page.py tells."""
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
    frame.evaluate("location.hash = 'Nothing'")
    expect(frame.locator("main > div > pre")).to_contain_text("figure must be one of AdamFamily")
    assert settings(live(frame))["lr"] == 0.1
    frame.evaluate("link => { location.hash = new URL(link).hash; }", link)
    expect(frame.locator(""".course-explorer[data-settings*='"lr":1.9']""")).to_be_visible()
    expect(frame.locator(".course-explorer")).to_have_count(1)  # the one before stays until it is there
    assert settings(live(frame)) == before

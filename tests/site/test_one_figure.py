"""figure.html: one figure, as its link says, alone on a slide or in a frame of another page."""

import re

from playwright.sync_api import expect

from course_lib.course.contents import ROOT
from tests.site.conftest import served
from tests.site.test_page import copied_link, faults_for_axe, opened, settings

LINK = 'figure.html?theme=dark#StabilityMap?{"condition":100,"only":["lr","momentum"],"lr":1.9}'


def live(page):
    shown = page.locator(".course-explorer[data-settings]")
    expect(shown).to_be_visible()
    return shown


def test_a_link_opens_its_figure_dark_if_it_says_so_and_what_is_wrong_is_said(browser, address):
    """Also one that is copied there; of one that is copied in a lesson test_page.py tells."""
    with opened(browser, address, LINK) as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        shown = live(page)
        assert (settings(shown)["condition"], settings(shown)["lr"]) == (100, 1.9)
        expect(shown.get_by_role("group", name="Settings").get_by_role("slider")).to_have_count(2)
        expect(shown).to_have_class(re.compile("dark"))
        assert faults_for_axe(page) == []
        before, link = settings(shown), copied_link(shown)
        assert link.startswith(f"{address}figure.html#StabilityMap?")
        page.evaluate("""location.hash = 'Decay?{"lr":"a"}'""")
        expect(page.locator("main > div > pre")).to_contain_text("lr must be a number from ")
        expect(live(page)).to_have_attribute("aria-label", re.compile("chedule"))
        page.evaluate("location.hash = 'Nothing'")
        expect(page.locator("main > div > pre")).to_contain_text("figure must be one of AdamFamily")
        assert settings(live(page))["lr"] == 0.1
        page.evaluate("link => { location.hash = new URL(link).hash; }", link)
        expect(page.locator(""".course-explorer[data-settings*='"lr":1.9']""")).to_be_visible()
        expect(page.locator(".course-explorer")).to_have_count(1)  # the one before stays until it is there
        assert settings(live(page)) == before


def test_a_frame_gets_the_height_of_its_figure_by_the_lines_of_the_docs(browser, address, tmp_path):
    (html,) = re.findall("```html\\n(.*?)```", (ROOT / "docs/site.md").read_text(encoding="utf-8"), re.DOTALL)
    slides = html.replace("https://example.org/course/", address).replace("100%", "800")
    (tmp_path / "slides.html").write_text(f"<!doctype html><title>Slides</title>{slides}")
    with served(tmp_path) as host:
        page = browser.new_page()
        page.goto(f"{host}slides.html")
        frame = page.frame_locator("iframe")
        expect(frame.locator(".course-explorer[data-settings]")).to_be_visible()
        whole = "innerHeight === Math.ceil(document.body.getBoundingClientRect().height)"
        page.frames[1].wait_for_function(whole)
        page.close()

"""The report on the class of ten, as a teacher sees it: on a phone, in the dark and on paper."""

import re

import pytest
from course_grader import __main__
from playwright.sync_api import expect

from .conftest import ASSIGNMENT, STUDENTS

PAIRS = [
    ("ink", "paper", 7),
    ("bar", "paper", 3),
    ("bar", "ground", 3),
    ("warn", "paper", 3),
    ("line", "paper", 3),
]


@pytest.fixture(scope="module")
def report(classroom):
    assert __main__.main(["report", ASSIGNMENT, "--course", str(classroom.course)]) == 0
    return (classroom.course / "grading" / "reports" / f"{ASSIGNMENT}.html").as_uri()


@pytest.fixture
def opened(browser, report):
    """Opens the report in a window of some width, in some scheme."""
    pages = []

    def open_report(width=1280, scheme="light", media="screen"):
        pages.append(browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme))
        pages[-1].emulate_media(media=media, color_scheme=scheme)
        pages[-1].goto(report)
        return pages[-1]

    yield open_report
    for page in pages:
        page.close()


def test_the_keyboard_hides_all_names(opened):
    page = opened()
    everybody = page.get_by_role("heading", name="Everybody")
    expect(everybody).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="To the report")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(everybody).to_be_hidden()
    shown = page.locator("body").inner_text()
    assert "The most frequent mistakes" in shown
    names = [name for name in STUDENTS if "_" in name]  # which are no words of the page
    assert not [name for name in names if name in shown]


@pytest.mark.parametrize("width", [390, 1920])
def test_nothing_is_wider_than_the_window(opened, width):
    page = opened(width)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    labels = page.locator("svg text").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().height)"
    )
    assert min(labels) >= 10


@pytest.mark.parametrize(("scheme", "media"), [("light", "screen"), ("dark", "screen"), ("dark", "print")])
def test_colours_stand_out(opened, scheme, media):
    page = opened(scheme=scheme, media=media)

    def luminance(name):
        code = page.evaluate(f"getComputedStyle(document.documentElement).getPropertyValue('--{name}')")
        code = code.strip().lstrip("#")
        parts = re.findall("..", code) if len(code) == 6 else [2 * letter for letter in code]
        linear = [
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
            for part in (int(pair, 16) / 255 for pair in parts)
        ]
        return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    for one, other, least in PAIRS:
        low, high = sorted((luminance(one), luminance(other)))
        assert (high + 0.05) / (low + 0.05) >= least, (one, other)

"""The report on the class, as a teacher sees it: by keyboard, on a phone, in the dark and on paper."""

import re

from playwright.sync_api import expect

PAIRS = [
    ("ink", "paper", 7),
    ("bar", "paper", 3),
    ("bar", "ground", 3),
    ("warn", "paper", 3),
    ("line", "paper", 3),
]


def is_readable(browser, path, names):
    """The page at this path, on a class of students with these names."""
    page = browser.new_page()
    page.goto(path.as_uri())
    for width in (390, 1920):
        page.set_viewport_size({"width": width, "height": 800})
        nothing_is_wider_than_the_window(page, width)
    for scheme, media in [("dark", "screen"), ("dark", "print"), ("light", "screen")]:
        page.emulate_media(media=media, color_scheme=scheme)
        colours_stand_out(page)
    the_keyboard_hides_all_names(page, names)
    page.close()


def the_keyboard_hides_all_names(page, names):
    everybody = page.get_by_role("heading", name="Everybody")
    expect(everybody).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="To the report")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(everybody).to_be_hidden()
    shown = page.locator("body").inner_text()
    assert "The most frequent mistakes" in shown
    assert not [name for name in names if "_" in name and name in shown]  # others are words of the page


def nothing_is_wider_than_the_window(page, width):
    assert page.evaluate("document.documentElement.scrollWidth") == width
    labels = page.locator("svg text").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().height)"
    )
    assert min(labels) >= 10


def colours_stand_out(page):
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

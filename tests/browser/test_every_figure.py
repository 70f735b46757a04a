"""Every live figure under a hand: each control by mouse and by keyboard, in a real JupyterLab."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from course_lib import explorers
from course_lib.explorers.live.engine import TEXT_SIZES
from tools.lab import write_notebook

WITHOUT_EFFECT = {  # at the first settings
    ("AdaptiveRates", "rho (not Adagrad)"),  # where Adagrad is chosen
    ("FirstRace", "lr of the plain line"),  # before anything is chosen
    ("Matrices", "keys and values turned"),  # SGD does the same either way, which is what it shows
    ("Trajectory", "nesterov"),  # without momentum, as the caption says
}


@pytest.fixture(scope="module")
def every_figure(page, folder, run_notebook):
    """One notebook, a figure in each cell, with all its controls."""
    cells = [f"from course_lib.explorers import {', '.join(explorers.__all__)}"]
    cells += [f"{name}(only={name}.controls)" for name in explorers.__all__]
    write_notebook(folder / "every_figure.ipynb", *cells)
    run_notebook("every_figure.ipynb")
    figures = page.locator(".course-explorer")  # to look for a role goes through all of JupyterLab each time
    expect(figures).to_have_count(len(explorers.__all__))
    for canvas in figures.get_by_role("img").all():
        canvas.scroll_into_view_if_needed()  # JupyterLab lays out no more than is seen
        expect(canvas).to_have_attribute("width", "960")  # the screen's pixels have come
    return {name: figures.nth(place) for place, name in enumerate(explorers.__all__)}


@pytest.fixture(params=explorers.__all__)
def name(request):
    return request.param


@pytest.fixture
def figure(every_figure, name):
    figure = every_figure[name]
    figure.scroll_into_view_if_needed()
    figure.get_by_role("button", name="Reset").click()
    expect(figure.get_by_role("img")).to_have_attribute("aria-label", re.compile("."))
    return figure


RESET = """figure => {
    const buttons = [...figure.querySelectorAll("button")];
    buttons.find(({ textContent }) => textContent === "Reset").click(); // and the focus stays where it is
}"""
# What the figure shows, once it is that of its settings and these are others than those of before.
SHOWN = """([figure, before]) => {
    if (figure.ariaBusy !== "false" || figure.dataset.settings === before) return null;
    const canvas = figure.querySelector("canvas");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return {
        settings: figure.dataset.settings,
        caption: figure.querySelector("figcaption").textContent,
        picture: new Uint32Array(data.buffer).reduce((sum, pixel) => (31 * sum + pixel) | 0, 0),
    };
}"""


@pytest.fixture
def follows(page, figure, name):
    """Asserts that after an action picture and caption are others than those of the first settings."""
    handle = figure.element_handle()

    def shown(before=""):
        return page.wait_for_function(SHOWN, arg=[handle, before]).json_value()

    def follows(label, act):
        handle.evaluate(RESET)
        before = shown()
        act()
        after = shown(before["settings"])
        if (name, label) not in WITHOUT_EFFECT:
            assert after["caption"] != before["caption"], f"the caption does not follow {label}"
            assert after["picture"] != before["picture"], f"the picture does not follow {label}"
        expect(figure.get_by_role("alert")).to_be_hidden()

    return follows


def test_it_opens_with_a_picture_a_caption_and_a_goal(page, figure, name, keep_screenshot):
    expect(figure).to_have_role("region")
    expect(figure).to_have_accessible_name(getattr(explorers, name).title)
    expect(figure.locator(".goal")).to_contain_text(getattr(explorers, name).goal)
    caption = figure.locator("figcaption").inner_text()
    assert caption
    assert figure.get_by_role("img").get_attribute("aria-label").endswith(caption)
    figure.evaluate("figure => figure.scrollIntoView()")
    keep_screenshot(f"figure_{name}")


def test_the_page_paints_what_matplotlib_draws(figure, name):
    """The two painters agree but for the smoothing of edges and the spacing of letters."""
    expect(figure).to_have_attribute("aria-busy", "false")
    canvas = figure.get_by_role("img")
    address = canvas.evaluate("canvas => canvas.toDataURL()")
    painted = pixels(base64.b64decode(address.split(",")[1]))
    explorer = getattr(explorers, name)
    drawn = explorer(only=explorer.controls)
    drawn.screen = drawn.screen | {"pixels": 1.0, "text": 1.0}
    difference = np.abs(painted - pixels(drawn.picture())).max(axis=2)
    assert painted.std() > 10, "nothing is painted"
    assert (difference > 100).mean() < 0.01


def test_each_control_by_keyboard(page, figure, name, follows):
    for label, control in labelled_controls(name):
        moved = figure.get_by_label(label, exact=True)
        if control.kind == "slider":
            moved.focus()
            key = "ArrowLeft" if control.value == control.high else "ArrowRight"
            follows(label, lambda key=key: page.keyboard.press(key))
            expect(moved).to_be_focused()
        elif control.kind == "choice":
            moved.focus()
            last = control.value == control.options[-1]
            follows(label, lambda last=last: page.keyboard.press("ArrowUp" if last else "ArrowDown"))
        elif control.kind == "point":
            moved.focus()
            follows(label, lambda: page.keyboard.press("ArrowUp"))
        elif control.kind == "buttons":
            moved.get_by_role("button").first.focus()
            follows(label, lambda: page.keyboard.press("Space"))
        else:
            box = moved if control.kind == "switch" else moved.get_by_role("checkbox").first
            box.focus()
            follows(label, lambda: page.keyboard.press("Space"))


def test_each_control_by_mouse(page, figure, name, follows):
    for label, control in labelled_controls(name):
        moved = figure.get_by_label(label, exact=True)
        moved.scroll_into_view_if_needed()
        if control.kind == "slider":
            follows(label, lambda moved=moved: drag(page, moved, 0.35, 0.7))
        elif control.kind == "choice":
            other = next(option for option in control.options if option != control.value)
            follows(label, lambda moved=moved, other=other: moved.select_option(other))
        elif control.kind == "point":
            follows(label, lambda: drag(page, figure.locator(".grip"), 0.5, 2.5))
        elif control.kind == "buttons":
            follows(label, lambda moved=moved: moved.get_by_role("button").last.click())
        else:
            box = moved if control.kind == "switch" else moved.get_by_role("checkbox").last
            follows(label, lambda box=box: box.click())


def test_every_preset_and_larger_text(page, figure, name, keep_screenshot):
    def press(word):
        figure.get_by_role("button", name=f"{word} text").click()

    def has_text(size):
        shown = f"figure => figure.style.getPropertyValue('--text') === '{size:g}'"
        page.wait_for_function(shown, arg=figure.element_handle())

    for preset in figure.get_by_role("group", name="Presets").get_by_role("button").all()[:-3]:
        preset.click()
    for _ in TEXT_SIZES[1:]:
        press("Larger")
    has_text(TEXT_SIZES[-1])
    expect(figure.get_by_role("alert")).to_be_hidden()
    figure.evaluate("figure => figure.scrollIntoView()")
    keep_screenshot(f"figure_{name}_large")
    press("Smaller")
    has_text(TEXT_SIZES[-2])


def pixels(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), float)


def labelled_controls(name):
    controls = getattr(explorers, name).controls
    return [(control.label or key.replace("_", " "), control) for key, control in controls.items()]


def drag(page, handle, start, end):
    box = handle.bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + start * box["width"], middle)
    page.mouse.down()
    page.mouse.move(box["x"] + end * box["width"], middle, steps=3)
    page.mouse.up()

"""Every live figure under a hand: each control by keyboard, on a page that Python answers, and by mouse.

JupyterLab treats all figures alike: what it adds is tried with a control of each kind in test_live_figure.py
and test_figure_parts.py, and with each figure by the lesson that has it.
"""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from course_lib import explorers
from course_lib.explorers.live.engine import TEXT_SIZES
from tests.browser import static_page
from tests.browser.by_hand import by_keyboard, by_mouse, labelled

pytestmark = pytest.mark.usefixtures("record_file")  # the goals that are found here are nobody's

WITHOUT_EFFECT = {  # at the first settings
    ("AdaptiveRates", "rho (not Adagrad)"),  # where Adagrad is chosen
    ("FirstRace", "lr of the plain line"),  # before anything is chosen
    ("Matrices", "keys and values turned"),  # SGD does the same either way, which is what it shows
    ("Trajectory", "nesterov"),  # without momentum, as the caption says
}


@pytest.fixture(scope="module", params=explorers.__all__)
def explorer(request):
    """The figure in Python, with all its controls."""
    explorer = getattr(explorers, request.param)
    return static_page.on_screen(explorer, only=explorer.controls, pixels=1.0)


@pytest.fixture(scope="module")
def figure(page, explorer, tmp_path_factory):
    """The figure on its page."""
    path = tmp_path_factory.mktemp("figure") / "page.html"
    static_page.write(path, [explorer])
    page.goto(path.as_uri())
    figure = page.locator(".course-explorer")
    expect(figure.get_by_role("img")).to_have_attribute("aria-label", re.compile("."))
    return figure


RESET = """figure => {
    const buttons = [...figure.querySelectorAll("button")];
    buttons.find(({ textContent }) => textContent === "Reset").click(); // and the focus stays where it is
}"""
# What the figure shows, once it is that of its settings.
SHOWN = """figure => {
    if (figure.ariaBusy !== "false") return null;
    const canvas = figure.querySelector("canvas");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return {
        caption: figure.querySelector("figcaption").textContent,
        picture: new Uint32Array(data.buffer).reduce((sum, pixel) => (31 * sum + pixel) | 0, 0),
    };
}"""


@pytest.fixture
def shown(page, figure, explorer):
    """What the figure shows after an action."""
    handle = figure.element_handle()

    def shown(act):
        act()
        static_page.answer(page, explorer)
        return page.wait_for_function(SHOWN, arg=handle).json_value()

    return shown


def test_it_opens_with_a_picture_a_caption_and_a_goal(figure, explorer, keep_screenshot):
    expect(figure).to_have_role("region")
    expect(figure).to_have_accessible_name(explorer.title)
    expect(figure.locator(".goal")).to_contain_text(explorer.goal)
    caption = figure.locator("figcaption").inner_text()
    assert caption
    assert figure.get_by_role("img").get_attribute("aria-label").endswith(caption)
    keep_screenshot(f"figure_{type(explorer).__name__}")


def test_the_page_paints_what_matplotlib_draws(figure, explorer):
    """The two painters agree but for the smoothing of edges and the spacing of letters."""
    address = figure.get_by_role("img").evaluate("canvas => canvas.toDataURL()")
    painted = pixels(base64.b64decode(address.split(",")[1]))
    difference = np.abs(painted - pixels(explorer.picture())).max(axis=2)
    assert painted.std() > 10, "nothing is painted"
    assert (difference > 100).mean() < 0.01


def test_picture_and_caption_follow_each_control(figure, explorer, shown):
    def move_alone(label, control):
        figure.evaluate(RESET)  # Python need not draw this once more: it hears of both at once
        by_keyboard(figure, label, control)

    before = shown(lambda: figure.evaluate(RESET))
    for label, control in labelled(explorer.controls):
        after = shown(lambda label=label, control=control: move_alone(label, control))
        first = explorer.form["reset"]
        assert sum(value != first[name] for name, value in explorer.values.items()) == 1, f"{label} alone"
        if (type(explorer).__name__, label) not in WITHOUT_EFFECT:
            assert after["caption"] != before["caption"], f"the caption does not follow {label}"
            assert after["picture"] != before["picture"], f"the picture does not follow {label}"
    expect(figure.get_by_role("alert")).to_be_hidden()


def test_a_mouse_moves_each_control_to_a_value_that_python_takes(page, figure, explorer, shown):
    """And what Python makes of a value is the same as by keyboard."""
    shown(lambda: figure.evaluate(RESET))
    first = explorer.form["reset"]
    for name, (label, control) in zip(explorer.controls, labelled(explorer.controls), strict=True):
        figure.evaluate(RESET)
        by_mouse(figure, label, control)
        news = page.evaluate("models[0].news()")
        sent = explorer.checked({name: news[name] for name in explorer.controls if name in news})
        assert [name for name, value in sent.items() if value != first[name]] == [name], f"{label} alone"
    shown(lambda: figure.evaluate(RESET))
    expect(figure.get_by_role("alert")).to_be_hidden()


def test_every_preset_sets_its_values(page, figure, explorer, shown):
    presets = figure.get_by_role("group", name="Presets")
    for name, preset in explorer.presets.items():
        presets.get_by_role("button", name=name, exact=True).click()
        chosen = page.evaluate("names => names.map((name) => models[0].get(name))", list(preset))
        assert explorer.checked(dict(zip(preset, chosen, strict=True))) == explorer.checked(preset)
    shown(lambda: None)
    *_, last = explorer.presets.values()
    assert explorer.checked(last).items() <= explorer.values.items()
    expect(figure.get_by_role("alert")).to_be_hidden()


def test_larger_text(page, figure, explorer, shown, keep_screenshot):
    def press(word):
        figure.get_by_role("button", name=f"{word} text").click()

    for _ in TEXT_SIZES[1:]:
        press("Larger")
    shown(lambda: None)
    grown = f"figure => figure.style.getPropertyValue('--text') === '{TEXT_SIZES[-1]:g}'"
    page.wait_for_function(grown, arg=figure.element_handle())
    expect(figure.get_by_role("alert")).to_be_hidden()
    keep_screenshot(f"figure_{type(explorer).__name__}_large")
    press("Smaller")
    assert page.evaluate("models[0].get('screen').text") == TEXT_SIZES[-2]


def pixels(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), float)

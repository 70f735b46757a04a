"""Every live figure under a hand, without a kernel: each control by keyboard, each slider to its ends.

JupyterLab treats all figures alike: what it adds is tried with a control of each kind in test_live_figure.py
and test_figure_parts.py, and with some lessons in test_lessons.py.
"""

import numpy as np
import pytest
from playwright.sync_api import expect

from course_lib import explorers
from tests.browser import static_page
from tests.browser.by_hand import by_keyboard, by_mouse, labelled
from tests.explorers import driving

pytestmark = pytest.mark.usefixtures("record_file")  # the goals that are found here are nobody's

WITHOUT_EFFECT = {  # at the first settings
    ("AdaptiveRates", "rho (not Adagrad)"),  # where Adagrad is chosen
    ("FirstRace", "lr of the plain line"),  # before anything is chosen
    ("Matrices", "keys and values turned"),  # SGD does the same either way, which is what it shows
    ("Trajectory", "nesterov"),  # without momentum, as the caption says
}


@pytest.fixture(scope="module")
def figures(page, every_figure):
    """The figures in Python, with all their controls; they are all on one page."""
    figures, address = every_figure(narrow=False)
    page.goto(address)
    expect(page.locator("section[aria-busy=false] canvas[aria-label]")).to_have_count(len(figures))
    yield dict(zip(explorers.__all__, figures, strict=True))
    page.goto("about:blank")  # others find the figures on the page as they were, and in Python
    for figure in figures:
        figure.reset()


@pytest.fixture(scope="module", params=explorers.__all__)
def explorer(request, figures):
    """One of them in Python."""
    return figures[request.param]


@pytest.fixture(scope="module")
def figure(page, explorer):
    """The same on the page."""
    return page.locator(".course-explorer").nth(explorers.__all__.index(type(explorer).__name__))


RESET = """figure => {
    const buttons = [...figure.querySelectorAll("button")];
    buttons.find(({ textContent }) => textContent === "Reset").click(); // and the focus stays where it is
}"""
# What a hand sends that pulls each slider to its ends, and to the middle.
PULL = """figure => [...figure.querySelectorAll(".controls input[type=range]")].flatMap((slider) =>
    [0, Math.round(slider.max / 2), slider.max].map((position) => {
        slider.value = position;
        slider.dispatchEvent(new Event("input"));
        return figure.closest(".cell").model.news();
    }))"""
# The settings of the page after each preset.
PRESETS = """figure => [...figure.querySelectorAll(".presets > button")].map((button) => {
    button.click();
    const { model } = figure.closest(".cell");
    const names = Object.keys(model.get("form").reset);
    return [button.textContent, Object.fromEntries(names.map((name) => [name, model.get(name)]))];
})"""


def test_it_opens_with_a_picture_a_caption_and_a_goal(figure, explorer):
    expect(figure).to_have_role("region")
    expect(figure).to_have_accessible_name(explorer.title)
    expect(figure.locator(".goal")).to_contain_text(explorer.goal)
    caption = figure.locator("figcaption").inner_text()
    assert caption
    assert figure.get_by_role("img").get_attribute("aria-label").endswith(caption)


def test_the_page_paints_what_matplotlib_draws_after_a_move(figure, explorer):
    """The two painters agree but for the smoothing of edges and the spacing of letters."""
    before = static_page.painted(figure)
    label, control = labelled(explorer.controls)[-1]
    by_keyboard(figure, label, control)
    static_page.answer(figure, explorer)
    expect(figure).to_have_attribute("aria-busy", "false")
    expect(figure.locator("figcaption")).to_have_text(explorer.caption)
    expect(figure.get_by_role("alert")).to_be_hidden()
    painted = static_page.painted(figure)
    assert painted.std() > 10, "nothing is painted"
    assert static_page.share_that_differs(painted, explorer) < 0.01
    if (type(explorer).__name__, label) not in WITHOUT_EFFECT:
        assert not np.array_equal(painted, before), f"the picture does not follow {label}"


def test_caption_and_picture_follow_each_control(figure, explorer):
    """A key moves it on the page. What Python makes of that is neither laid out nor painted."""
    with driving.unpainted():
        draft = type(explorer)(only=explorer.controls)
        before = draft.caption, shown(draft)
        for name, (label, control) in zip(draft.controls, labelled(draft.controls), strict=True):
            figure.evaluate(RESET)
            by_keyboard(figure, label, control)
            draft.set_state(sent(draft, static_page.news(figure)))
            assert moved(draft, draft.values) == [name], f"{label} alone"
            if (type(draft).__name__, label) not in WITHOUT_EFFECT:
                assert draft.caption != before[0], f"the caption does not follow {label}"
                assert shown(draft) != before[1], f"the picture does not follow {label}"


def test_python_takes_what_a_hand_sends_that_pulls_a_slider_or_a_start(figure, explorer):
    pulled = figure.evaluate(PULL)
    sliders = {name: control for name, control in explorer.controls.items() if control.kind == "slider"}
    assert len(pulled) == 3 * len(sliders)
    for place, (name, control) in enumerate(sliders.items()):
        low, middle, high = [explorer.checked(sent(explorer, news))[name] for news in pulled[3 * place :][:3]]
        assert (low, high) == (control.low, control.high)
        assert low < middle < high
    for name, (label, control) in zip(explorer.controls, labelled(explorer.controls), strict=True):
        if control.kind == "point":
            figure.evaluate(RESET)
            by_mouse(figure, label, control)
            assert moved(explorer, static_page.news(figure)) == [name]


def test_every_preset_sets_its_values(figure, explorer):
    chosen = dict(figure.evaluate(PRESETS))
    assert chosen.keys() == explorer.presets.keys()
    for name, preset in explorer.presets.items():
        assert explorer.checked(preset).items() <= explorer.checked(chosen[name]).items(), name


def sent(explorer, news):
    """Of what the page sends, the controls."""
    return {name: news[name] for name in explorer.controls if name in news}


def moved(explorer, news):
    """The names of the controls that are not at their first values, as Python takes them."""
    first = explorer.form["reset"]
    return [name for name, value in explorer.checked(sent(explorer, news)).items() if value != first[name]]


def shown(explorer):
    """What the page would paint: what moves, and on what."""
    return explorer.view["places"], explorer.images, explorer._drawn

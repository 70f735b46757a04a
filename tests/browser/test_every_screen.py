"""Every figure on every screen: measured on two pages without a kernel, wide and light, narrow and dark."""

from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import expect

from course_lib import explorers
from course_lib.explorers.trajectory import UPDATES
from tests.browser import static_page
from tests.explorers import test_every_explorer as rules

pytestmark = pytest.mark.usefixtures("record_file")  # the goals that are found here are nobody's

SMALLEST = 11  # pixels: the least height of type
SEEN = 679  # pixels: what JupyterLab leaves of 800
WIDE, NARROW = "1280x800 without side bar", "390"  # the last of each page: there more is done than measured
SCREENS = {  # name: width of the figure, height
    "1280x800": (848, SEEN),  # the first: a field stays as wide as the longest number that was in it
    "1920": (1752, 959),
    "800": (800, SEEN),
    "200%": (640, 400),
    WIDE: (1112, SEEN),
    NARROW: (390, 844),  # and dark: another page
}
ONE_SCREEN = [name for name in SCREENS if name.startswith("1280")]

LAID_OUT = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
MEASURE = Path(__file__).with_name("every_screen.js").read_text(encoding="utf-8")


def on(*screens):
    """Test this on each of these screens. All tests on one follow each other, so each page is loaded once."""
    return pytest.mark.parametrize("screen", screens, scope="module")


@pytest.fixture(scope="module")
def drawn(page, every_figure, screen):
    """The figures in Python; they are on the page, which is as large as the screen."""
    usual, (width, height) = page.viewport_size, SCREENS[screen]
    figures, address = every_figure(narrow=screen == NARROW)
    page.set_viewport_size({"width": width, "height": height})
    if page.url != address:
        page.goto(address)
    expect(page.locator("section[aria-busy=false] canvas[aria-label]")).to_have_count(len(figures))
    page.evaluate(LAID_OUT)
    yield figures
    page.set_viewport_size(usual)


LONGEST = """() => models.forEach((model) => { // as long a number as a slider gives
    const longest = { slider: 0.00000123, point: [-0.00000123, 0.00000123] };
    const fields = model.get("form").controls.filter(({ kind }) => kind in longest);
    fields.forEach(({ name, kind }) => model.set(name, longest[kind]));
})"""
RESET = "() => models.forEach((model) => model.take(model.get('form').reset))"


@on(*SCREENS)
def test_nothing_is_clipped_covered_or_too_small(page, drawn, screen, keep_screenshot):
    """Nor is a field narrower than the longest number."""
    measured = page.evaluate(MEASURE)
    if screen in ("1280x800", NARROW):
        keep_screenshot(f"every_figure_{screen}", full_page=True)
    page.evaluate(LONGEST)
    assert page.evaluate("document.querySelectorAll('[role=spinbutton]')[0].value") == "0.00000123"
    measured_with_the_longest = page.evaluate(MEASURE)
    page.evaluate(RESET)
    faults = [
        f"{type(figure).__name__}: {fault}"
        for figure, first, longest in zip(drawn, measured, measured_with_the_longest, strict=True)
        for letters in [static_page.smallest_type(figure)]
        for fault in [
            *faults_of(first, letters, on_one_screen=screen in ONE_SCREEN),
            *faults_of(longest, letters, on_one_screen=False),
        ]
    ]
    assert not faults, "\n".join(faults)


def faults_of(found, letters, on_one_screen):
    in_picture = letters * found["picture"]
    return [
        *[f"{part} is cut off" for part in found["clipped"]],
        *[f"{pair} overlap" for pair in found["overlaps"]],
        *([f"type of {found['type']:.1f} pixels"] if found["type"] < SMALLEST else []),
        *([f"type of {in_picture:.1f} pixels in the picture"] if in_picture < SMALLEST else []),
        *([f"a slider of {found['sliders']:.1f} em"] if found["sliders"] < 8 else []),
        *([f"{found['height']:.0f} pixels high"] if on_one_screen and found["height"] > SEEN else []),
    ]


TAKEN_OFF = f"""async () => {{
    const figure = document.querySelector(".course-explorer"), place = figure.parentNode;
    document.body.toggleAttribute("data-theme-changes"); // at which it would look a frame later
    figure.remove();
    await {LAID_OUT};
    place.prepend(figure);
}}"""


@on(WIDE)
@pytest.mark.usefixtures("drawn")
def test_a_figure_that_is_taken_off_its_page_looks_at_it_no_longer(page, console):
    page.evaluate(TAKEN_OFF)
    assert console == []


HEARD = """() => { // the page tells which tones it plays, and is silent
    window.heard = [];
    AudioParam.prototype.linearRampToValueAtTime = (frequency, when) => { heard.push([frequency, when]); };
    AudioNode.prototype.connect = (other) => other;
}"""


@on(WIDE)
def test_a_pitch_falls_with_the_loss_and_a_diverging_run_rises(page, drawn):
    for lr, falls in [(0.1, True), (2.1, False)]:
        page.evaluate(HEARD)
        figure = figure_at(page, drawn, explorers.Trajectory, lr=lr)
        figure.get_by_role("button", name="Listen").click()
        expect(figure.get_by_role("button", name="Listen")).to_have_attribute("aria-pressed", "true")
        frequencies, times = np.array(page.evaluate("heard")).T
        assert len(frequencies) == UPDATES + 1
        assert np.ptp(times) == pytest.approx(4)  # seconds
        assert (np.diff(frequencies) <= 0).all() == falls
        assert (frequencies[-1] < frequencies[0]) == falls
        assert 110 <= frequencies.min() < frequencies.max() <= 1760
        page.keyboard.press("Escape")
        expect(figure.get_by_role("button", name="Listen")).to_have_attribute("aria-pressed", "false")


@on(WIDE)
def test_a_second_press_is_silence_and_where_no_loss_is_there_is_no_button(page, drawn):
    for name, section in zip(explorers.__all__, page.locator(".course-explorer").all(), strict=True):
        press = section.get_by_role("button", name="Listen", exact=True)
        expect(press).to_have_count(int(name in rules.HEARD))
    press = figure_at(page, drawn, explorers.Decay).get_by_role("button", name="Listen")
    for pressed in ("true", "false"):
        press.press("Space")
        expect(press).to_have_attribute("aria-pressed", pressed)


@on(WIDE)
def test_the_table_is_asked_for_and_can_be_copied(page, drawn):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    figure = figure_at(page, drawn, explorers.LearningRate, tabled=True)
    expect(figure.get_by_role("table")).to_have_count(0)
    figure.get_by_text("Table", exact=True).press("Enter")
    expect(figure.get_by_role("table")).to_have_count(2)
    run = figure.get_by_role("table").last
    expect(run.get_by_role("columnheader")).to_have_text(["updates", "loss", "path: weight w", "path: loss"])
    expect(run.get_by_role("rowheader")).to_have_count(25)
    figure.get_by_role("button", name="Copy").last.click()
    expect(figure.get_by_role("button", name="Copied")).to_be_visible()
    lines = page.evaluate("navigator.clipboard.readText()").splitlines()
    assert lines[-1].split("\t")[0] == "30"
    assert "tabled" in page.evaluate("sent")


def figure_at(page, drawn, explorer, **values):
    """The figure on the page, shown what Python shows at these settings."""
    place = explorers.__all__.index(explorer.__name__)
    drawn[place].reset()
    for name, value in values.items():
        setattr(drawn[place], name, value)
    state = static_page.state(drawn[place])
    page.evaluate("([place, state]) => models[place].take(state)", [place, state])
    return page.locator(".course-explorer").nth(place)


@on(WIDE)
def test_the_verdict_stands_out_and_the_caption_is_whole(page, drawn):
    for figure, section in zip(drawn, page.locator(".course-explorer").all(), strict=True):
        caption, verdict = section.locator("figcaption"), section.locator(".verdict")
        assert caption.inner_text() == figure.caption
        assert figure.caption.startswith(verdict.inner_text() + " ")
        assert int(verdict.evaluate("node => getComputedStyle(node).fontWeight")) >= 600


COLORS = """([name, part]) => [...document.querySelectorAll(part)]
    .filter((node) => node.checkVisibility()).map((node) => getComputedStyle(node)[name])"""


@on(WIDE, NARROW)
@pytest.mark.usefixtures("drawn")
def test_with_few_colors_of_the_readers_own_all_that_can_be_touched_has_an_edge(page, screen):
    page.emulate_media(forced_colors="active", color_scheme="dark" if screen == NARROW else "light")
    ink = page.evaluate(COLORS, ["color", "figcaption"])[0]
    for part in ("button", "select", "[role=spinbutton]", ".pick"):
        edges = page.evaluate(COLORS, ["borderTopColor", f".course-explorer {part}"])
        assert set(edges) == {ink}, part
    assert set(page.evaluate(COLORS, ["outlineColor", "canvas"])) == {ink}
    play = page.get_by_role("button", name="Play", exact=True).first
    play.focus()
    play.press("ArrowLeft")  # a key shows where the focus is
    assert play.evaluate("node => getComputedStyle(node).outline").endswith("solid 3px")
    page.emulate_media(forced_colors="none", color_scheme="null")


@on(NARROW)
@pytest.mark.usefixtures("drawn")
def test_on_paper_there_is_dark_on_light_and_nothing_to_press(page, keep_screenshot):
    page.emulate_media(media="print")
    assert set(page.evaluate(COLORS, ["color", "figcaption"])) == {"rgb(0, 0, 0)"}
    assert set(page.evaluate(COLORS, ["backgroundColor", ".parts"])) == {"rgb(255, 255, 255)"}
    assert all("invert" in filtered for filtered in page.evaluate(COLORS, ["filter", "canvas"]))
    expect(page.get_by_role("button").locator("visible=true")).to_have_count(0)
    keep_screenshot("every_figure_print", full_page=True)
    page.emulate_media(media="null")


# Dark paper changes colours alone; these figures have every kind of control.
SEARCHED = {
    WIDE: (explorers.__all__, {}),
    NARROW: (["Trajectory", "FirstRace", "RegressionLosses"], {"runOnly": ["color-contrast"]}),
}


@on(*SEARCHED)
def test_axe_finds_no_violation(page, drawn, screen):
    figure = figure_at(page, drawn, explorers.Trajectory, tabled=True)
    page.evaluate("() => document.querySelectorAll('details').forEach((details) => { details.open = true; })")
    expect(figure.get_by_role("table")).to_have_count(1)
    page.evaluate(AXE_FILE_PATH.read_text(encoding="utf-8"))
    names, options = SEARCHED[screen]
    parts = ", ".join(f'.course-explorer[aria-label="{getattr(explorers, name).title}"]' for name in names)
    options = options | {"resultTypes": ["violations"]}
    found = page.evaluate("([parts, options]) => axe.run(parts, options)", [parts, options])
    assert len(found["passes"]) == 1 if "runOnly" in options else len(found["passes"]) > 10
    faults = [f"{rule['id']}: {node['html']}" for rule in found["violations"] for node in rule["nodes"]]
    assert not faults, "\n".join(faults)

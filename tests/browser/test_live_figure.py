"""The live figure under a hand: each control by keyboard and by mouse, in a real JupyterLab."""

import re

import pytest
from playwright.sync_api import expect

from course_lib.explorers import Trajectory
from tests.browser.test_motion import PICTURE, press, shown
from tools.lab import write_notebook

SLIDERS = ["lr", "momentum", "decay"]
BROKEN = """
class Broken(Trajectory):
    title = "A broken figure"

    def frame(self, *, lr, **values):
        if lr > 1:
            raise ArithmeticError("the frame broke on purpose")
        return super().frame(lr=lr, **values)

Broken(only=["lr"])
"""


@pytest.fixture(scope="module")
def opened_figure(page, folder, run_notebook):
    write_notebook(
        folder / "figure.ipynb", "from course_lib.explorers import Trajectory\nTrajectory()", BROKEN
    )
    run_notebook("figure.ipynb")
    return page.get_by_role("region", name=Trajectory.title)


@pytest.fixture
def figure(page, opened_figure):
    """The figure as it first comes up; every test leaves another picture behind than it found."""
    caption = opened_figure.locator("figcaption")
    opened_figure.get_by_role("button", name="Reset").click()
    expect(caption).to_contain_text("lr 0.1, momentum 0, decay 0, nesterov off (ravine)")
    expect(opened_figure).to_have_attribute("aria-busy", "false")
    before = opened_figure.evaluate(PICTURE)
    yield opened_figure
    expect(opened_figure).to_have_attribute("aria-busy", "false")
    assert opened_figure.evaluate(PICTURE) != before


@pytest.mark.parametrize("name", SLIDERS)
def test_arrow_keys_move_a_slider_and_the_last_value_wins(page, figure, name):
    slider = figure.get_by_role("slider", name=name, exact=True)
    slider.focus()
    before = float(slider.get_attribute("aria-valuetext"))
    for _ in range(10):
        page.keyboard.press("ArrowRight")  # faster than the kernel answers
    value = float(slider.get_attribute("aria-valuetext"))
    assert value > before
    expect(figure.locator("figcaption")).to_contain_text(f"{name} {value:.3g}")
    expect(figure.get_by_role("img")).to_have_attribute("aria-label", re.compile(f"{name} {value:.3g}"))
    expect(slider).to_be_focused()


@pytest.mark.parametrize("name", SLIDERS)
def test_the_mouse_drags_a_slider(page, figure, name):
    slider = figure.get_by_role("slider", name=name, exact=True)
    box = slider.bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 0.2 * box["width"], middle)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.6 * box["width"], middle, steps=10)
    page.mouse.up()
    control = {"lr": 0.0577, "momentum": 0.6, "decay": 0.06}[name]  # at 0.6 of the slider's way
    value = float(slider.get_attribute("aria-valuetext"))
    assert value == pytest.approx(control, rel=0.15)
    expect(figure.locator("figcaption")).to_contain_text(f"{name} {value:.3g}")


@pytest.mark.parametrize("name", SLIDERS)
def test_an_exact_number_can_be_typed(page, figure, name):
    field = figure.get_by_role("spinbutton", name=f"{name}, exact value")
    field.fill("0.0123")
    field.press("Enter")
    expect(figure.locator("figcaption")).to_contain_text(f"{name} 0.0123")
    field.fill("99")
    field.press("Enter")  # beyond the range: taken to its end
    expect(figure.get_by_role("slider", name=name, exact=True)).to_have_attribute(
        "aria-valuetext", field_end(name)
    )


def test_the_switch_by_mouse_and_by_keyboard(page, figure):
    figure.get_by_role("button", name="With momentum").click()
    switch, caption = figure.get_by_role("switch", name="nesterov"), figure.locator("figcaption")
    switch.click()
    expect(caption).to_contain_text("nesterov on")
    page.keyboard.press("Space")
    expect(caption).to_contain_text("nesterov off")


def test_the_surface_by_mouse_and_by_keyboard(page, figure):
    surfaces, caption = figure.get_by_role("combobox", name="surface"), figure.locator("figcaption")
    surfaces.select_option("rosenbrock")
    expect(caption).to_have_text(re.compile(r"^Diverges at .*\(rosenbrock\)"))
    surfaces.focus()
    page.keyboard.press("ArrowDown")
    expect(caption).to_contain_text("(himmelblau)")


def test_an_arrow_in_the_number_field_moves_one_step_of_the_slider(page, figure):
    field = figure.get_by_role("spinbutton", name="momentum, exact value")
    field.focus()
    page.keyboard.press("ArrowUp")
    expect(figure.locator("figcaption")).to_contain_text("momentum 0.01,")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowDown")
    expect(figure.locator("figcaption")).to_contain_text("momentum 0.02,")


def test_letters_typed_on_a_button_do_not_edit_the_notebook(page, figure):
    cells = page.locator(".jp-Notebook .jp-Cell").count()
    figure.get_by_role("button", name="Zigzag").click()
    page.keyboard.press("d")
    page.keyboard.press("d")
    page.keyboard.press("b")
    page.evaluate("() => new Promise(done => setTimeout(done, 300))")  # JupyterLab's own clock
    assert page.locator(".jp-Notebook .jp-Cell").count() == cells


def test_presets_and_reset(page, figure, keep_screenshot):
    caption = figure.locator("figcaption")
    figure.get_by_role("button", name="Documented settings").click()
    expect(caption).to_contain_text("lr 0.1, momentum 0.9, decay 1e-6, nesterov on")
    figure.get_by_role("button", name="Diverge").click()
    expect(caption).to_have_text(re.compile("^Diverges at lr 2.1, "))
    figure.get_by_role("button", name="Reset").focus()
    page.keyboard.press("Enter")
    expect(caption).to_contain_text("Slides down without overshooting at lr 0.1, momentum 0, decay 0, ")
    figure.get_by_role("button", name="With momentum").click()
    expect(caption).to_contain_text("momentum 0.9")
    keep_screenshot("live_figure")


@pytest.mark.usefixtures("opened_figure")
def test_an_exception_in_a_figure_is_shown_where_the_learner_looks(page):
    broken = page.get_by_role("region", name="A broken figure")
    alert = broken.get_by_role("alert")
    expect(broken.get_by_role("slider", name="lr", exact=True)).to_be_visible()
    expect(alert).to_be_hidden()
    broken.get_by_role("spinbutton", name="lr, exact value").fill("2")
    page.keyboard.press("Enter")
    expect(alert).to_contain_text("ArithmeticError: the frame broke on purpose")
    broken.get_by_role("button", name="Reset").click()
    expect(alert).to_be_hidden()


def field_end(name):
    return {"lr": "4", "momentum": "0.99", "decay": "0.1"}[name]


# Counts the updates of widgets that go over the wire, in either direction.
COUNT = """() => {
    window.wire = { sent: 0, came: 0 };
    const words = (data) => (data.length ? data : new TextDecoder("latin1").decode(data));
    const isUpdate = (data) => /"method": ?"update"/.test(words(data));
    const [send, watched] = [WebSocket.prototype.send, new Set()];
    const came = ({ data }) => { wire.came += isUpdate(data); };
    WebSocket.prototype.send = function (data) {
        if (!watched.has(this)) this.addEventListener("message", came);
        watched.add(this);
        wire.sent += isUpdate(data);
        send.call(this, data);
    };
}"""
FIGURES = 2  # on the page


def test_a_dark_theme_costs_one_new_picture_and_no_move_more_than_before(page, figure, keep_screenshot):
    def moved(key):
        page.evaluate("() => { wire.sent = wire.came = 0; }")
        figure.get_by_role("slider", name="momentum", exact=True).press(key)
        expect(figure).to_have_attribute("aria-busy", "false")
        return page.evaluate("wire")

    page.evaluate(COUNT)
    moved("PageUp")  # so that the wire is watched
    light = moved("PageUp")
    page.evaluate("() => { wire.sent = wire.came = 0; }")
    turn(page, "JupyterLab Dark")
    expect(page.locator(".course-explorer.dark")).to_have_count(FIGURES)
    assert page.evaluate("wire") == {"sent": FIGURES, "came": FIGURES}
    assert figure.get_by_role("img").evaluate(CORNER) == [17, 17, 17]
    assert moved("PageUp") == light == {"sent": 1, "came": 1}
    keep_screenshot("live_figure_dark")
    turn(page, "JupyterLab Light")
    expect(page.locator(".course-explorer.dark")).to_have_count(0)
    assert figure.get_by_role("img").evaluate(CORNER) == [255, 255, 255]


CORNER = "canvas => [...canvas.getContext('2d').getImageData(1, 1, 1, 1).data].slice(0, 3)"


def turn(page, theme):
    page.evaluate("theme => jupyterapp.commands.execute('apputils:change-theme', { theme })", theme)


def test_on_a_narrow_page_the_plots_stand_in_a_column(page, figure, keep_screenshot):
    usual, canvas = page.viewport_size, figure.get_by_role("img").element_handle()
    upright = "canvas => canvas.height > canvas.width"
    for width, expected in [(500, True), (usual["width"], False)]:
        page.set_viewport_size(usual | {"width": width})
        page.wait_for_function(f"canvas => ({upright})(canvas) === {str(expected).lower()}", arg=canvas)
    figure.get_by_role("slider", name="momentum", exact=True).press("ArrowRight")


def test_a_number_with_a_comma_is_taken_and_one_out_of_range_is_brought_inside_and_said(figure):
    field = figure.get_by_role("spinbutton", name="lr, exact value")
    for typed, taken, note in [
        ("0,25", "0.25", ""),
        ("7", "4", "lr goes from 0.0001 to 4."),
        ("x", "4", "x is no number."),
    ]:
        field.fill(typed)
        field.press("Enter")
        expect(field).to_have_value(taken)
        expect(figure.locator(".note").first).to_have_text(note)


def test_the_wheel_changes_no_value(page, figure):
    settings = figure.get_attribute("data-settings")
    for control in (
        figure.get_by_role("slider", name="lr", exact=True),
        figure.get_by_role("spinbutton").first,
    ):
        control.focus()
        control.hover()
        page.mouse.wheel(0, 60)
        page.evaluate("() => new Promise(requestAnimationFrame)")
    assert figure.get_attribute("data-settings") == settings
    figure.get_by_role("button", name="Zigzag").click()


def test_settings_are_undone_redone_and_a_label_resets_its_control(page, figure):
    caption = figure.locator("figcaption")
    figure.get_by_role("button", name="Zigzag").click()
    expect(caption).to_contain_text("lr 1.9")
    page.keyboard.press("Control+z")
    expect(caption).to_contain_text("lr 0.1,")
    page.keyboard.press("Control+y")
    expect(caption).to_contain_text("lr 1.9")
    figure.get_by_text("lr", exact=True).dblclick()
    expect(caption).to_contain_text("lr 0.1,")
    figure.get_by_role("button", name="Undo").click()
    expect(caption).to_contain_text("lr 1.9")


FORESEEN = """() => new Promise((resolve) => {
  const { kernel } = jupyterapp.shell.currentWidget.sessionContext.session;
  kernel.iopubMessage.connect((_, { content }) => { if (content.data?.state?.foreseen?.view) resolve(); });
})"""
HOLD = """() => {
  const [held, { send }] = [[], WebSocket.prototype];
  WebSocket.prototype.send = function (message) { held.push([this, message]); };
  window.release = () => {
    WebSocket.prototype.send = send;
    held.forEach(([to, message]) => to.send(message));
  };
}"""


def test_the_next_step_of_a_key_is_painted_before_the_kernel_answers(page, figure):
    caption, slider = figure.locator("figcaption"), figure.get_by_role("slider", name="lr", exact=True)
    page.evaluate(f"() => {{ window.foreseen = ({FORESEEN})(); }}")
    slider.press("ArrowRight")
    page.evaluate("() => foreseen")
    page.evaluate(HOLD)
    before = figure.evaluate(PICTURE)
    try:
        slider.press("ArrowRight")
        there = (
            figure.get_attribute("data-settings"),
            figure.get_attribute("aria-busy"),
            figure.evaluate(PICTURE),
        )
    finally:
        page.evaluate("() => release()")
    lr = slider.get_attribute("aria-valuetext")
    assert f'"lr":{lr},' in there[0]
    assert there[1] == "false"
    assert there[2] != before
    expect(caption).to_contain_text(f"lr {lr},")
    slider.press("ArrowLeft")
    expect(caption).not_to_contain_text(f"lr {lr},")


# Plays until so many different pictures were seen, then pauses.
PLAY = """(figure, wanted) => new Promise((done) => {
    const [canvas, pictures] = [figure.querySelector("canvas"), new Set()];
    const buttons = [...figure.querySelectorAll("button")];
    const press = (word) => buttons.find(({ textContent }) => textContent === word).click();
    const look = () => {
        pictures.add(canvas.toDataURL());
        if (pictures.size < wanted) return requestAnimationFrame(look);
        press("Pause");
        done();
    };
    press("Play");
    look();
})"""


def test_play_sends_no_message(page, figure):
    for _ in range(2):
        press(figure, "Half the speed")  # so that a busy machine has time for so many pictures
    page.evaluate(COUNT)
    figure.evaluate(PLAY, 8)
    update, of = shown(figure)
    assert 0 < update < of
    assert page.evaluate("wire.sent") == 0
    press(figure, "Zigzag")
    expect(figure.locator("figcaption")).to_contain_text("lr 1.9")
    assert page.evaluate("wire.sent") > 0, "what is counted is what is sent"

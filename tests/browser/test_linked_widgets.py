"""Figures that join in with ipywidgets, and one whose kernel was restarted: in a real JupyterLab."""

import re

import pytest
from playwright.sync_api import expect

from tools.lab import write_notebook

SOURCES = {
    "link": """
slider = ipywidgets.FloatSlider(0.2, max=0.99, description="my slider")
linked = Momentum(layout={"width": "700px"})
ipywidgets.link((slider, "value"), (linked, "momentum"))
ipywidgets.VBox([linked, slider])
""",
    "jslink": """
one, other = LearningRate(), LearningRate()
ipywidgets.jslink((one, "lr"), (other, "lr"))
ipywidgets.Tab([ipywidgets.VBox([one, other])], titles=["Two figures"])
""",
    "output": """
figure = Trajectory()
told = ipywidgets.interactive_output(lambda lr: print(f"lr is {lr}"), {"lr": figure.control("lr")})
ipywidgets.VBox([figure, told])
""",
}


@pytest.fixture(scope="module")
def cells(page, folder, run_notebook):
    imports = "import ipywidgets\nfrom course_lib.explorers import LearningRate, Momentum, Trajectory"
    quiz = 'from course_lib.quizzes import Quiz\nQuiz("01_learning_rate")'
    write_notebook(folder / "linked.ipynb", imports, *SOURCES.values(), quiz)
    run_notebook("linked.ipynb", own_kernel=True)
    expect(page.locator(".course-explorer")).to_have_count(4)
    return {name: page.locator(".jp-CodeCell").nth(1 + place) for place, name in enumerate(SOURCES)}


def type_exactly(figure, control, value):
    field = figure.get_by_role("spinbutton", name=f"{control}, exact value")
    field.fill(value)
    field.press("Enter")


def test_a_slider_moves_the_figure_and_the_figure_the_slider(page, cells, keep_screenshot):
    figure, slider = cells["link"].locator(".course-explorer"), cells["link"].get_by_role("slider").last
    expect(figure.locator("figcaption")).to_contain_text("momentum 0.2")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(figure.locator("figcaption")).to_contain_text("momentum 0.3")
    expect(figure.get_by_role("slider", name="momentum", exact=True)).to_have_attribute(
        "aria-valuetext", "0.3"
    )
    type_exactly(figure, "momentum", "0.9")
    expect(slider).to_have_attribute("aria-valuenow", "0.9")
    keep_screenshot("linked_slider")


def test_the_layout_is_honoured(cells):
    assert cells["link"].locator(".course-explorer").bounding_box()["width"] <= 700


def test_two_figures_are_linked_on_the_page_and_python_follows(cells):
    one, other = cells["jslink"].locator(".course-explorer").all()
    type_exactly(one, "lr", "1.5")
    expect(other.locator("figcaption")).to_contain_text("lr 1.5")
    type_exactly(other, "lr", "0.25")
    expect(one.locator("figcaption")).to_contain_text("lr 0.25")
    for figure in (one, other):
        expect(figure).to_have_attribute("aria-busy", "false")


def test_an_output_follows_a_control(cells):
    figure = cells["output"].locator(".course-explorer")
    type_exactly(figure, "lr", "0.75")
    expect(cells["output"].locator(".widget-output")).to_contain_text("lr is 0.75")


RESTART = """async () => {
    const { kernel } = jupyterapp.shell.currentWidget.sessionContext.session;
    await kernel.requestKernelInfo(); // answered when all that was said before has been taken
    await kernel.restart();
}"""


def test_a_restarted_kernel_is_told_in_words(page, cells, keep_screenshot):
    """The last of these tests: nothing answers after it."""
    figure, quiz = cells["output"].locator(".course-explorer"), page.get_by_role("region", name="Quiz")
    silence = re.compile("The kernel does not answer: it was restarted, or is busy. Run this cell again.")
    expect(page.get_by_role("alert")).to_have_count(0)
    page.evaluate(RESTART)
    type_exactly(figure, "lr", "0.5")
    quiz.get_by_role("radio").first.check()
    for part in (figure, quiz):
        expect(part.get_by_role("alert")).to_have_text(silence)
    figure.scroll_into_view_if_needed()
    keep_screenshot("restarted_kernel")

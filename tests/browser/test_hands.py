"""A figure in the hand, on a page without a kernel: its path's start, and the size of its text."""

import re

import pytest
from playwright.sync_api import expect

from course_lib import surfaces
from course_lib.explorers import Trajectory
from course_lib.explorers.live.engine import TEXT_SIZES
from tests.browser import static_page

pytestmark = pytest.mark.usefixtures("record_file")  # the goals that are found here are nobody's


@pytest.fixture(scope="module")
def explorer():
    return static_page.on_screen(Trajectory, pixels=1.0)


@pytest.fixture
def figure(page, explorer, tmp_path):
    static_page.write(tmp_path / "page.html", [explorer])
    page.goto((tmp_path / "page.html").as_uri())
    figure = page.get_by_role("region")
    expect(figure.get_by_role("img")).to_have_attribute("aria-label", re.compile("."))
    return figure


def start(figure):
    return figure.page.evaluate("models[0].get('start')")


def fields(figure):
    return figure.get_by_role("spinbutton", name=re.compile("start"))


def test_the_start_is_dragged_by_its_grip(figure):
    (left, right), (bottom, top) = surfaces.get("ravine").domain
    *_, width, height = figure.page.evaluate("models[0].get('scene').picks[0].box")
    grown = figure.get_by_role("img").evaluate(
        "canvas => canvas.clientWidth / models[0].get('scene').size[0]"
    )
    grip = figure.locator(".grip").bounding_box()
    middle = [grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2]
    mouse = figure.page.mouse
    mouse.move(*middle)
    mouse.down()
    mouse.move(middle[0] + 60, middle[1] + 20, steps=4)
    mouse.up()
    x, y = surfaces.get("ravine").start
    moved = [x + 60 / grown / width * (right - left), y - 20 / grown / height * (top - bottom)]
    assert start(figure) == pytest.approx(moved, abs=0.05)


def test_a_press_alone_moves_nothing(figure):
    figure.locator(".grip").click()
    assert start(figure) is None


def test_the_fields_say_where_it_starts_until_a_number_is_typed(figure):
    assert [field.input_value() for field in fields(figure).all()] == ["-1.6", "0.8"]
    fields(figure).first.fill("0,5")
    fields(figure).first.press("Enter")
    assert start(figure) == [0.5, 0.8]
    fields(figure).last.press("ArrowUp")
    assert start(figure) == [0.5, 0.85]
    fields(figure).last.fill("9")
    fields(figure).last.press("Enter")
    assert start(figure) == [0.5, 6]
    expect(figure.locator(".point")).to_contain_text("from -6 to 6")


def test_a_double_click_on_the_label_gives_the_start_back(figure):
    fields(figure).first.fill("1")
    fields(figure).first.press("Enter")
    figure.get_by_text("start", exact=True).dblclick()
    assert start(figure) is None
    assert fields(figure).first.input_value() == "-1.6"


def test_text_is_made_larger_and_smaller(page, figure, explorer, keep_screenshot):
    def press(word):
        figure.get_by_role("button", name=f"{word} text").click()

    for _ in TEXT_SIZES[1:]:
        press("Larger")
    static_page.answer(figure, explorer)
    grown = f"figure => figure.style.getPropertyValue('--text') === '{TEXT_SIZES[-1]:g}'"
    page.wait_for_function(grown, arg=figure.element_handle())
    assert static_page.share_that_differs(static_page.painted(figure), explorer) < 0.01
    expect(figure.get_by_role("alert")).to_be_hidden()
    keep_screenshot("larger_text")
    press("Smaller")
    assert page.evaluate("models[0].get('screen').text") == TEXT_SIZES[-2]

"""Predictions under a hand: locked, seen in the figure, skipped, found again; and reviews of another day.

A mark is moved on a page without a kernel.
"""

import pytest
from playwright.sync_api import expect

from course_lib import questions
from course_lib.predictions import Predict
from tests.browser import static_page
from tools import lab

SET_UP = """
import os
os.environ["COURSE_PROGRESS"] = {path!r}
from course_lib.predictions import Compare, Predict, Review
from course_lib.explorers import LearningRate
"""
TOMORROW = """
from datetime import timedelta
from course_lib.base import events
today = events.now()
events.now = lambda: today + timedelta(days=1)
"""


@pytest.fixture(scope="module")
def notebook(folder, tmp_path_factory):
    set_up = SET_UP.format(path=str(tmp_path_factory.mktemp("record") / "progress.jsonl"))
    asked = 'LearningRate(asked="01_learning_rate")'
    cells = [set_up, 'Predict("01_learning_rate")', asked]
    lab.write_notebook(folder / "predict.ipynb", *cells)
    later = [
        set_up,
        'Predict("01_learning_rate")',
        'Compare("01_learning_rate")',
        TOMORROW,
        'Review("05_momentum")',
    ]
    lab.write_notebook(folder / "later.ipynb", *later)


@pytest.fixture(scope="module")
def sheet(page, notebook, run_notebook):
    run_notebook("predict.ipynb")
    return page.get_by_role("region", name="Predictions")


def group(sheet, number):
    return sheet.get_by_role("group").nth(number - 1)


def test_what_is_no_number_is_refused_in_words(sheet):
    field = group(sheet, 1).get_by_role("textbox", name="Your prediction")
    field.fill("a lot")
    field.press("Enter")
    expect(group(sheet, 1).get_by_role("status")).to_contain_text("answer must be a number, such as 0.5, 0,5")
    expect(field).to_be_enabled()


def test_a_prediction_is_locked_and_nothing_is_told(page, sheet, keep_screenshot):
    field = group(sheet, 1).get_by_role("textbox", name="Your prediction")
    field.fill("1/2")
    field.press("Enter")
    reply = group(sheet, 1).get_by_role("status")
    expect(reply).to_have_text("Locked: 1/2. Now look at the figure.")
    expect(reply).to_be_focused()
    expect(field).to_have_count(0)
    group(sheet, 2).get_by_label("diverges").check()
    group(sheet, 2).get_by_role("button", name="Lock").click()
    group(sheet, 3).get_by_role("button", name="Skip").click()
    expect(group(sheet, 3).get_by_role("status")).to_have_text("Skipped: it will come back sooner.")
    expect(sheet).to_contain_text("2 of 3 locked, 1 skipped")
    expect(page.locator("body")).not_to_contain_text("it is -0.125")
    keep_screenshot("predict")


def test_the_guess_stands_beside_what_happened(page, sheet, keep_screenshot):
    figure = page.locator(".course-explorer")
    figure.get_by_role("button", name="lr 1.8").click()
    expect(figure.locator("figcaption")).to_contain_text("igzags and settles")
    expect(figure.locator(".predicted")).to_contain_text(
        "You said “diverges”; right is “zigzags and settles”."
    )
    figure.get_by_role("button", name="lr 0.5").click()
    told = "You said 1/2; it is -0.125, 0.625 away. You took 0.5 away"
    expect(figure.locator(".predicted")).to_contain_text(told)
    across = [float(figure.locator(f".places .{name}").get_attribute("cx")) for name in ("said", "right")]
    width = float(figure.locator(".places svg svg").get_attribute("width"))
    low, high = questions.BY_NAME["weight_after_three"].surface.domain[0]
    assert (across[0] - across[1]) / width * (high - low) == pytest.approx(0.625)
    keep_screenshot("predicted")
    figure.get_by_role("button", name="Reset").click()
    expect(figure.locator(".predicted p")).to_have_count(0)
    expect(figure.locator(".places circle")).to_have_count(0)


@pytest.fixture(scope="module")
def later(page, sheet, run_notebook):
    """Another kernel, and another day."""
    run_notebook("later.ipynb", own_kernel=True)
    return page


def test_the_next_kernel_finds_the_answers_again(later):
    sheet = later.get_by_role("region", name="Predictions")
    expect(group(sheet, 1).get_by_role("status")).to_have_text("Locked: 1/2. Now look at the figure.")
    expect(group(sheet, 2).get_by_role("button", name="Lock")).to_have_count(0)
    expect(later.get_by_role("table")).to_contain_text("You took the jump over the bottom for divergence.")


def test_what_was_wrong_comes_back_with_other_numbers(later, keep_screenshot):
    review = later.get_by_role("region", name="Review")
    expect(review.get_by_role("group")).to_have_count(3)
    choice = review.get_by_role("group").filter(has=later.get_by_role("radio"))
    expect(choice).to_contain_text("What does plain descent do with lr")
    choice.get_by_role("radio").first.check()
    expect(choice.get_by_role("status")).to_contain_text("You said")
    expect(choice.get_by_role("radio").first).to_be_disabled()
    keep_screenshot("review")


@pytest.fixture(scope="module")
def by_touch(browser):
    """A page for a finger."""
    page = browser.new_page(viewport={"width": 390, "height": 900}, has_touch=True)
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    page.close()
    assert errors == []


@pytest.fixture
def place(by_touch, tmp_path, record_file):
    """The question for a place in the ravine."""
    static_page.write(tmp_path / "page.html", [Predict("05_momentum")])
    by_touch.goto((tmp_path / "page.html").as_uri())
    return by_touch.get_by_role("group").filter(has=by_touch.get_by_role("slider"))


def typed(place):
    return [field.input_value() for field in place.get_by_role("textbox").all()]


def on_the_page(place, part):
    """What is at a part of the way across the picture and up, on the page."""
    place.scroll_into_view_if_needed()
    area = place.locator(".area").bounding_box()
    return area["x"] + part[0] * area["width"], area["y"] + (1 - part[1]) * area["height"]


def test_a_mark_is_dragged_from_the_start_and_locked(place):
    page, mouse = place.page, place.page.mouse
    assert typed(place) == ["", ""]
    mouse.move(*on_the_page(place, (0.1, 2.2 / 2.8)))  # the start, -1.6 and 0.8
    mouse.down()
    mouse.move(*on_the_page(place, (0.25, 0.5)), steps=4)
    mouse.up()
    assert typed(place) == ["-1", "0"]
    expect(place.get_by_role("slider")).to_have_attribute("aria-valuetext", "-1 and 0")
    assert page.evaluate("sent") == []
    place.get_by_role("button", name="Lock").click()
    assert page.evaluate("models[0].get('answers')") == {"4": "-1 and 0"}


def test_a_finger_sets_the_mark_and_beyond_the_picture_it_stays_at_its_edge(place):
    place.page.touchscreen.tap(*on_the_page(place, (0.75, 0.5)))
    assert typed(place) == ["1", "0"]
    mouse = place.page.mouse
    mouse.move(*on_the_page(place, (0.75, 0.5)))
    mouse.down()
    mouse.move(*on_the_page(place, (1.1, 0.5)))
    mouse.up()
    assert typed(place) == ["2", "0"]


def test_keys_and_typed_numbers_move_the_mark_too(place):
    mark = place.get_by_role("slider")
    mark.press("ArrowRight")
    mark.press("Shift+ArrowDown")
    assert typed(place) == ["-1.5", "-0.2"]
    place.get_by_role("textbox", name="second weight").fill("0,5")
    expect(mark).to_have_attribute("aria-valuetext", "-1.5 and 0.5")
    place.get_by_role("textbox", name="first weight").press("Enter")
    assert place.page.evaluate("models[0].get('answers')") == {"4": "-1.5 and 0,5"}


def test_a_mark_that_is_locked_stays_where_it_is(place):
    reply = {"right": None, "words": "Locked.", "closed": True, "skipped": False, "place": [0.5, -0.5]}
    place.page.evaluate("reply => models[0].take({replies: {4: reply}})", reply)
    mark = place.get_by_role("slider")
    expect(mark).to_have_attribute("aria-valuetext", "0.5 and -0.5")
    expect(mark).to_have_attribute("aria-disabled", "true")
    mark.press("ArrowRight")
    place.page.touchscreen.tap(*on_the_page(place, (0.25, 0.5)))
    expect(mark).to_have_attribute("aria-valuetext", "0.5 and -0.5")

"""Plots that can be clicked, points, buttons and groups of boxes, and what stands below a picture: in a real
JupyterLab. The other kinds of controls are in test_live_figure.py.
"""

import re
from functools import cache

import pytest
from playwright.sync_api import expect

from course_lib.explorers import FirstRace, RegressionLosses, StabilityMap, Trajectory
from tests.browser.by_hand import by_keyboard, by_mouse, labelled
from tests.explorers.reaches import REACHES
from tools.lab import write_notebook

CELLS = 6


@pytest.fixture(scope="module")
def opened(page, folder, run_notebook):
    write_notebook(
        folder / "parts.ipynb",
        "from course_lib.explorers import *",
        "StabilityMap()",
        "ClassificationLosses(only=['margin'])",
        "Trajectory()",
        "FirstRace()",
        "RegressionLosses()",
    )
    run_notebook("parts.ipynb")
    return page


def opened_figure(page, explorer):
    figure = page.get_by_role("region", name=explorer.title)
    figure.get_by_role("button", name="Reset").click()
    expect(figure).to_have_attribute("aria-busy", "false")
    return figure


@pytest.fixture
def stability_map(opened):
    return opened_figure(opened, StabilityMap)


@cache
def in_python():
    """The map as Python has it at first."""
    return StabilityMap()


def on_the_map(lr, momentum):
    """Where a cell of the map stands on the page, from the picture's upper left corner."""
    (pick,) = in_python().scene["picks"]
    left, top, width, height = pick["box"]
    parts = [
        (value - low) / (high - low)
        for value, (low, high) in [(lr, pick["x"]["ends"]), (momentum, pick["y"]["ends"])]
    ]
    return left + parts[0] * width, top + (1 - parts[1]) * height


def test_a_click_on_the_map_picks_its_lr_and_momentum(page, stability_map):
    picture, caption = stability_map.get_by_role("img"), stability_map.locator("figcaption")
    x, y = on_the_map(2.0, 0.8)
    page.mouse.click(*beside(picture, (x, y)))
    expect(caption).to_contain_text(re.compile(r"lr (1\.9|2)\d*\.?\d*, momentum 0\.(79|8|81)\b"))
    before = caption.inner_text()
    x, y = on_the_map(3.0, 0.3)
    page.mouse.click(*beside(picture, (x, y)), button="right")
    page.keyboard.press("Escape")  # away with its menu
    expect(stability_map).to_have_attribute("aria-busy", "false")
    assert caption.inner_text() == before
    page.mouse.move(*beside(picture, on_the_map(1.0, 0.5)))
    page.mouse.down()
    page.mouse.move(*beside(picture, (x, y)), steps=5)
    page.mouse.up()
    expect(caption).to_contain_text(re.compile(r"Diverges at lr (2\.9|3)\d*\.?\d*, momentum 0\.(29|3|31)\b"))


def beside(picture, position):
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    grown = box["width"] / in_python().scene["size"][0]
    return box["x"] + grown * position[0], box["y"] + grown * position[1]


def test_a_plot_whose_control_is_not_shown_cannot_be_clicked(opened):
    figure = opened.get_by_role("region", name=re.compile("^Losses for classes"))
    picture, caption = figure.get_by_role("img"), figure.locator("figcaption")
    box = picture.bounding_box()
    before = caption.inner_text()
    opened.mouse.click(box["x"] + 0.85 * box["width"], box["y"] + 0.6 * box["height"])
    expect(figure).to_have_attribute("aria-busy", "false")
    assert caption.inner_text() == before
    figure.locator(".pick").first.click()
    expect(caption).not_to_have_text(before)


@pytest.mark.parametrize("move", [by_keyboard, by_mouse])
@pytest.mark.parametrize(
    ("kind", "explorer"), [("point", Trajectory), ("buttons", FirstRace), ("several", RegressionLosses)]
)
def test_a_control_of_each_kind_is_followed(opened, kind, explorer, move):
    figure = opened_figure(opened, explorer)
    (controlled,) = [
        (label, control) for label, control in labelled(explorer.controls) if control.kind == kind
    ]
    figure.scroll_into_view_if_needed()
    before, settings = figure.locator("figcaption").inner_text(), figure.get_attribute("data-settings")
    move(figure, *controlled)
    expect(figure).not_to_have_attribute("data-settings", settings)
    expect(figure.locator("figcaption")).not_to_have_text(before)


def test_a_table_of_the_run_is_there_once_it_is_opened_and_follows_the_controls(opened, stability_map):
    stability_map.get_by_text("Table", exact=True).click()
    run = stability_map.get_by_role("table").last
    expect(run.get_by_role("columnheader")).to_have_text(["part of all updates", "error"])
    before = run.inner_text()
    stability_map.get_by_role("slider", name="lr", exact=True).press("ArrowRight")
    expect(run).not_to_have_text(before)
    stability_map.get_by_text("Table", exact=True).click()
    expect(stability_map.get_by_role("table")).to_have_count(0)


def test_shift_enter_in_a_control_runs_the_cell_and_keeps_the_figure_in_view(opened):
    cell = opened.locator(".jp-CodeCell").filter(has=opened.get_by_role("region", name=StabilityMap.title))
    count = cell.locator(".jp-InputPrompt").inner_text()
    field = cell.get_by_role("spinbutton", name="momentum, exact value")
    field.fill("0.7")
    field.press("Shift+Enter")
    expect(cell.locator(".jp-InputPrompt")).not_to_have_text(count)
    expect(cell.locator(".jp-InputPrompt")).not_to_have_text("[*]:")
    expect(cell.locator("figcaption")).to_contain_text("momentum 0.5")
    expect(cell.locator("canvas")).to_be_in_viewport()
    assert opened.locator(".jp-CodeCell").count() == CELLS


def test_a_goal_found_by_hand_is_known_to_the_next_figure(opened):
    figure = opened_figure(opened, StabilityMap)
    find_the_goal(figure)
    figure.get_by_role("button", name="Reset").click()
    expect(figure.locator(".goal")).to_contain_text("★ Found before")


def find_the_goal(figure):
    for name, value in REACHES["StabilityMap"].items():
        label = StabilityMap.controls[name].label or name
        field = figure.get_by_role("spinbutton", name=f"{label}, exact value")
        field.fill(str(value))
        field.press("Enter")
    expect(figure.locator(".goal")).to_contain_text("✔ Reached")


def test_the_two_lines_are_copied(opened, stability_map):
    opened.context.grant_permissions(["clipboard-read", "clipboard-write"])
    stability_map.get_by_text("As Python").click()
    stability_map.get_by_role("button", name="Copy").first.click()
    expect(stability_map.get_by_role("button", name="Copied")).to_be_visible()
    assert opened.evaluate("navigator.clipboard.readText()") == in_python().view["python"]


def test_the_goal_is_said_again_only_when_it_is_reached_or_lost(stability_map):
    stability_map.evaluate(
        """figure => {
            window.said = 0;
            const tell = () => said++;
            new MutationObserver(tell).observe(figure.querySelector(".goal"), { childList: true });
        }"""
    )
    stability_map.get_by_role("slider", name="lr", exact=True).press("ArrowRight")
    stability_map.get_by_role("slider", name="momentum", exact=True).press("ArrowRight")
    expect(stability_map).to_have_attribute("aria-busy", "false")
    assert stability_map.page.evaluate("said") == 0
    find_the_goal(stability_map)
    assert stability_map.page.evaluate("said") == 1


@pytest.fixture
def zoom(page):
    """Zooms the page. Each page after it would have this size, if the session that sets it were left open."""
    usual, session = page.viewport_size, page.context.new_cdp_session(page)

    def zoom(factor):
        size = {side: round(length / factor) for side, length in usual.items()}
        metrics = size | {"deviceScaleFactor": factor, "mobile": False}
        session.send("Emulation.setDeviceMetricsOverride", metrics)

    yield zoom
    session.detach()
    page.set_viewport_size(usual)


def test_the_picture_stays_sharp_when_the_page_is_zoomed(page, stability_map, zoom):
    canvas = stability_map.get_by_role("img").element_handle()
    sharp = "canvas => canvas.width >= 0.85 * devicePixelRatio * canvas.clientWidth"  # to a quarter
    for factor in (2, 3, 1):  # each is followed, not only the first
        zoom(factor)
        page.wait_for_function(f"devicePixelRatio === {factor}")
        page.wait_for_function(sharp, arg=canvas)

"""An exercise in JupyterLab: opened, solved by typing, and solved wrongly."""

import re

import pytest
from playwright.sync_api import expect

EXERCISE = "exercises/01_learning_rate/01_learning_rate.ipynb"
ACTIVE = re.compile(r"\bjp-mod-active\b")


@pytest.fixture(scope="module")
def exercise(page, run_notebook):
    run_notebook(EXERCISE, own_kernel=True)  # unsolved, no cell raises
    return page


def cell(page, text):
    return page.locator(".jp-CodeCell").filter(has_text=text).first


def answer(page, last_line):
    """Type the function over whatever stands in its cell, run it, and then the check below it."""
    function, check = cell(page, "def sgd_step"), cell(page, '"sgd_step",')
    function.locator(".cm-content").click()
    expect(page.locator(".jp-Notebook.jp-mod-editMode")).to_be_visible()  # else keys would be commands
    expect(function).to_have_class(ACTIVE)
    expect(function.locator(".cm-content")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("def sgd_step(w, g, lr):")
    page.keyboard.press("Enter")  # JupyterLab indents the next line
    page.keyboard.type(last_line)
    expect(function).to_contain_text(last_line)
    page.keyboard.press("Shift+Enter")
    expect(check).to_have_class(ACTIVE)
    page.keyboard.press("Shift+Enter")
    expect(check).not_to_have_class(ACTIVE)  # what comes next has the focus, and keeps it
    return check.locator(".jp-OutputArea")


def test_unsolved_the_check_says_so_and_how_to_get_help(exercise):
    output = cell(exercise, '"sgd_step",').locator(".jp-OutputArea")
    expect(output).to_contain_text("sgd_step is not written yet")
    expect(output).to_contain_text('hint("sgd_step")')


def test_a_typed_solution_is_checked_green(exercise, keep_screenshot):
    output = answer(exercise, "return w - lr * g")
    expect(output).to_contain_text("✔ sgd_step is right.")
    expect(output).to_contain_text("3 of 3 points.")
    expect(output).not_to_contain_text("✘")
    keep_screenshot("exercise-solved")


def test_a_wrong_answer_is_told_its_mistake(exercise, keep_screenshot):
    output = answer(exercise, "return w + lr * g")
    expect(output).to_contain_text("Your step has the wrong sign: it climbs.")
    expect(output).to_contain_text("0 of 3 points.")
    cases = output.get_by_text("✘ sgd_step(w=[1], g=[2], lr=0.1) gives [1.2]; expected [0.8]")
    expect(cases).to_be_hidden()
    output.get_by_text("Case by case").click()
    expect(cases).to_be_visible()
    keep_screenshot("exercise-mistake")


def test_an_endless_loop_ends_and_the_kernel_lives(exercise):
    output = answer(exercise, "while True: pass")
    expect(output).to_contain_text("did not end within 2 s")
    expect(answer(exercise, "return w - lr * g")).to_contain_text("3 of 3 points.")

"""A task in words under a hand: written, then the model answer is shown, then marked; found again."""

import pytest
from playwright.sync_api import expect

from course_lib.checks import in_words
from tools import lab

SET_UP = """
import os
os.environ["COURSE_PROGRESS"] = {path!r}
from course_lib.checks import answer_in_words
"""
TASK = in_words.of("05_momentum")


@pytest.fixture(scope="module")
def sheet(page, folder, run_notebook, tmp_path_factory):
    set_up = SET_UP.format(path=str(tmp_path_factory.mktemp("record") / "progress.jsonl"))
    for name in ("words.ipynb", "words_later.ipynb"):
        lab.write_notebook(folder / name, set_up, 'answer_in_words("05_momentum")')
    run_notebook("words.ipynb")
    return page.get_by_role("region", name="In words")


def test_the_model_answer_is_shown_after_an_answer_of_several_lines(page, sheet, keep_screenshot):
    first = sheet.get_by_role("group").nth(0)
    field = first.get_by_role("textbox", name="Your answer")
    field.fill("The peaks fall.")
    field.press("End")
    field.press("Enter")
    field.press_sequentially("So it settles.")
    expect(page.locator("body")).not_to_contain_text(TASK.answer[:40])
    first.get_by_role("button", name="Keep").click()
    expect(first.get_by_role("status")).to_contain_text(TASK.answer[:40])
    expect(first.get_by_role("status")).to_contain_text("Marking, 3 points.")
    expect(first.get_by_role("status")).to_contain_text("The peaks fall. So it settles.")


def test_own_points_are_kept(page, sheet, keep_screenshot):
    second = sheet.get_by_role("group").nth(1)
    second.get_by_role("textbox").fill("7")
    second.get_by_role("button", name="Keep").click()
    expect(second.get_by_role("status")).to_contain_text("points must be a number from 0 to 3; got 7")
    second.get_by_role("textbox").fill("2.5")
    second.get_by_role("button", name="Keep").click()
    expect(sheet).to_contain_text("2.5 of 3 points.")
    keep_screenshot("in-words")


def test_it_is_found_again(page, sheet, run_notebook):
    run_notebook("words_later.ipynb", own_kernel=True)
    again = page.get_by_role("region", name="In words")
    expect(again).to_contain_text(TASK.answer[:40])
    expect(again).to_contain_text("2.5 of 3 points.")

"""A quiz under a hand: by keyboard and by mouse, and nothing of the answers on the page."""

import pytest
from playwright.sync_api import expect

from course_lib.quizzes import load
from tools.lab import write_notebook


@pytest.fixture(scope="module")
def quiz(page, folder, run_notebook):
    write_notebook(folder / "quiz.ipynb", 'from course_lib.quizzes import Quiz\nQuiz("01_learning_rate")')
    run_notebook("quiz.ipynb")
    return page.get_by_role("region", name="Quiz")


def test_a_wrong_and_then_the_right_option(page, quiz, keep_screenshot):
    question = load("01_learning_rate")[0]
    group = quiz.get_by_role("group").nth(0)
    wrong = next(option for option in question.options if option != question.right)
    group.get_by_label(wrong).check()
    expect(group.get_by_role("status")).to_contain_text("Not yet")
    group.get_by_label(question.right).focus()
    page.keyboard.press("Space")
    expect(group.get_by_role("status")).to_contain_text("Right")
    expect(quiz).to_contain_text("1 of 3 right")
    keep_screenshot("quiz")


def test_a_number_is_typed_and_answered_with_enter(page, quiz):
    question = load("01_learning_rate")[1]
    group = quiz.get_by_role("group").nth(1)
    field = group.get_by_role("textbox", name="Your number")
    field.fill("5")
    group.get_by_role("button", name="Check").click()
    expect(group.get_by_role("status")).to_contain_text("Not yet")
    field.fill(str(question.value))
    field.press("Enter")
    expect(group.get_by_role("status")).to_contain_text("Right")


def test_the_page_does_not_hold_the_replies_that_were_not_given(page, quiz):
    third = load("01_learning_rate")[2]
    for words in third.replies.values():
        assert words.replace("`", "") not in page.content().replace("<code>", "").replace("</code>", "")

"""The twins under a hand: a line is pointed at, and its twins are marked in all three sources."""

import pytest
from playwright.sync_api import expect

from tools import lab


@pytest.fixture(scope="module")
def twins(page, folder, run_notebook):
    cells = ["from course_lib.sources.twins import Twins\nTwins()"]
    cells += ["from course_lib.sources.shown import Installed\nInstalled('keras')"]
    lab.write_notebook(folder / "twins.ipynb", *cells)
    run_notebook("twins.ipynb")
    return page.get_by_role("region", name="Twins")


def marked(twins, source):
    return twins.get_by_role("group", name=source).locator("[aria-pressed=true]")


def test_the_memory_is_marked_in_every_source(twins):
    expect(marked(twins, "Keras 1")).to_have_count(2)
    expect(marked(twins, "Keras 3")).to_have_text(["        m[...] = self.momentum * m - rate * g"])
    expect(marked(twins, "PyTorch")).to_have_count(2)
    expect(twins.get_by_role("group", name="PyTorch")).to_contain_text("1, then 1.9")


def test_a_line_under_the_pointer_marks_its_twins(twins, keep_screenshot):
    twins.get_by_role("button", name="lr = self.lr * (1 /").hover()
    expect(marked(twins, "Keras 3")).to_contain_text(["self.learning_rate", "rate(self.iterations)"])
    expect(marked(twins, "PyTorch")).to_have_text(["            w -= self.lr * d"])
    expect(twins.get_by_role("status")).to_contain_text("Keras 1 lowers it here")
    keep_screenshot("twins")


def test_a_line_under_the_keyboard_marks_its_twins(twins):
    twins.get_by_role("button", name="self.iterations += 1").press("Enter")
    expect(marked(twins, "Keras 1")).to_contain_text(["self.updates = [(self.iterations"])
    expect(marked(twins, "PyTorch")).to_have_count(0)


def test_the_installed_source_is_shown(page, twins):
    expect(page.locator("pre", has_text="def update_step(self, gradient, variable")).to_be_visible()

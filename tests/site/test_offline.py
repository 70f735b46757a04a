"""After one visit the course is there without a host; another version comes whole or not at all."""

import shutil

import pytest
from playwright.sync_api import expect

from course_lib.site import build
from tests.site.conftest import served
from tests.site.test_page import LESSON, cell, figure

KEPT = "navigator.serviceWorker.getRegistration().then((kept) => Boolean(kept?.active))"


@pytest.fixture
def copied(site, tmp_path):
    """A site of one's own, to be changed."""
    return shutil.copytree(site, tmp_path / "host/course").parent


def test_after_one_visit_figures_are_live_without_a_host(browser, copied):
    page = browser.new_page()
    with served(copied) as host:
        page.goto(f"{host}course/{LESSON}")
        cell(page, "figure").scroll_into_view_if_needed()
        figure(page)
        page.wait_for_function(KEPT)
    page.reload()
    cell(page, "figure").scroll_into_view_if_needed()
    figure(page)
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Exercise 1")
    page.goto(f"{host}course/")
    expect(page.get_by_role("region", name="Your progress")).to_be_visible()
    page.context.close()

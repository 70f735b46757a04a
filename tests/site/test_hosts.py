"""Hosts that are not as they should be: one that dies, and one that has no runtime where it is looked for.

Of a runtime on another host test_one_figure.py tells, of one that sends the policy itself test_page.py.
"""

import pytest
from playwright.sync_api import expect

from course_lib.site import build, listing
from tests.conftest import PATIENCE
from tests.site.test_page import LESSON, outputs
from tools.host import run, served


@pytest.fixture
def page(browser):
    context = browser.new_context()
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def test_where_the_host_dies_while_python_is_fetched_the_page_says_so_and_can_be_read(page, site):
    with run(site, dies_after=3_000_000) as host:
        page.goto(host.address + LESSON)
        line = page.get_by_role("complementary", name="Python")
        expect(line.get_by_role("status")).to_contain_text("A file of Python is missing or damaged")
        expect(line.get_by_role("button", name="Start again")).to_be_visible()
        picture = outputs(page, "figure").get_by_role("img")
        assert picture.evaluate("image => image.complete && image.naturalWidth > 0")


@pytest.mark.parametrize(
    ("place", "listed"),
    [("", "[]"), ("other/", "[]"), ("runtime/", "[]"), ("runtime/", '{"files": {"index.html": []}}')],
)
def test_what_is_no_runtime_of_a_site_is_refused(place, listed, tmp_path):
    (tmp_path / "live").mkdir()
    (tmp_path / listing.LIST).write_text(listed)
    with (
        served(tmp_path) as host,
        pytest.raises(ValueError, match="the address must be that of a site's folder runtime/; got http"),
    ):
        build.site(tmp_path / "made", runtime_address=host + place, verbose=0)
    assert not (tmp_path / "made").exists()

"""Pages on other hosts: one that dies, one that has no Python itself. Of one that sends the policy itself
test_page.py tells.
"""

import pytest
from playwright.sync_api import expect

from course_lib.site import build, listing, plan
from tests.conftest import PATIENCE
from tests.site.test_page import LESSON, SLOW, faults_for_axe, outputs
from tools.host import run, served


def damaged(route):
    """One letter in place of a file, which every page may fetch."""
    route.fulfill(body="x", headers={"Access-Control-Allow-Origin": "*"})


@pytest.fixture
def page(browser):
    context = browser.new_context()
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def python_line(page):
    return page.get_by_role("complementary", name="Python")


def test_where_the_host_dies_while_python_is_fetched_the_page_says_so_and_can_be_read(page, site):
    with run(site, dies_after=3_000_000) as host:
        page.goto(host.address + LESSON)
        line = python_line(page)
        expect(line.get_by_role("status")).to_contain_text("A file of Python is missing or damaged")
        expect(line.get_by_role("button", name="Start again")).to_be_visible()
        picture = outputs(page, "figure").get_by_role("img")
        assert picture.evaluate("image => image.complete && image.naturalWidth > 0")


@pytest.fixture
def elsewhere(site):
    """The address of the runtime that another site has, for every page."""
    with served(site, headers={"Access-Control-Allow-Origin": "*"}) as host:
        yield f"{host}{listing.RUNTIME}"


def test_a_runtime_of_another_site_is_checked_file_by_file(page, site, elsewhere, tmp_path, monkeypatch):
    monkeypatch.setattr(plan, "sources", list)  # the page of one figure is enough
    build.site(tmp_path / "site", runtime_address=elsewhere, verbose=0)
    names = sorted(path.name for path in (site / "runtime").iterdir())
    assert len(names) == 6
    with served(tmp_path / "site") as address:
        page.add_init_script(SLOW % "true")  # Python waits for a button
        page.goto(f"{address}figure.html?theme=dark#Decay")
        line = python_line(page)
        for name in names:
            page.route(elsewhere + name, damaged)
            line.get_by_role("button").click()
            expect(line.get_by_role("status")).to_contain_text(f"missing or damaged: {name}.")
            page.unroute_all()
        line.get_by_role("button", name="Start again").click()
        expect(page.locator(".course-explorer[data-settings]")).to_be_visible()
        assert faults_for_axe(page) == []  # alone: test_one_figure.py has it in a frame


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

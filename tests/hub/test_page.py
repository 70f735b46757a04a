"""docs/hub.md says what was measured, and sets up what the hub of the tests has."""

import json
import re

from benchmarks import report
from tools import hub as hubs
from tools.hub import ROOT

PAGE = (ROOT / "docs" / "hub.md").read_text(encoding="utf-8")
SETTINGS = (ROOT / "hub" / "jupyterhub_config.py").read_text(encoding="utf-8")


def test_the_figures_are_those_that_were_measured_last():
    measured = json.loads((report.RESULTS / "hub.json").read_text(encoding="utf-8"))
    said = re.findall(r"^\|[^|]+\| (\d+) \| (\d+) \|$", PAGE, re.MULTILINE)
    assert [tuple(map(int, pair)) for pair in said] == [
        (round(row["MiB, median"]), round(row["seconds, the last"])) for row in measured["table"]
    ]
    hub, teacher = (round(row["MiB"]) for row in measured["further"]["For all of them"])
    assert f"needed {hub} MiB, the teacher's server {teacher} after marking" in PAGE


def test_group_exchange_and_homes_are_the_same_everywhere():
    assert f"sudo install -d -m 1777 {hubs.EXCHANGE}\n" in PAGE
    assert 'allowed_groups = {"course"}' in SETTINGS
    assert 'getgrnam("teachers")' in SETTINGS
    for line in (
        "groupadd course\n",
        "groupadd teachers\n",
        "useradd --create-home --shell /bin/bash --key HOME_MODE=0700 --groups course ",
        "usermod --append --groups teachers ",
    ):
        assert line in PAGE
        assert line in hubs.SETUP


def test_the_hub_that_is_installed_is_the_one_that_is_tested():
    requirements = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert '"jupyterhub >=5.2,<7"' in requirements
    assert '"jupyterhub>=5.2,<7"' in PAGE

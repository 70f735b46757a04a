"""Each check of a test is recorded in a file of its own."""

import pytest


@pytest.fixture(autouse=True)
def _a_record_of_its_own(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "progress.json"))

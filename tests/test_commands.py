"""The commands of the README, as a user gives them."""

import json
import os
import re
import runpy
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tools.lab import free_port, wait_for_answer

ROOT = Path(__file__).parents[1]


@pytest.fixture
def made_by_make():
    if not (ROOT / ".venv" / ".ready-to-learn").exists():
        reason = "there is no .venv made by make: run `make test`"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)


@pytest.mark.skipif(os.name != "posix", reason="Windows has neither make nor groups of processes")
def test_make_lab_serves_the_lessons_and_says_where(made_by_make):
    command = ["make", "lab", f"LAB_OPTIONS=--no-browser --port={free_port()}"]
    with subprocess.Popen(
        command, cwd=ROOT, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as lab:
        try:
            addresses = (
                re.search(r"http://127\.0\.0\.1:\d+/lab/tree/lessons/00_start_here\.ipynb\S*", line)
                for line in lab.stderr
            )
            address = next(filter(None, addresses))[0]
            wait_for_answer(lab, address)
            with urllib.request.urlopen(address) as page:
                assert "JupyterLab" in page.read().decode()
            with urllib.request.urlopen(re.sub("/lab/.*ipynb", "/lsp/status", address)) as language_servers:
                assert json.load(language_servers)["sessions"] == {}
        finally:
            os.killpg(lab.pid, signal.SIGTERM)


def test_the_code_in_the_readme_runs(tmp_path):
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 3
    for block in blocks[1:]:  # the first is the line that everybody has copied
        subprocess.run([sys.executable, "-W", "error", "-c", block], check=True, cwd=tmp_path)


@pytest.mark.parametrize(
    "tool",
    [
        "refresh.py",
        "lint.py",
        "lint_notebooks.py",
        "build_exercises.py",
        "new.py",
        "first_race_picture.py",
        "runtime.py",
    ],
)
def test_every_tool_says_what_it_does(tool, monkeypatch, capsys):
    """Run as a script, but in this process, which has imported most of what it needs."""
    monkeypatch.setattr(sys, "argv", [tool, "--help"])
    monkeypatch.setattr(sys, "path", [str(ROOT / "tools"), *sys.path])
    with pytest.raises(SystemExit) as end:
        runpy.run_path(str(ROOT / "tools" / tool), run_name="__main__")
    assert end.value.code == 0
    assert "usage:" in capsys.readouterr().out

"""The code of docs/your_model.md runs on a file of one's own."""

import re
from pathlib import Path

import numpy as np

PAGE = Path(__file__).parents[2] / "docs" / "your_model.md"


def test_the_code_of_the_page_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 3, size=90)
    rows = np.column_stack([rng.normal(size=(90, 4)) + 2 * np.eye(4)[labels], labels])
    np.savetxt("mine.csv", rows, delimiter=",", header="a,b,c,d,kind", comments="", fmt="%.3f")
    ours, in_keras, in_pytorch, steps = re.findall(
        r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S
    )
    names = {}
    exec(ours, names)
    exec(steps.replace("updates=500)", "updates=20, verbose=0)"), names)
    assert names["page"].comparison.lines == ["momentum", "adam"]
    assert Path("my_report.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert "tuning.OfKeras(" in in_keras
    assert "tuning.OfTorch(" in in_pytorch

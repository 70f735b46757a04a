"""docs/performance.md, written from results/*.json and never by hand."""

import json
import re
from datetime import datetime
from pathlib import Path

from benchmarks import report

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"

HEAD = """\
# What it costs to wait

Every number here was measured by `python -m benchmarks`, which also wrote this page from its
[results](../benchmarks/results/). What a table compares was measured in one run on one machine. A time is a
median and a ratio is one of medians, unless it says otherwise. A promise that was missed is marked FAIL.

```sh
.venv/bin/uv pip install --group bench   # the peers: Keras 3, JAX, optax, PyTorch
python -m benchmarks            # all of it; or one by its name
python -m benchmarks --page     # this page again, from the results
```

A library that is not installed is left out, and the run says so. The slider needs a Chromium."""

ABOUT = {  # in the order of the page: what is compared
    "step": """\
`ours` is `step`, which makes new arrays. Beside it is the same update in PyTorch, optax and Keras 3. The
floor is the time in which numpy copies as many bytes as the update must read and write.""",
    "sweep": """\
`training.run` takes all settings at once, in float64. Numpy makes a pass over the numbers for each operation;
its floor is a loop written by hand for this one surface. Where llvmlite is installed (the extra `fast`), a
record of the formulas becomes one loop of machine code, which comes to the same numbers to the last bit.
`training.explain` says what a run will take. The floor of all is to fill the memory for the losses.

JAX runs a `scan`, by `vmap` or with the family as an axis. A first call includes compiling; llvmlite is
loaded already there, and not in the fresh Python. The PyTorch loop takes a few of the settings, and its time
for all of them is reckoned from these. Memory is traced in a run apart. Growth is that of the compiled, where
there is a compiler.""",
    "train": """\
One epoch of the digits model here, in Keras 3 on JAX and in PyTorch, with the same sizes and batches.""",
    "imports": """\
What importing the library adds to `import numpy`, each time in a fresh Python.""",
    "checks": """\
A fresh Python tries the right answer and the typical mistakes of every task. The table has the slowest task
of each exercise.""",
    "slider": """\
From the press of a key on a slider to the new picture on screen, in a real JupyterLab. `bare` is a slider
with a line of text and no picture. The map of 100,000 runs is compiled. `interact` of ipywidgets draws
Conditioning's picture anew. A play shows a whole path in 4 s.""",
    "live": """\
[The course on the web](site.md) in a real Chromium, from a plain host on the same machine that compresses and
lets browsers keep files for ten minutes. Beside it is the same lesson in JupyterLite 0.6.4 with the same
Pyodide and packages, all of whose cells are run as soon as its kernel is there; of Pyodide's own packages it
lacks ssl and sqlite3, which the lesson does not use. A first visit has a new profile, the second is a new
tab. At 10 Mbit/s the host sends no more than that. Memory is that of the page's process, with Python.""",
    "grading": """\
Submissions, right, half done, empty and wrong in turn, from the start of the command to its end, with the
gradebook written. `python -m course_grader mark` runs each in a sandbox, on all cores. `nbgrader autograde`
runs them in kernels, with its own settings. Both must come to the same points. What both do at their start
weighs more in a small class.""",
    "notebooks": """\
All lessons and solutions are run again by two workers of nbval, and their outputs are compared. `make test`
runs each lesson only once instead, and checks everything else.""",
    "hub": """\
[A class on one machine](hub.md), as that page sets it up, with real users who all do the same at the same
time. Memory is that of a student's server and kernels; of what processes share, each counts its part (PSS).
Their browsers run elsewhere.""",
    "golden": """\
No race. The real Keras 1.2.2 was run once on fixed inputs, and what it computed is kept in
[tests/golden/data](../tests/golden/data/README.md). The table counts what comes out here to the
last bit, gives the largest relative difference of the others, and says why they differ.""",
}


def write():
    PAGE.write_text(text(), encoding="utf-8")


def text():
    """The whole page. A benchmark without a result is left out."""
    files = {name: report.RESULTS / f"{name}.json" for name in ABOUT}
    results = [json.loads(file.read_text(encoding="utf-8")) for file in files.values() if file.exists()]
    return "\n\n".join([HEAD, *map(section, results)]) + "\n"


def section(result):
    """A benchmark's part of the page."""
    name = result["benchmark"]
    tables = {result["title"]: result["table"], **result.get("further", {})}
    parts = [
        f"## {name}",
        ABOUT[name],
        f"To repeat it: `python -m benchmarks {name}`. {circumstances(result)}",
    ]
    for title, rows in tables.items():
        parts += [f"**{title}**", table(report.cells(rows))]
    if result["bars"]:
        parts.append(table([["", "promise", "value"], *map(bar, result["bars"])]))
    return "\n\n".join(parts)


def circumstances(result):
    """When, on what and with what."""
    when = f"{datetime.fromisoformat(result['date']):%Y-%m-%d %H:%M} UTC"
    versions = ", ".join(f"{package} {version}" for package, version in result["versions"].items())
    hurry = " A quick run, with fewer repeats." if result.get("quick") else ""
    return f"Last run: {when}; {result['processor']}, {result['cores']} cores; {versions}.{hurry}"


def bar(kept):
    return ["pass" if kept["met"] else "**FAIL**", kept["promise"], f"{kept['value']:.3g}"]


def table(lines):
    """Markdown: the first column to the left, numbers to the right."""
    head, *rows = [[cell.replace("|", "\\|") for cell in line] for line in lines]
    number = [
        all(re.fullmatch(r"-|-?[\d.,]+", cell) for cell in column) for column in zip(*rows, strict=True)
    ]
    rule = ["---:" if right else "---" for right in number]
    return "\n".join(f"| {' | '.join(line)} |" for line in [head, rule, *rows])

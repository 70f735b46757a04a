"""What every benchmark ends with: a table to read, the bars it set out to meet, and a file to keep."""

import json
import os
import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True)
class Bar:
    """A promise in numbers. A missed one is said and never raised: a busy machine is no bug."""

    promise: str
    value: float
    at_most: float = float("inf")
    at_least: float = float("-inf")

    @property
    def met(self):
        return bool(self.at_least <= self.value <= self.at_most)

    def __str__(self):
        return f"{'pass' if self.met else 'FAIL'}  {self.promise}: {self.value:.3g}"


def publish(name, title, rows, bars, packages, further=None, **details):
    """Print the table ``rows`` (dicts with the same keys) and the bars; keep them in results/<name>.json.

    ``further``: more such tables, by their titles.
    """
    further = further or {}
    for heading, table in {title: rows, **further}.items():
        print(f"\n{heading}\n\n{_table(table)}\n")
    print(*bars, sep="\n", end="\n\n")
    result = {
        "benchmark": name,
        "title": title,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "processor": processor(),
        "cores": os.cpu_count(),
        "system": platform.platform(terse=True),
        "versions": {"python": platform.python_version()} | {p: metadata.version(p) for p in packages},
        "table": rows,
        "further": further,
        "bars": [{"promise": bar.promise, "value": bar.value, "met": bar.met} for bar in bars],
        **details,
    }
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps(result, indent=2, default=lambda array: array.tolist())
    (RESULTS / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def processor():
    """The processor's name, where the system tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def cells(rows):
    """A table as it is read: the names of its columns, then each row's values as words."""
    return [list(rows[0])] + [[_cell(value) for value in row.values()] for row in rows]


def _table(rows):
    table = cells(rows)
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = [
        "  ".join(
            [line[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(line[1:], widths[1:], strict=True))]
        )
        for line in table
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)


def _cell(value):
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:,.1f}" if abs(value) >= 10 else f"{value:.3f}"
    return f"{value:,}" if type(value) is int else str(value)

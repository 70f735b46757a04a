"""How often ``diagnose`` is right: the table of docs/diagnosis.md.

python tools/diagnosed.py           writes the table of 1,000 simulated logs into the page
"""

from pathlib import Path

import numpy as np
from measured_part import main

from course_lib.diagnosis import CANNOT_TELL, diagnose, simulated

PAGE = Path(__file__).parents[1] / "docs" / "diagnosis.md"
BEGIN = "<!-- measured by tools/diagnosed.py -->"
COUNT, FIRST_SEED = 1000, 100_000  # no threshold was set by looking at these
ELSE = "something else"
SAID = (*simulated.names()[:-1], CANNOT_TELL)  # the columns: what may be said


def confusion(count, first_seed=FIRST_SEED):
    """How often each cause (rows, as simulated) was given each name (columns, as SAID): shape (11, 11)."""
    table = np.zeros((len(simulated.names()), len(SAID)), int)
    for i in range(count):
        row = i % len(table)
        log = simulated.sample(simulated.names()[row], seed=first_seed + i)
        table[row, SAID.index(diagnose(log).verdict)] += 1
    return table


def rates(table):
    """The part of logs with a cause that is named; of all logs with a wrong name; of names that are right."""
    right = np.trace(table[:-1, :-1])
    named = table[:, :-1].sum()
    return right / table[:-1].sum(), (named - right) / table.sum(), right / named


def page_part(table):
    """The table and the rates, as lines of the page."""
    found, wrong, trust = rates(table)
    yield f"Of {table.sum():,} simulated logs, those with a cause had it named in {100 * found:.1f} %."
    yield f"A wrong one was named in {100 * wrong:.1f} % of all; names were right in {100 * trust:.1f} %."
    yield ""
    yield "| simulated | logs | named rightly | not told | taken for |"
    yield "|---|---|---|---|---|"
    for name, row in zip(simulated.names(), table, strict=True):
        told = dict(zip(SAID, map(int, row), strict=True))
        others = [f"{other} {n}" for other, n in told.items() if n and other not in (name, CANNOT_TELL)]
        cells = [name, sum(told.values()), told.get(name, "–"), told[CANNOT_TELL], ", ".join(others) or "–"]
        yield f"| {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    main(__doc__, PAGE, BEGIN, lambda: page_part(confusion(COUNT)))

"""How often the clinic's rule is right, and what cures whom: the tables of docs/clinic.md.

python tools/clinic.py    examines and treats patients of each cause, and writes what came of it into the page
"""

from pathlib import Path

import numpy as np
from measured_part import main

from course_lib.clinic import CANNOT_TELL, CAUSES, CHANGES, admit, examine, go_on
from course_lib.clinic.ordered import MOST

PAGE = Path(__file__).parents[1] / "docs" / "clinic.md"
BEGIN = "<!-- measured by tools/clinic.py -->"
COUNT, TREATED = 20, 10  # patients of each cause that are examined, and that are treated
FIRST_SEED = 1000  # no threshold was set by looking at these patients
SAID = (*CAUSES, CANNOT_TELL)


def examined(count, first_seed=FIRST_SEED):
    """How often each cause (row) was given each name (column, as SAID); and after how many tests it was named
    rightly: shape (11, 4), for none to three.
    """
    table, after = np.zeros((len(CAUSES), len(SAID)), int), np.zeros((len(CAUSES), MOST + 1), int)
    for row, cause in enumerate(CAUSES):
        for seed in range(first_seed, first_seed + count):
            opinion = examine(admit(cause, seed))
            table[row, SAID.index(opinion.cause)] += 1
            after[row, len(opinion.tests)] += opinion.cause == cause
    return table, after


def treated(count, first_seed=FIRST_SEED):
    """How many patients of each cause (row) each change (column) cures."""
    return np.array(
        [
            [
                sum(
                    go_on(admit(cause, seed), change).is_cured
                    for seed in range(first_seed, first_seed + count)
                )
                for change in CHANGES
            ]
            for cause in CAUSES
        ]
    )


def page_part(table, after, cured):
    """Both tables, as lines of the page."""
    chart, *tests = np.cumsum(after.sum(axis=0))
    by_tests = ", ".join(f"{named} with {most} test{'s' * (most > 1)}" for most, named in enumerate(tests, 1))
    yield f"Of {table.sum()} patients, {chart} had their cause named by the chart alone, {by_tests} at most."
    yield ""
    treated_of = f"cured by, of {TREATED}"
    yield f"| what ails it | patients | named rightly | not told | taken for | tests | {treated_of} |"
    yield "|---|---|---|---|---|---|---|"
    for cause, row, named, cures in zip(CAUSES, table, after, cured, strict=True):
        told = dict(zip(SAID, map(int, row), strict=True))
        others = [f"{other} {n}" for other, n in told.items() if n and other not in (cause, CANNOT_TELL)]
        needed = [str(most) for most, n in enumerate(named) if n]
        helped = [f"{change} {n}" for change, n in zip(CHANGES, cures, strict=True) if n]
        cells = [cause, row.sum(), told[cause], told[CANNOT_TELL], ", ".join(others) or "–"]
        yield f"| {' | '.join(map(str, [*cells, ' or '.join(needed), ', '.join(helped) or '–']))} |"


if __name__ == "__main__":
    main(__doc__, PAGE, BEGIN, lambda: page_part(*examined(COUNT), treated(TREATED)))

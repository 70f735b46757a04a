"""The numbers behind a figure's curves, for a screen reader and for copying.

Curves over the same x share a table: its first column is x, and each of the others a curve. A path of weights
is two curves over the updates.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.lines import Line2D

from course_lib import plots
from course_lib.explorers.live import artists

ROWS = 25
LEAST = 3  # points of a curve; what has fewer is a mark
UPDATES = "updates"


@dataclass
class _Curve:
    name: str
    over: str
    x: np.ndarray
    y: np.ndarray


def of(moving):
    """Tables, each with ``caption``, ``columns`` and ``rows`` of words, from the moving artists by name.

    Of many points, evenly chosen ones, the first and the last always.
    """
    groups = []  # of curves, the first over every x of the others
    for curve in sorted(_curves(moving), key=lambda curve: -len(curve.x)):
        group = next((group for group in groups if _place(group[0], curve) is not None), None)
        group.append(curve) if group else groups.append([curve])
    return [_table(group) for group in groups]


def _curves(moving):
    lines = [(name, artist) for name, artist in moving.items() if _is_curve(artist)]
    found, paths = [], []
    for name, line in lines:
        axes: Any = line.axes
        x, y = (np.asarray(part, float) for part in line.get_data())
        over = plots.abscissa(axes)
        if len(x) < LEAST:
            continue
        if "weight" in over:
            both = zip([over, axes.get_ylabel() or "loss"], [x, y], strict=True)
            paths += [
                _Curve(f"{name}: {weight}", UPDATES, np.arange(len(x)), along) for weight, along in both
            ]
        if (np.diff(x) >= 0).all():
            found.append(_Curve(name, over, x, y))
    updates = {curve.x[-1] for curve in found if curve.over == UPDATES}
    paths = [path for path in paths if path.x[-1] in updates]  # the others are contours, and clouds of points
    walked = {path.name.split(":")[0] for path in paths}
    return [*(curve for curve in found if curve.name not in walked), *paths]


def _is_curve(artist):
    return isinstance(artist, Line2D) and not isinstance(artist, artists.Steps)


def _place(first, curve):
    """At which row of ``first`` the curve begins, if they are over the same x; it may end sooner."""
    start = int(np.searchsorted(first.x, curve.x[0]))
    same = np.array_equal(first.x[start : start + len(curve.x)], curve.x)
    return start if same and first.over == curve.over else None


def _table(group):
    first = group[0]
    chosen = np.unique(np.linspace(0, len(first.x) - 1, ROWS).round().astype(int))
    some = f"{len(chosen)} of {len(first.x)} rows" if len(chosen) < len(first.x) else f"{len(chosen)} rows"
    return {
        "caption": f"{', '.join(curve.name for curve in group)}: {some}",
        "columns": [first.over, *(curve.name for curve in group)],
        "rows": [[f"{first.x[row]:.5g}", *(_word(first, curve, row) for curve in group)] for row in chosen],
    }


def _word(first, curve, row):
    row -= _place(first, curve)
    return f"{curve.y[row]:.5g}" if 0 <= row < len(curve.y) else ""

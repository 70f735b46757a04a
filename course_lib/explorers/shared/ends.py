"""Names at the ends of lines, in place of a legend: where they stand, so that none covers another."""

import numpy as np

GAP = 0.065  # of the height of the axes: a line of text


def labels(lines, ylim, log=False, beyond=0.0, gap=GAP):
    """For each line ``(x, y)``, by name: where its name stands, ``(x, y, name)``, as a moving text takes it.

    At the height of the line's last point, or as little above or below as keeps all names ``gap`` of the
    axes' height apart and inside ``ylim``; ``beyond`` further right. A line without points has no name.
    """
    there = {name: (x[-1], y[-1]) for name, (x, y) in lines.items() if len(x)}
    heights = spread([_part(y, ylim, log) for _, y in there.values()], gap)
    placed = {
        name: (float(x) + beyond, _value(height, ylim, log), name)
        for (name, (x, _)), height in zip(there.items(), heights, strict=True)
    }
    return {name: placed.get(name, (0.0, 1.0, "")) for name in lines}


def seen(line, ylim):
    """The line ``(x, y)`` up to its last point inside ``ylim``, where its name can stand."""
    inside = np.flatnonzero([ylim[0] <= y <= ylim[1] for y in line[1]])
    count = inside[-1] + 1 if len(inside) else 0
    return line[0][:count], line[1][:count]


def spread(heights, gap):
    """The heights, from 0 to 1, moved as little as possible until all are ``gap`` apart.

    >>> spread([0.5, 0.5, 0.1], gap=0.1)
    [0.45, 0.55, 0.1]
    """
    order = np.argsort(heights, kind="stable")
    steps = gap * np.arange(len(heights))
    groups = []  # of neighbours that touch: where their first would like to be, on average, and how many
    for height in np.asarray(heights, float)[order] - steps:
        groups.append((height, 1))
        while len(groups) > 1 and groups[-2][0] > groups[-1][0]:
            (upper, many), (lower, more) = groups.pop(), groups.pop()
            groups.append(((upper * many + lower * more) / (many + more), many + more))
    level = np.repeat([height for height, _ in groups], [count for _, count in groups])
    places = np.empty(len(heights))
    places[order] = np.clip(level, 0, max(0, 1 - steps[-1:].sum())) + steps
    return places.round(6).tolist()


def _part(y, ylim, log):
    low, high, y = np.log(np.clip([*ylim, y], 1e-300, 1e300)) if log else (*ylim, y)
    return float(np.clip((y - low) / (high - low), 0, 1))


def _value(part, ylim, log):
    low, high = ylim
    return float(low * (high / low) ** part) if log else float(low + part * (high - low))

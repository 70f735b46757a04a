"""The race's second view: at which rates each optimizer finishes, and after how many updates."""

import numpy as np

from course_lib.explorers.shared import ends, runners, words
from course_lib.explorers.shared.heats import RATES, UPDATES, outline, valley
from course_lib.explorers.shared.words import exact, listed

NEVER = 2 * UPDATES  # where a rate stands that never finishes
TOP = 2.6 * UPDATES
TICKS = [1, 2, 5, 10, 20, 50, 100, UPDATES]
TABLE = "{:<8}{:>8}{:>8}{:>7}"
COLUMNS = TABLE.format("", "best lr", "updates", "rates")


def frame(heats, course, rates):
    """What the Frame has, by name."""
    valleys = {run.name: valley(run.name, course) for run in heats}
    chosen = {run.name: ([run.optimizer.lr], [_height(run.finish)]) for run in heats}
    low = 0.5 * min([found.finishes.min() for found in valleys.values() if found.width], default=UPDATES)
    names = ends.labels(chosen, (low, TOP), log=True, gap=0.055)
    artists = {}
    for name, (x, y, label) in names.items():
        every, finishes = outline(name, course)
        artists |= {
            f"{name} valley": (every, _height(finishes)),
            f"{name} rate": chosen[name],
            f"{name} name": (1.25 * x, 0.94 * y, label),
            f"{name} row": _row(name, valleys[name]),
        }
    return {"artists": artists, "caption": _caption(valleys, course), "still": (list(valleys), low)}


def draw(figure, names, low):
    left, right = figure.subfigures(1, 2, width_ratios=[1.3, 1])
    axes = left.subplots()
    axes.set(xscale="log", yscale="log", xlim=(RATES[0] / 1.5, 30 * RATES[-1]), ylim=(low, TOP))
    axes.set(xlabel="learning rate", title="Updates to the finish")
    ticks = [tick for tick in TICKS if tick > low]
    axes.set_yticks([*ticks, NEVER], [*map(str, ticks), "never"])
    axes.set_xticks(RATES[::6], [f"{rate:g}" for rate in RATES[::6]])
    axes.minorticks_off()
    axes.grid(alpha=0.3)
    artists = {}
    for name in names:
        artists[f"{name} valley"] = runners.curve(axes, name)
        artists[f"{name} rate"] = runners.head(axes, name)
        artists[f"{name} name"] = runners.end_name(axes, name)
    return artists | runners.draw_table(right, names, COLUMNS, room=11)


def _height(finishes):
    return np.where(np.isfinite(finishes), finishes, NEVER)


def _row(name, found):
    updates = f"{found.finishes.min():.0f}" if found.width else "never"
    return TABLE.format(name, exact(found.best), updates, found.width)


def _caption(valleys, course):
    """Whose valley is the widest, and who needs the fewest updates."""
    widths = {name: found.width for name, found in valleys.items()}
    if not any(widths.values()):
        none = f"at none of {len(RATES)} rates does any of them finish"
        return words.verdict(none, place=course) if widths else runners.nobody(place=course)
    widest, others = runners.ranked(widths, reverse=True)
    whose = "the widest valley is that" if len(widest) == 1 else "the widest valleys are those"
    verdict = f"{whose} of {listed(widest)}: {widths[widest[0]]} of {len(RATES)} rates finish"
    quickest = min(valleys, key=lambda name: valleys[name].finishes.min())
    best = valleys[quickest]
    fewest = f"The quickest is {quickest}: {best.finishes.min():.0f} updates at lr {exact(best.best)}."
    return " ".join(filter(None, [words.verdict(verdict, place=course), runners.then_come(others), fewest]))

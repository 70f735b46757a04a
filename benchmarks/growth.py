"""How the time of a family of runs grows: with its settings, its updates, the weights of each run."""

import numpy as np

from benchmarks import report, timing
from benchmarks.sweepers import Family, Ours
from course_lib import surfaces
from course_lib.base.objectives import Objective


class Bowl(Objective):
    """A quadratic of as many weights as one likes."""

    def __init__(self, dimensions):
        self.dimensions, self.start = dimensions, np.ones(dimensions)
        self.curvatures = np.linspace(0.05, 1, dimensions)
        self.column = self.curvatures.reshape(-1, 1, 1)

    def value(self, w):
        return 0.5 * sum(x * slope for x, slope in zip(w, self.gradient(w), strict=True))

    def gradient(self, w):
        return self.column * w


RAVINE = surfaces.Ravine()
# Settings and updates begin where the losses that are kept take more than 32 MB. From there on memory is new
# in each run, and costs as much as the runs; below it is that of the run before, and costs nothing.
FAMILIES = {
    "settings": {
        rates * momenta: Family(RAVINE, rates, momenta)
        for rates, momenta in [(200, 200), (200, 300), (300, 300), (300, 400), (400, 400)]
    },
    "updates": {steps: Family(RAVINE, steps=steps) for steps in (800, 1200, 1600, 2400, 3200)},
    "weights": {weights: Family(Bowl(weights)) for weights in (1, 2, 4, 8, 16)},
}


def measured(repeats, is_compiled):
    """The fewest seconds by what grows and by its size; all sizes take turns. What disturbs only adds."""
    families = {(what, size): family for what, sizes in FAMILIES.items() for size, family in sizes.items()}
    seconds = timing.take_turns(
        {key: Ours(family, is_compiled=is_compiled).run for key, family in families.items()}, repeats
    )
    return {
        what: {size: float(np.min(seconds[what, size])) for size in sizes} for what, sizes in FAMILIES.items()
    }


def fit(seconds):
    """The exponent of the growth, and r2 of a straight line."""
    sizes, times = list(seconds), list(seconds.values())
    exponent = np.polyfit(np.log(sizes), np.log(times), 1)[0]
    return float(exponent), float(np.corrcoef(sizes, times)[0, 1] ** 2)


def rows(grown):
    """A row for each thing that grows, all else being 100 x 100 settings, 200 updates and 2 weights."""
    for what, seconds in grown.items():
        (small, *_, large), (exponent, r2) = seconds, fit(seconds)
        yield {
            "what grows": what,
            "from": small,
            "to": large,
            "first ms": 1e3 * seconds[small],
            "last ms": 1e3 * seconds[large],
            "exponent": exponent,
            "straight line's r2": r2,
        }


def bars(grown):
    """Linear: a straight line fits, and nowhere does the time grow faster than what it is for."""
    for what in ("settings", "updates"):
        exponent, r2 = fit(grown[what])
        yield report.Bar(f"time by {what}: exponent at most 1.1", exponent, at_most=1.1)
        yield report.Bar(f"time by {what}: a straight line's r2 at least 0.99", r2, at_least=0.99)

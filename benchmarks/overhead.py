"""What ``training.run`` adds to an update's arithmetic without a compiler: its calls, copies and checks."""

import numpy as np

from benchmarks import report, sweepers, timing
from course_lib import surfaces

WAS = 1.02  # of the time by hand, before formulas were asked without checks (measured like this, then)
UPDATES = 2_000


def measured(repeats):
    """Median microseconds of an update of 10 x 10 settings: by hand, in place, and by ``training.run``."""
    family = sweepers.Family(surfaces.Ravine(), rates=10, momenta=10, steps=UPDATES)
    players = {"by hand": sweepers.RavineByHand(family), "training.run": sweepers.Ours(family)}
    seconds = timing.take_turns({name: player.run for name, player in players.items()}, repeats)
    return {name: 1e6 * float(np.median(times)) / UPDATES for name, times in seconds.items()}


def rows(microseconds):
    by_hand, run = microseconds["by hand"], microseconds["training.run"]
    yield {
        "by hand us": by_hand,
        "training.run us": run,
        "added us": run - by_hand,
        "added, x by hand": run / by_hand - 1,
    }


def bars(microseconds):
    added = microseconds["training.run"] / microseconds["by hand"] - 1
    yield report.Bar("by numpy, 100 settings: added to an update, of what it was", added / WAS, at_most=0.5)

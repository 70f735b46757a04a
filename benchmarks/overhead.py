"""What ``training.run`` adds to an update's arithmetic without a compiler: its calls and its checks.

By hand is the same arithmetic in the same order, as a loop that serves one surface and one optimizer.
"""

import numpy as np

from benchmarks import report, sweepers, timing
from course_lib import surfaces

WAS = 0.295  # of the time by hand, where each update was still checked (commit 290595c); measured like this
UPDATES = 2_000


class ByHand(sweepers.Player):
    """The ravine by SGD with momentum, its path not kept."""

    def run(self):
        steps, shape = self.family.steps, self.family.shape
        lr, momentum = (np.broadcast_to(x, shape).copy() for x in (self.family.lr, self.family.momentum))
        along, across = curvatures = self.family.surface.curvatures
        column = np.reshape(curvatures, (2, 1, 1))
        w = np.broadcast_to(np.reshape(self.family.surface.start, (2, 1, 1)), (2, *shape)).copy()
        v, losses = np.zeros_like(w), np.empty((steps + 1, *shape))
        for t in range(steps + 1):
            losses[t] = 0.5 * (along * w[0] * w[0] + across * w[1] * w[1])
            step = lr * (column * w)
            v = momentum * v - step
            w = w + v
        return losses


def measured(repeats):
    """Median microseconds of an update of 10 x 10 settings: by hand, and by ``training.run``."""
    family = sweepers.Family(surfaces.Ravine(), rates=10, momenta=10, steps=UPDATES)
    players = {"by hand": ByHand(family), "training.run": sweepers.Ours(family)}
    seconds = timing.take_turns({name: player.run for name, player in players.items()}, repeats)
    return {name: 1e6 * float(np.median(times)) / UPDATES for name, times in seconds.items()}


def rows(microseconds):
    by_hand, run = microseconds["by hand"], microseconds["training.run"]
    yield {
        "by hand us": by_hand,
        "training.run us": run,
        "added us": run - by_hand,
        "added x": run / by_hand - 1,
    }


def bars(microseconds):
    added = microseconds["training.run"] / microseconds["by hand"] - 1
    yield report.Bar("by numpy, 100 settings: added to an update, of what it was", added / WAS, at_most=0.5)

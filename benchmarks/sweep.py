"""A stability map's work: 100 x 100 settings of (lr, momentum), 200 updates each, on the ravine.

The floor is the textbook's arithmetic written by hand for this one problem, in place, in buffers that are
there already; ``training.run`` serves every surface and optimizer and allocates as it goes.
"""

import numpy as np

from benchmarks import report, timing
from course_lib import optimizers, surfaces, training

STEPS = 200
LR = np.linspace(0.01, 4, 100)[:, None]
MOMENTUM = np.linspace(0, 0.99, 100)[None, :]


class ByHand:
    """Gradient descent with momentum on the ravine, and nothing else."""

    def __init__(self, ravine):
        family = (2, LR.size, MOMENTUM.size)
        self.start = np.reshape(ravine.start, (2, 1, 1))
        self.curvatures = np.reshape(ravine.curvatures, (2, 1, 1))
        self.lr, self.momentum = (np.broadcast_to(setting, family).copy() for setting in (LR, MOMENTUM))
        self.w, self.v, self.g = np.empty(family), np.empty(family), np.empty(family)
        self.losses = np.empty((STEPS + 1, *family[1:]))

    def run(self):
        w, v, g, losses = self.w, self.v, self.g, self.losses
        w[:], v[:] = self.start, 0
        for t in range(STEPS + 1):
            np.multiply(self.curvatures, w, out=g)
            np.einsum("drs,drs->rs", w, g, out=losses[t])
            losses[t] *= 0.5
            if t < STEPS:
                g *= self.lr
                v *= self.momentum
                v -= g
                w += v
        return losses


def main(quick):
    ravine = surfaces.Ravine()
    sgd = optimizers.SGD(lr=LR, momentum=MOMENTUM)
    contestants = {
        "by hand, in place (the floor)": ByHand(ravine).run,
        "training.run": lambda: training.run(ravine, sgd, steps=STEPS, record_path=False).losses,
        "training.run, path recorded": lambda: training.run(ravine, sgd, steps=STEPS).losses,
    }
    floor, *ours = contestants
    for name in ours:
        np.testing.assert_allclose(contestants[name](), contestants[floor](), rtol=1e-9, err_msg=name)

    others = timing.Others()
    seconds = timing.take_turns(contestants, repeats=7 if quick else 31)
    median = {name: float(1e3 * np.median(times)) for name, times in seconds.items()}
    rows = [
        {
            "contestant": name,
            "median ms": median[name],
            "fastest ms": 1e3 * min(seconds[name]),
            "x floor": median[name] / median[floor],
        }
        for name in contestants
    ]
    bars = [
        report.Bar("training.run in at most 20 ms", median[ours[0]], at_most=20),
        report.Bar("... and in at most 2 x the floor", median[ours[0]] / median[floor], at_most=2),
    ]
    title = f"{LR.size} x {MOMENTUM.size} settings of (lr, momentum), {STEPS} updates on the ravine"
    report.publish("sweep", title, rows, bars, ["numpy"], seconds=seconds, others_cores=others.cores())

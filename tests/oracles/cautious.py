"""What Cautious must compute: its authors' three lines, around SGD with momentum."""

import numpy as np

from course_lib.optimizers import SGD, Cautious

TRIED = [
    Cautious(optimizer=SGD(lr=0.1, momentum=0.9), decay=0.03),
    Cautious(lr=0.5, optimizer=SGD(lr=0.1, momentum=0.5, decay=0.01)),
]
NEARLY = True


def path(p, gradients, lr, optimizer, decay):
    settings = optimizer["config"]
    v = np.zeros(p.shape)
    for iterations, g in enumerate(gradients):
        rate = lr / (1 + decay * iterations) * settings["lr"] / (1 + settings["decay"] * iterations)
        v = settings["momentum"] * v - rate * g
        mask = (-v * g > 0).astype(float)
        mask = mask / np.maximum(mask.mean(axis=0), 1e-3)
        p = p + v * mask
        yield p

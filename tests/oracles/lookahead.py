"""What Lookahead must compute: the paper's algorithm 1, around SGD with momentum."""

import numpy as np

from course_lib.optimizers import SGD, Lookahead

TRIED = [
    Lookahead(optimizer=SGD(lr=0.1, momentum=0.9), decay=0.03),
    Lookahead(lr=0.5, optimizer=SGD(lr=0.1, decay=0.01), k=3, alpha=0.8),
]
NEARLY = True


def path(p, gradients, lr, optimizer, k, alpha, decay):
    settings = optimizer["config"]
    fast = slow = p
    v = np.zeros(p.shape)
    for iterations, g in enumerate(gradients):
        rate = lr / (1 + decay * iterations) * settings["lr"] / (1 + settings["decay"] * iterations)
        v = settings["momentum"] * v - rate * g
        fast = fast + v
        if (iterations + 1) % k == 0:
            fast = slow = slow + alpha * (fast - slow)
        yield fast

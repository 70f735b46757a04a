"""What the schedule-free ones must compute: the three sequences of the paper, each with its own line."""

import numpy as np

from course_lib.optimizers import ScheduleFreeAdamW, ScheduleFreeSGD

TRIED = [
    ScheduleFreeSGD(lr=0.1, decay=0.03),
    ScheduleFreeSGD(lr=0.1, beta=0.0),
    ScheduleFreeAdamW(lr=0.1, decay=0.03),
    ScheduleFreeAdamW(lr=0.1, beta=0.5, beta_2=0.9),
]
NEARLY = True


def path(p, gradients, lr, beta, decay, beta_2=None, epsilon=None):
    z = x = p
    v = np.zeros(p.shape)
    for iterations, g in enumerate(gradients):
        lr_t = lr * (1.0 / (1.0 + decay * iterations))
        if beta_2 is not None:
            v = beta_2 * v + (1 - beta_2) * g * g
            g = g / (np.sqrt(v / (1 - beta_2 ** (iterations + 1))) + epsilon)
        z = z - lr_t * g
        c = 1 / (iterations + 1)
        x = (1 - c) * x + c * z
        yield (1 - beta) * z + beta * x

"""What Adadelta must compute: Keras 1.2.2's get_updates, line by line."""

import numpy as np

from course_lib.optimizers import Adadelta

TRIED = [
    Adadelta(decay=0.03),
]


def path(p, gradients, lr, rho, epsilon, decay):
    a, d = np.zeros((2, *p.shape))
    for iterations, g in enumerate(gradients):
        lr_t = lr * (1.0 / (1.0 + decay * iterations))
        a = rho * a + (1.0 - rho) * np.square(g)
        update = g * np.sqrt(d + epsilon) / np.sqrt(a + epsilon)
        p = p - lr_t * update
        d = rho * d + (1 - rho) * np.square(update)
        yield p

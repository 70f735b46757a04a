"""What Adamax must compute: Keras 1.2.2's get_updates, line by line."""

import math

import numpy as np

from course_lib.optimizers import Adamax

TRIED = [
    Adamax(lr=0.1, decay=0.03),
]


def path(p, gradients, lr, beta_1, beta_2, epsilon, decay):
    m, u = np.zeros((2, *p.shape))
    for iterations, g in enumerate(gradients):
        lr_t = lr * (1.0 / (1.0 + decay * iterations)) / (1.0 - math.pow(beta_1, iterations + 1.0))
        m = (beta_1 * m) + (1.0 - beta_1) * g
        u = np.maximum(beta_2 * u, np.abs(g))
        p = p - lr_t * m / (u + epsilon)
        yield p

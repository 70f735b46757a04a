"""What SGD must compute: Keras 1.2.2's get_updates, line by line."""

import numpy as np

from course_lib.optimizers import SGD

TRIED = [
    SGD(lr=0.1, decay=0.03),
    SGD(lr=0.1, momentum=0.9, decay=0.03),
    SGD(lr=0.1, momentum=0.9, decay=0.03, nesterov=True),
]


def path(p, gradients, lr, momentum, decay, nesterov):
    m = np.zeros(p.shape)
    for iterations, g in enumerate(gradients):
        lr_t = lr * (1.0 / (1.0 + decay * iterations))
        m = v = momentum * m - lr_t * g
        p = p + momentum * v - lr_t * g if nesterov else p + v
        yield p

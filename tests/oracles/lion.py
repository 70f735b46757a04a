"""What Lion must compute: Keras 3's update, line by line."""

import numpy as np

from course_lib.optimizers import Lion

TRIED = [
    Lion(lr=0.1, decay=0.03),
    Lion(lr=0.1, decay=0.03, weight_decay=0.1),
]


def path(p, gradients, lr, beta_1, beta_2, decay, weight_decay=0.0):
    m = np.zeros(p.shape)
    for iterations, g in enumerate(gradients):
        lr_t = lr * (1.0 / (1.0 + decay * iterations))
        p = p - p * weight_decay * lr_t
        p = p - lr_t * np.sign(m * beta_1 + g * (1.0 - beta_1))
        m = m * beta_2 + g * (1.0 - beta_2)
        yield p

"""What Adagrad must compute: Keras 1.2.2's get_updates, line by line.

``initial_accumulator_value`` is Keras 3's.
"""

import numpy as np

from course_lib.optimizers import Adagrad

TRIED = [
    Adagrad(lr=0.1, decay=0.03),
    Adagrad(lr=0.1, decay=0.03, epsilon=1e-3, initial_accumulator_value=0.1, epsilon_inside=True),
]


def path(p, gradients, lr, epsilon, decay, initial_accumulator_value, epsilon_inside):
    a = np.full(p.shape, initial_accumulator_value)
    for iterations, g in enumerate(gradients):
        lr_t = lr * (1.0 / (1.0 + decay * iterations))
        a = a + np.square(g)
        p = p - lr_t * g / (np.sqrt(a + epsilon) if epsilon_inside else np.sqrt(a) + epsilon)
        yield p

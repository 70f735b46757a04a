"""What RMSprop must compute: Keras 1.2.2's get_updates, line by line.

``momentum`` and ``centered`` are Keras 3's.
"""

import numpy as np

from course_lib.optimizers import RMSprop

TRIED = [
    RMSprop(lr=0.1, decay=0.03),
    RMSprop(lr=0.1, decay=0.03, epsilon=1e-3, epsilon_inside=True),
    RMSprop(lr=0.1, decay=0.03, momentum=0.5, epsilon=1e-3),
    RMSprop(lr=0.1, decay=0.03, momentum=0.5, centered=True, epsilon=1e-3, epsilon_inside=True),
]


def path(p, gradients, lr, rho, epsilon, decay, momentum, centered, epsilon_inside):
    a, mean, mom = np.zeros((3, *p.shape))
    for iterations, g in enumerate(gradients):
        lr_t = lr * (1.0 / (1.0 + decay * iterations))
        a = rho * a + (1.0 - rho) * np.square(g)
        mean = rho * mean + (1 - rho) * g
        inside = a - np.square(mean) if centered else a
        increment = lr_t * g / (np.sqrt(inside + epsilon) if epsilon_inside else np.sqrt(inside) + epsilon)
        mom = momentum * mom + increment
        p = p - mom
        yield p

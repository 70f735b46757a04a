"""What Adam must compute: Keras 1.2.2's get_updates, line by line.

``amsgrad`` is Keras 2.1.3's, ``weight_decay`` that of Keras 3's AdamW; the other two switches are ours.
"""

import math

import numpy as np

from course_lib.optimizers import Adam

TRIED = [
    Adam(lr=0.1, decay=0.03),
    Adam(lr=0.1, decay=0.03, beta_1=0.8, beta_2=0.9, amsgrad=True),
    Adam(lr=0.1, decay=0.03, bias_correction=False),
    Adam(lr=0.1, decay=0.03, epsilon=1e-3, epsilon_corrected=True),
]


def path(
    p,
    gradients,
    lr,
    beta_1,
    beta_2,
    epsilon,
    decay,
    amsgrad,
    bias_correction,
    epsilon_corrected,
    weight_decay=0,
):
    m, v, vhat = np.zeros((3, *p.shape))
    for iterations, g in enumerate(gradients):
        lr_t = lr * (1.0 / (1.0 + decay * iterations))
        p = p - p * weight_decay * lr_t
        t = iterations + 1.0
        if bias_correction:
            lr_t = lr_t * (np.sqrt(1.0 - math.pow(beta_2, t)) / (1.0 - math.pow(beta_1, t)))
        beside = epsilon * np.sqrt(1.0 - math.pow(beta_2, t)) if epsilon_corrected else epsilon
        m = (beta_1 * m) + (1.0 - beta_1) * g
        v = (beta_2 * v) + (1.0 - beta_2) * np.square(g)
        vhat = np.maximum(vhat, v) if amsgrad else v
        p = p - lr_t * m / (np.sqrt(vhat) + beside)
        yield p

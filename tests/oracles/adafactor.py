"""What Adafactor must compute: Keras 3's update of a vector, line by line."""

import numpy as np

from course_lib.optimizers import Adafactor

TRIED = [
    Adafactor(lr=0.1, decay=0.03),
    Adafactor(lr=0.1, decay=0.03, beta_2_decay=-0.5, epsilon_2=0.1, clip_threshold=0.5),
]
NEARLY = True


def rms(x):
    return np.sqrt(np.mean(np.square(x), axis=0))


def path(p, gradients, lr, beta_2_decay, epsilon_1, epsilon_2, clip_threshold, decay):
    v = np.zeros(p.shape)
    for iterations, g in enumerate(gradients):
        t = iterations + 1.0
        rho_t = np.minimum(lr * (1.0 / (1.0 + decay * iterations)), 1 / np.sqrt(t))
        alpha_t = np.maximum(epsilon_2, rms(p)) * rho_t
        beta_2_t = 1 - t**beta_2_decay
        v = beta_2_t * v + (1 - beta_2_t) * (np.square(g) + epsilon_1)
        u = g / np.sqrt(v)
        p = p - alpha_t * u / np.maximum(1.0, rms(u) / clip_threshold)
        yield p

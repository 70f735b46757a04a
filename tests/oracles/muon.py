"""What Muon must compute: Keras 3's update, line by line. A column's Newton-Schulz is one number's."""

import numpy as np

from course_lib.optimizers import Muon

TRIED = [
    Muon(lr=0.1, decay=0.03),
    Muon(lr=0.1, decay=0.03, nesterov=False, momentum=0.5, scale="pytorch", ns_steps=3),
]
NEARLY = True
SCALES = {"keras": lambda d: 0.2 * np.sqrt(d), "pytorch": np.sqrt, "none": lambda d: 1.0}


def path(p, gradients, lr, momentum, nesterov, scale, ns_steps, epsilon, decay):
    """For a column, of length s at first: its matrix product with itself is s²."""
    m = np.zeros(p.shape)
    for iterations, g in enumerate(gradients):
        lr_t = lr * (1.0 / (1.0 + decay * iterations))
        m = g + m * momentum
        x = g + momentum * m if nesterov else m
        x = x / (np.linalg.norm(x, axis=0) + epsilon)
        for _ in range(ns_steps):
            a = np.square(x).sum(axis=0)
            x = 3.4445 * x + (-4.7750 * a + 2.0315 * a * a) * x
        p = p - lr_t * SCALES[scale](len(p)) * x
        yield p

"""What Prodigy must compute: its authors' code, line by line, without their optional corrections."""

import numpy as np

from course_lib.optimizers import Prodigy

TRIED = [
    Prodigy(lr=0.1, decay=0.03),
    Prodigy(lr=1.0, beta_1=0.8, beta_2=0.9, d0=1e-3),
]
NEARLY = True


def path(p, gradients, lr, beta_1, beta_2, epsilon, d0, decay):
    p0, d, d_numerator = p, d0, 0.0
    exp_avg, exp_avg_sq, s = np.zeros((3, *p.shape))
    beta3 = np.sqrt(beta_2)
    for iterations, grad in enumerate(gradients):
        dlr = d * lr * (1.0 / (1.0 + decay * iterations))
        d_numerator = beta3 * d_numerator + (d / d0) * dlr * np.sum(grad * (p0 - p), axis=0)
        exp_avg = beta_1 * exp_avg + d * (1 - beta_1) * grad
        exp_avg_sq = beta_2 * exp_avg_sq + d * d * (1 - beta_2) * grad * grad
        s = beta3 * s + (d / d0) * dlr * grad
        d_denom = np.abs(s).sum(axis=0)
        if np.all(d_denom > 0):
            d = np.maximum(d, d_numerator / d_denom)
        p = p - dlr * exp_avg / (np.sqrt(exp_avg_sq) + d * epsilon)
        yield p

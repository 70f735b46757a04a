"""What RAdam must compute: PyTorch's _single_tensor_radam, line by line; epsilon beside the plain root."""

import math

import numpy as np

from course_lib.optimizers import RAdam

TRIED = [
    RAdam(lr=0.1, decay=0.03),
    RAdam(lr=0.1, beta_1=0.8, beta_2=0.9),
    RAdam(lr=0.1, beta_2=0.6),  # never divides
]
NEARLY = True


def path(p, gradients, lr, beta_1, beta_2, epsilon, decay):
    exp_avg, exp_avg_sq = np.zeros((2, *p.shape))
    rho_inf = 2 / (1 - beta_2) - 1
    for iterations, g in enumerate(gradients):
        lr_t = lr * (1.0 / (1.0 + decay * iterations))
        step = iterations + 1
        bias_correction1, bias_correction2 = 1 - math.pow(beta_1, step), 1 - math.pow(beta_2, step)
        exp_avg = beta_1 * exp_avg + (1 - beta_1) * g
        exp_avg_sq = beta_2 * exp_avg_sq + (1 - beta_2) * g * g
        rho_t = rho_inf - 2 * step * math.pow(beta_2, step) / bias_correction2
        update = exp_avg / bias_correction1
        if rho_t > 5.0:
            rect = ((rho_t - 4) * (rho_t - 2) * rho_inf) / ((rho_inf - 4) * (rho_inf - 2) * rho_t)
            update = update * math.sqrt(rect) * math.sqrt(bias_correction2) / (np.sqrt(exp_avg_sq) + epsilon)
        p = p - lr_t * update
        yield p

"""What Nadam must compute: Keras 1.2.2's get_updates, line by line. ``decay`` is ours."""

import math

import numpy as np

from course_lib.optimizers import Nadam

TRIED = [
    Nadam(lr=0.1, decay=0.03),
    Nadam(lr=0.1, schedule_decay=1),
]


def path(p, gradients, lr, beta_1, beta_2, epsilon, schedule_decay, decay):
    m, v = np.zeros((2, *p.shape))
    m_schedule = 1.0
    for iterations, g in enumerate(gradients):
        lr_t = lr * (1.0 / (1.0 + decay * iterations))
        t = iterations + 1.0
        momentum_cache_t = beta_1 * (1.0 - 0.5 * math.pow(0.96, t * schedule_decay))
        momentum_cache_t_1 = beta_1 * (1.0 - 0.5 * math.pow(0.96, (t + 1) * schedule_decay))
        m_schedule_next = m_schedule * momentum_cache_t * momentum_cache_t_1
        m_schedule = m_schedule * momentum_cache_t
        g_prime = g / (1.0 - m_schedule)
        m = beta_1 * m + (1.0 - beta_1) * g
        m_prime = m / (1.0 - m_schedule_next)
        v = beta_2 * v + (1.0 - beta_2) * np.square(g)
        v_prime = v / (1.0 - math.pow(beta_2, t))
        m_bar = (1.0 - momentum_cache_t) * g_prime + momentum_cache_t_1 * m_prime
        p = p - lr_t * m_bar / (np.sqrt(v_prime) + epsilon)
        yield p

"""Divergence is a lesson, not an error."""

import numpy as np


def allowed():
    """Within ``with divergence.allowed():`` numbers that run out become inf or nan, and nothing warns.

    >>> with allowed():
    ...     np.float64(1e308) * 10
    np.float64(inf)
    """
    return np.errstate(over="ignore", invalid="ignore", divide="ignore")

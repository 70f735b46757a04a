"""Slopes by central differences: what every hand-written derivative is held against."""

import numpy as np

H = 6e-6  # near the cube root of the float64 precision, where the error is least: about 4e-11


def central_difference(f, x, h=H):
    """d f / d x of a number ``f(x)``, for every entry of the array ``x``."""
    x = np.array(x, dtype=np.float64)
    slope = np.empty_like(x)
    for i in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[i] += h
        down[i] -= h
        slope[i] = (f(up) - f(down)) / (up[i] - down[i])
    return slope


def assert_is_the_slope(slope, f, x, rtol=1e-7, atol=1e-9):
    """``slope`` must be that of ``f`` at ``x``, to what central differences can tell."""
    measured = central_difference(f, x)
    np.testing.assert_allclose(slope, measured, rtol=rtol, atol=atol * max(1.0, abs(f(x))))

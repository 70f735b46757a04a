"""Pictures on given Axes: each function draws one thing and returns its artists.

Colours are Okabe and Ito's, which the colour-blind tell apart; line styles and markers say the same again.
"""

from typing import Any

import numpy as np
from matplotlib.colors import LogNorm

BLUE, ORANGE, GREEN, VERMILION, SKY, BLACK = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#000000"
STYLE: dict[Any, Any] = {
    "font.size": 13,
    "axes.titlesize": 14,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "lines.linewidth": 2,
}


def draw_surface(axes, surface):
    """The surface as a picture from above, or as a curve if it has one weight; its minima as stars."""
    if surface.dimensions == 1:
        _draw_curve(axes, surface)
    else:
        _draw_contours(axes, surface)
    for minimum in surface.minima:
        axes.plot(
            *on_picture(surface, np.reshape(minimum, (1, -1))).T,
            "*",
            color=ORANGE,
            mec=BLACK,
            ms=16,
            zorder=3,
        )


def on_picture(surface, path):
    """Where the points of a path, shape (n, D), stand in the picture of ``draw_surface``, shape (n, 2)."""
    return np.stack([path[:, 0], surface.value(path.T)], axis=1) if surface.dimensions == 1 else path


def path_line(axes):
    """An empty path, to be moved by ``set_data``: a line with a dot after each update, and its last dot."""
    (dots,) = axes.plot([], [], "o-", color=VERMILION, mfc="white", mec=VERMILION, ms=6, lw=1.8)
    (last,) = axes.plot([], [], "o", color=VERMILION, mec="white", ms=11)
    return dots, last


def draw_loss_axes(axes, updates, low=1e-12, high=1e4):
    """Axes for the loss above its minimum against updates, on a scale of powers of ten."""
    axes.set(xlim=(-0.02 * updates, 1.02 * updates), ylim=(low, high), yscale="log")
    axes.set(xlabel="updates", title="Loss above the minimum")
    axes.set_yticks([10.0**k for k in range(round(np.log10(low)), round(np.log10(high)) + 1, 4)])
    axes.grid(alpha=0.3)


def _draw_curve(axes, surface):
    ((low, high),) = surface.domain
    w = np.linspace(low, high, 200)
    loss = surface.value(w[None])
    axes.plot(w, loss, color=BLUE)
    axes.set(xlim=(low, high), ylim=(-0.08 * loss.max(), 1.05 * loss.max()), xlabel="weight w", ylabel="loss")


def _draw_contours(axes, surface):
    (left, right), (bottom, top) = surface.domain
    x, y = np.meshgrid(np.linspace(left, right, 200), np.linspace(bottom, top, 200))
    height = surface.value([x, y]) - surface.minimum
    levels = np.geomspace(height.max() / 3e3, height.max(), 14)
    axes.contourf(
        x, y, np.maximum(height, levels[0]), levels, cmap="cividis", norm=LogNorm(levels[0], levels[-1])
    )
    axes.contour(x, y, height, levels, colors="white", linewidths=0.5, alpha=0.5)
    axes.set(xlim=(left, right), ylim=(bottom, top), xlabel="first weight", ylabel="second weight")

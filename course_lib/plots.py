"""Pictures on given Axes: each function draws one thing and returns its artists. ``png`` is a whole Figure.

Colours have the hues of Okabe and Ito's, which the colour-blind tell apart. They are darker, so that a thin
line stands out from white paper. Line styles and markers say the same again.
"""

import io
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LogNorm

from course_lib.base import divergence

BLUE, ORANGE, GREEN, VERMILION, SKY, BLACK = "#0060A0", "#C58600", "#008F68", "#B84300", "#3399D6", "#000000"
INK, QUIET, FAINT = "0.15", "0.35", "0.6"  # for what is said, for what it is measured by, for lines between
STYLE: dict[Any, Any] = {
    "font.size": 13,
    "text.color": INK,
    "axes.titlesize": 14,
    "axes.titlelocation": "left",
    "axes.titlecolor": INK,
    "axes.titlepad": 9,
    "axes.labelcolor": QUIET,
    "axes.edgecolor": FAINT,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": FAINT,
    "xtick.labelcolor": QUIET,
    "ytick.color": FAINT,
    "ytick.labelcolor": QUIET,
    "grid.color": "0.8",
    "grid.linewidth": 0.6,
    "lines.linewidth": 2,
    "lines.solid_capstyle": "round",
}


def png(figure):
    """A matplotlib Figure as the bytes of a PNG, drawn once; ``savefig`` draws it twice for its layout."""
    buffer = io.BytesIO()
    FigureCanvasAgg(figure).print_png(buffer)
    return buffer.getvalue()


def draw_surface(axes, surface, filled=True):
    """The surface as a picture from above, or as a curve if it has one weight; its minima as stars.

    ``filled=False`` leaves the picture white between grey contours, for many paths in colours.
    """
    if surface.dimensions == 1:
        _draw_curve(axes, surface)
    else:
        _draw_contours(axes, surface, filled)
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


def drawable(run, far=1e6):
    """The points of a run in the picture, shape (n, 2), and its losses above the minimum, shape (n,).

    They end where the run leaves the range of numbers; points further away than ``far`` are drawn there.
    """
    points, losses = on_picture(run.objective, run.path), run.losses - run.objective.minimum
    finite = np.isfinite(points).all(axis=1) & np.isfinite(losses)
    count = len(points) if finite.all() else int(finite.argmin())
    return np.clip(points[:count], -far, far), losses[:count]


def gradient_steps(run, count, far=1e6):
    """Where the gradient alone would lead in each of SGD's first ``count`` updates, shape (count, 2).

    In the picture of ``draw_surface``; what an update adds to this is momentum's.
    """
    w = run.path[:count].T
    with divergence.allowed():
        ends = w - run.optimizer.rate(np.arange(count)) * run.objective.gradient(w)
        return np.clip(on_picture(run.objective, ends.T), -far, far)


def empty_line(axes, *look, **style):
    """A line without points, to be moved by ``set_data``."""
    (line,) = axes.plot([], [], *look, **style)
    return line


def end_name(axes, color):
    """A text without words, to stand at a line's end and say what the line is; it may leave the axes."""
    return axes.text(0, 0, "", color=color, va="center", ha="left", clip_on=False)


def room_for_names(axes, longest):
    """Keep room at the right of the axes for names at lines' ends, the longest of which is this."""
    axes.text(1.03, 0.5, longest, transform=axes.transAxes, alpha=0)


def path_line(axes, color=VERMILION):
    """An empty path, to be moved by ``set_data``: a line with a dot after each update, and its last dot."""
    dots = empty_line(axes, "o-", color=color, mfc="white", mec=color, ms=6, lw=1.8)
    return dots, empty_line(axes, "o", color=color, mec="white", ms=9)


def turned(points, degrees):
    """The points, shape (2, n) or (2,), turned anticlockwise around the origin."""
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[cosine, -sine], [sine, cosine]]) @ points


def ravine_ellipses(ravine, half_widths=(0.2, 0.5, 0.8, 1.1)):
    """Contours of a Ravine, for one line each, which can move as its condition and angle do: (2, n) arrays.

    Each reaches a ``half_width`` from the minimum across the ravine, and sqrt(condition) times that along it.
    """
    around = np.linspace(0, 2 * np.pi, 201)
    ellipse = turned([np.sqrt(ravine.condition) * np.cos(around), np.sin(around)], ravine.angle)
    return [half_width * ellipse for half_width in half_widths]


def draw_loss_axes(axes, updates, low=1e-12, high=1e4):
    """Axes for the loss above its minimum against updates, on a scale of powers of ten."""
    axes.set(xlim=(-0.02 * updates, 1.02 * updates), ylim=(low, high), yscale="log")
    axes.set(xlabel="updates", title="Loss above the minimum")
    axes.set_yticks([10.0**k for k in range(round(np.log10(low)), round(np.log10(high)) + 1, 4)])
    axes.grid(alpha=0.3)


def draw_updates(axes):
    """An x axis from no update (0) to all of them (1); returns the Text at its end, for their number."""
    axes.set(xlim=(0, 1), xlabel="updates")
    axes.set_xticks([0, 1], ["0", ""])
    transform, vertical, _ = axes.get_xaxis_text1_transform(7)
    return axes.text(1, 0, "", transform=transform, va=vertical, ha="right")


def abscissa(axes):
    """What the x axis counts, in words. On that of ``draw_updates`` it is a part of all updates."""
    label = axes.get_xlabel() or "x"
    return f"part of all {label}" if label == "updates" and axes.get_xlim() == (0, 1) else label


def _draw_curve(axes, surface):
    ((low, high),) = surface.domain
    w = np.linspace(low, high, 200)
    loss = surface.value(w[None])
    axes.plot(w, loss, color=BLUE)
    axes.set(xlim=(low, high), ylim=(-0.08 * loss.max(), 1.05 * loss.max()), xlabel="weight w", ylabel="loss")


def _draw_contours(axes, surface, filled):
    (left, right), (bottom, top) = surface.domain
    x, y = np.meshgrid(np.linspace(left, right, 200), np.linspace(bottom, top, 200))
    height = surface.value([x, y]) - surface.minimum
    levels = np.geomspace(height.max() / 3e3, height.max(), 14)
    if filled:
        norm = LogNorm(levels[0], levels[-1])
        axes.contourf(x, y, np.maximum(height, levels[0]), levels, cmap="Blues_r", norm=norm, alpha=0.9)
        axes.contour(x, y, height, levels, colors="white", linewidths=0.5, alpha=0.5)
    else:
        axes.contour(x, y, height, levels, colors="0.6", linewidths=0.6)
    axes.set(xlim=(left, right), ylim=(bottom, top), xlabel="first weight", ylabel="second weight")

"""Which constant each loss likes best, and what one outlier does to it."""

from typing import Any, ClassVar

import numpy as np

from course_lib import losses, plots
from course_lib.explorers.live.controls import Several, Slider
from course_lib.explorers.live.engine import Explorer, Frame
from course_lib.explorers.shared import words

OTHERS = [1.0, 2.0, 2.0, 3.0, 4.0]  # the data, but for the outlier
FURTHEST = 60.0  # the outlier
WINDOW = 14.0  # the constants in the lower plots
NUMBERS_AT = 18.5  # where the numbers beside the rows end
PARTS = 50  # of a step of the bisection
GRID = np.linspace(0.05, WINDOW, 280)
NOTHING: Any = ([], [])
LOOKS = {  # the losses in the order of their rows, with the colour and line style of row and slope
    "mse": (plots.VERMILION, "-"),
    "mae": (plots.BLUE, "-"),
    "huber": (plots.GREEN, "--"),
    "msle": (plots.ORANGE, "-."),
    "mape": (plots.SKY, "--"),
    "pinball": (plots.BLACK, ":"),
    "poisson": (plots.BLACK, "--"),
    "log_cosh": (plots.ORANGE, ":"),
}


class RegressionLosses(Explorer):
    """Six numbers, one of them an outlier: drag it, and see which losses follow.

    >>> figure = RegressionLosses(only=["outlier"])
    >>> print(figure.set(outlier=20))
    Drags only mse's best constant beyond the other five at outlier 20. The best constants are
    mse 5.333, mae 2 to 3, huber 2.667, msle 3.43, mape 2 and pinball 4.
    """

    title = "Which constant does each loss like best?"
    goal = "a place above 0 for the outlier where mse's best constant is also one of mae's."
    inches = (9.6, 4.8)
    controls: ClassVar = {
        "outlier": Slider(50.0, low=0, high=FURTHEST, step=0.5),
        "delta": Slider(1.0, low=0.1, high=10, log=True, label="delta (huber)"),
        "quantile": Slider(0.75, low=0.05, high=0.95, label="quantile (pinball)"),
        "losses": Several(("mse", "mae", "huber", "msle", "mape", "pinball"), tuple(LOOKS)),
    }
    presets: ClassVar = {
        "Far out": {"outlier": 50.0},
        "No outlier": {"outlier": 2.0},
        "At zero": {"outlier": 0.0},
        "Huber like mae": {"outlier": 50.0, "delta": 0.1},
        "Huber towards mse": {"outlier": 50.0, "delta": 10.0},
        "The 90% quantile": {"outlier": 50.0, "quantile": 0.9},
    }

    def frame(self, *, outlier, delta, quantile, losses):
        y = np.array([*OTHERS, outlier])
        chosen = {name: make(name, delta, quantile) for name in losses}
        best = {name: best_constants(loss, y) for name, loss in chosen.items()}
        artists: dict[str, Any] = {"outlier": ([outlier], [1 + OTHERS.count(outlier)])}
        for row, name in enumerate(LOOKS):
            artists |= _row(name, row, *best[name]) if name in best else _empty_row(name, row)
            artists[f"{name} slope"] = _slope_curve(chosen[name], y) if name in best else NOTHING
        return Frame(
            artists,
            self._words(best, outlier=outlier, delta=delta, quantile=quantile),
            " ".join(_why(best, outlier, quantile)),
            reached=outlier > 0 and _agree(y),
            facts=best,
        )

    def draw(self, figure, frame):
        places = [["data", "data"], ["rows", "slopes"]]
        panels = figure.subplot_mosaic(places, height_ratios=[1, 3], width_ratios=[NUMBERS_AT, WINDOW])
        data, rows, slopes = (panels[name] for name in ("data", "rows", "slopes"))
        _draw_data(data)
        _draw_rows(rows)
        _draw_slopes(slopes)
        self.pick(data, x="outlier")
        outlier = plots.empty_line(data, "o", color=plots.VERMILION, mec="white", ms=11)
        moving = {"outlier": outlier}
        for name, (color, style) in LOOKS.items():
            moving[f"{name} key"] = plots.empty_line(rows, style, color=color, lw=1.5, alpha=0.6)
            moving[f"{name} best"] = plots.empty_line(rows, "|-", color=color, lw=6, ms=11, mew=4)
            moving[f"{name} number"] = rows.text(0, 0, "", ha="right", va="center")
            moving[f"{name} slope"] = plots.empty_line(slopes, style, color=color)
            moving[f"{name} zero"] = plots.empty_line(slopes, "o", color=color, mec="white", ms=9, zorder=4)
        return moving

    def python(self, *, outlier, delta, quantile, losses):
        made = ", ".join(f"losses.{make(name, delta, quantile)!r}" for name in losses)
        return (
            "from course_lib import explorers, losses\n"
            f"[explorers.regression_losses.best_constants(loss, {[*OTHERS, outlier]}) for loss in [{made}]]"
        )

    def _words(self, best, **settings):
        shown = words.settings(settings, self.shown)
        if not best:
            return words.verdict("every loss is hidden", shown)
        constants = words.listed([f"{name} {_told(*ends)}" for name, ends in best.items()])
        drags = words.verdict(f"drags {_dragged(best)} beyond the other five", shown)
        return f"{drags} The best constants are {constants}."


def make(name, delta, quantile):
    """The loss of that name with the figure's settings."""
    made = {"huber": losses.Huber(delta), "pinball": losses.Pinball(quantile)}
    return made[name] if name in made else losses.get(name)


def best_constants(loss, y):
    """The lowest and the highest constant that is best: where the slope is no longer < 0, and no longer <= 0.

    Bisection, but into many parts at a time, for both ends at once.
    """
    y = np.asarray(y)
    low, high = np.zeros(2), np.full(2, y.max())
    for _ in range(7):
        grid = np.linspace(low, high, PARTS)
        slopes = slope(loss, y, np.maximum(grid, losses.EPSILON))  # below, msle is flat
        below = np.sum([slopes[:, 0] < 0, slopes[:, 1] <= 0], axis=1)
        low = grid[np.maximum(below - 1, 0), [0, 1]]
        high = grid[np.minimum(below, PARTS - 1), [0, 1]]
    return high[0].item(), low[1].item()


def slope(loss, y, constants):
    """The slope of the mean loss in the constant that is predicted for all of ``y``; rounding counts as 0."""
    slopes = loss.slope(y, np.asarray(constants)[..., None])
    mean = slopes.mean(axis=-1)
    return np.where(np.abs(mean) < 1e-12 * np.abs(slopes).max(axis=-1), 0, mean)


def _row(name, row, low, high):
    """What the row of a loss shows, and where its slope is 0."""
    return {
        f"{name} key": ([0, WINDOW], [row, row]),
        f"{name} best": (np.minimum([low, high], WINDOW), [row, row]),
        f"{name} number": (NUMBERS_AT, row, _told(low, high) + " →" * (low > WINDOW)),
        f"{name} zero": ([(low + high) / 2], [0]),
    }


def _empty_row(name, row):
    lines = {f"{name} {part}": NOTHING for part in ("key", "best", "zero")}
    return {**lines, f"{name} number": (NUMBERS_AT, row, "")}


def _slope_curve(loss, y):
    """The slope against the constant, divided by its typical size."""
    besides_the_jumps = np.concatenate([y - 1e-6, y + 1e-6]).clip(GRID[0], GRID[-1])
    constants = np.sort(np.concatenate([GRID, besides_the_jumps]))
    slopes = slope(loss, y, constants)
    return constants, slopes / np.sqrt(np.mean(slopes**2))


def _agree(y):
    (mean, _), (low, high) = (best_constants(losses.get(name), y) for name in ("mse", "mae"))
    return bool(low - 1e-6 <= mean <= high + 1e-6)


def _told(low, high):
    """The best constant, or the lowest and the highest."""
    low, high = (f"{round(end, 3):.4g}" for end in (low, high))
    return low if low == high else f"{low} to {high}"


def _dragged(best):
    """The best constants that all lie outside of the numbers that the outlier left alone."""
    others = min(OTHERS), max(OTHERS)
    beyond = [
        name for name, (low, high) in best.items() if round(low, 3) > others[1] or round(high, 3) < others[0]
    ]
    if len(beyond) > 1:
        return f"the best constants of {words.listed(beyond)}"
    return f"only {beyond[0]}'s best constant" if beyond else "no best constant"


def _why(best, outlier, quantile):
    of_the_mean = [f"for {name}" for name in ("mse", "poisson") if name in best]
    if of_the_mean:
        yield f"The mean (best {words.listed(of_the_mean)}) takes a sixth of every move of the outlier."
    if "mae" in best and OTHERS[1] <= outlier <= OTHERS[3]:
        yield "The outlier is in the middle now, and mae's constants end at it."
    elif "mae" in best:
        yield "The middle (mae) only asks on which side the outlier is, not how far."
    if "huber" in best:
        yield "With huber no point pulls harder than delta."
    if "mape" in best and best["mape"][1] < min(OTHERS) / 2:
        yield "mape divides by the truth, so a point near 0 outvotes the others."
    if "pinball" in best:
        yield (
            f"At least {quantile:.0%} of the points are at or below pinball's constant, "
            f"{1 - quantile:.0%} at or above."
        )


def _draw_data(axes):
    for number in set(OTHERS):
        count = OTHERS.count(number)
        axes.plot([number] * count, range(1, count + 1), "o", color=plots.BLUE, ms=9)
    axes.axvspan(0, WINDOW, color=plots.SKY, alpha=0.2, lw=0)
    axes.text(WINDOW + 0.5, 2.6, "the part shown below", va="top")
    axes.set(
        xlim=(-0.02 * FURTHEST, 1.02 * FURTHEST), ylim=(0.3, 3), yticks=[], title="The data: drag the outlier"
    )
    axes.spines["left"].set_visible(False)


def _draw_rows(axes):
    axes.set(xlim=(0, NUMBERS_AT), ylim=(len(LOOKS) - 0.4, -0.6), xticks=range(0, 15, 2))
    axes.set_yticks(range(len(LOOKS)), LOOKS)
    axes.set(xlabel="constant", title="Best constant")
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def _draw_slopes(axes):
    axes.axhline(0, color=plots.BLACK, lw=0.8)
    axes.set(xlim=(0, WINDOW), ylim=(-2.5, 2.5), yticks=[0], xlabel="constant", title="Slope of the loss")

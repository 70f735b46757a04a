"""Several optimizers on one course: who is first over the finish line, and what the trained networks see."""

from typing import ClassVar

import numpy as np
from matplotlib.colors import PowerNorm

from course_lib import plots
from course_lib.explorers.live.controls import Choice, Several, Slider
from course_lib.explorers.live.engine import Explorer, Frame
from course_lib.explorers.shared import words
from course_lib.explorers.shared.heats import (
    COURSES,
    OTHER_COURSES,
    RATES,
    RUNNERS,
    UPDATES,
    finish_line,
    heat,
    objective,
    start_loss,
)
from course_lib.explorers.shared.words import exact, listed, number

LOOKS = {  # colour, line, marker; relatives share a colour
    "sgd": (plots.BLACK, "-", "o"),
    "momentum": (plots.BLUE, "--", "s"),
    "nesterov": (plots.BLUE, ":", "D"),
    "rmsprop": (plots.GREEN, "-.", "^"),
    "adagrad": (plots.GREEN, "-", "v"),
    "adadelta": (plots.GREEN, ":", "<"),
    "adam": (plots.VERMILION, "-", "P"),
    "adamax": (plots.ORANGE, "--", ">"),
    "nadam": (plots.VERMILION, "-.", "X"),
    "adamw": (plots.ORANGE, ":", "p"),
    "lion": (plots.SKY, "--", "*"),
}
MOST = 47  # of the 360 test digits are of one kind, at most
FAIR = {
    "documented": "Each runs at its documented rate, the same on every course.",
    "tuned": f"Each runs at the best of the same {len(RATES)} rates: the one that ends lowest.",
}
TABLE = "{:<8}{:>7}{:>9}{:>7}"


class Race(Explorer):
    """Optimizers race down a surface, or train a network on the digits; the table has who needed how long.

    >>> figure = Race(course="booth")
    >>> print(figure.set(update=100))
    course booth, rates tuned, update 100 of 200. Finished: sgd after 16 updates, momentum after
    26 and adam after 34. Still running: rmsprop. Each runs at the best of the same 19 rates:
    the one that ends lowest.
    """

    title = "The race: who needs how many updates?"
    heard = "sgd loss"
    goal = "plain sgd wins against at least three others."
    inches = (9.6, 6.0)
    controls: ClassVar = {
        "optimizers": Several(("sgd", "momentum", "rmsprop", "adam"), tuple(RUNNERS)),
        "course": Choice("ravine", COURSES + OTHER_COURSES),
        "rates": Choice("tuned", ("documented", "tuned")),
        "update": Slider(0, low=0, high=UPDATES, step=1, whole=True, play=True),
    }
    presets: ClassVar = {
        "Ravine, tuned": {"course": "ravine", "rates": "tuned", "update": UPDATES},
        "Ravine, documented": {"course": "ravine", "rates": "documented", "update": UPDATES},
        "A curved valley": {"course": "rosenbrock", "rates": "tuned", "update": UPDATES},
        "Digits, documented": {"course": "digits", "rates": "documented", "update": UPDATES},
        "Digits, tuned": {"course": "digits", "rates": "tuned", "update": 15},
        "All eleven": {"optimizers": list(RUNNERS), "course": "beale", "rates": "tuned", "update": UPDATES},
    }

    def frame(self, *, optimizers, course, rates, update):
        heats = [heat(name, course, rates) for name in optimizers]
        artists = {}
        for runner in heats:
            artists |= _moved(runner, update)
        return Frame(
            artists,
            _caption(heats, course, rates, update),
            still=(tuple(optimizers), course),
            reached=_sgd_wins(heats, update),
            facts=heats,
        )

    def draw(self, figure, frame):
        names, course = frame.still
        left, right = figure.subfigures(1, 2)
        above, below = right.subfigures(2, 1, height_ratios=[1, 0.08 * (len(names) + 1)])
        loss = _draw_loss_axes(above, course)
        self.pick(loss, x="update")
        artists = _draw_table(below, names) | _runners(loss, names, "loss")
        if course == "digits":
            return artists | _confusions(left, names)
        return artists | _runners(_draw_map(left, objective(course)), names, "path")

    def python(self, *, optimizers, course, rates, update):
        if not optimizers:
            return super().python(optimizers=optimizers, course=course, rates=rates, update=update)
        leader = _standings([heat(name, course, rates) for name in optimizers], update)[0]
        descended = "explorers.shared.heats.Digits()" if course == "digits" else repr(course)
        package = "explorers, optimizers" if course == "digits" else "optimizers"
        return (
            f"from course_lib import {package}, training\n"
            f"training.run({descended}, optimizers.{_call(leader.optimizer)}, steps={update}).losses"
        )


def _call(optimizer):
    """The call that makes the optimizer, without the settings that it has by default."""
    default = type(optimizer)().get_config()
    settings = {
        key: value for key, value in optimizer.get_config().items() if key == "lr" or value != default[key]
    }
    return words.call(type(optimizer).__name__, **settings)


def _standings(heats, update):
    """Those over the finish line in their order, then the others, the lowest loss first."""
    return sorted(
        heats, key=lambda heat: (heat.finish if heat.has_finished(update) else np.inf, heat.loss(update))
    )


def _sgd_wins(heats, update):
    finishes = {heat.name: heat.finish for heat in heats}
    sgd = finishes.pop("sgd", np.inf)
    return sgd <= update and len(finishes) >= 3 and sgd < min(finishes.values())


# ---- What moves -------------------------------------------------------------------------------------------


def _moved(heat, update):
    losses = heat.losses[: update + 1]
    updates = np.arange(len(losses))
    moved = {
        "row": _table_row(heat, update),
        "loss": (updates, losses),
        "loss head": (updates[-1:], losses[-1:]),
    }
    if len(heat.confusions):
        moved |= {
            "confusion": heat.confusions[update],
            "accuracy": f"{heat.accuracy(update):.0%} right",
        }
    else:
        path = heat.points[: update + 1].T
        moved |= {"path": path, "path head": path[:, -1:]}
    return {f"{heat.name} {artist}": data for artist, data in moved.items()}


def _table_row(heat, update):
    loss = "diverged" if heat.has_diverged(update) else number(heat.loss(update))
    finish = f"{heat.finish}" if heat.has_finished(update) else "-"
    return TABLE.format(heat.name, exact(heat.optimizer.lr), loss, finish)


# ---- What stays -------------------------------------------------------------------------------------------


def _draw_map(figure, surface):
    axes = figure.subplots()
    plots.draw_surface(axes, surface, filled=False)
    axes.set_title("The paths of the weights")
    return axes


def _runners(axes, names, what):
    """For each runner an empty line, and its marker where it is now."""
    artists = {}
    for name in names:
        color, line, marker = LOOKS[name]
        artists[f"{name} {what}"] = plots.empty_line(axes, line, color=color, lw=1.8)
        artists[f"{name} {what} head"] = plots.empty_line(
            axes, marker, color=color, mec="white", ms=9, zorder=4
        )
    return artists


def _confusions(figure, names):
    """For each runner a picture of which digit (row) its network takes for which (column)."""
    columns = int(np.ceil(np.sqrt(max(1, len(names)))))
    rows = -(-max(1, len(names)) // columns)
    wide, high = 11.5, 11 + 1.5 * columns  # of a picture with its name above it; letters do not shrink
    axes = figure.subplots()  # one for all pictures, which is drawn sooner than one for each
    axes.set(xlim=(-1, wide * columns - 1), ylim=(high * rows, 0), aspect="equal")
    axes.set_axis_off()
    figure.suptitle("Test digits: row = what it is,\ncolumn = what the network says", fontsize=13)
    artists = {}
    for place, name in enumerate(names):
        left, bottom = wide * (place % columns), high * (place // columns + 1) - 1
        artists[f"{name} confusion"] = axes.imshow(
            np.zeros((10, 10)),
            cmap="cividis",
            norm=PowerNorm(0.5, 0, MOST),
            interpolation="nearest",
            extent=(left, left + 10, bottom, bottom - 10),
        )
        above = {"ha": "center", "va": "bottom"}
        axes.text(left + 5, bottom - 10, f"{name}\n", **above)
        artists[f"{name} accuracy"] = axes.text(left + 5, bottom - 10, "", **above)
        for digit in range(10 if columns <= 2 else 0):
            axes.text(left - 0.2, bottom - 9.5 + digit, digit, ha="right", va="center")
            axes.text(left + 0.5 + digit, bottom, digit, ha="center", va="top")
    return artists


def _draw_loss_axes(figure, course):
    axes, line = figure.subplots(), finish_line(course)
    axes.set(xlim=(-0.02 * UPDATES, 1.02 * UPDATES), ylim=(line / 30, 2 * start_loss(course)), yscale="log")
    axes.minorticks_off()
    axes.set(
        xlabel="updates",
        xticks=range(0, UPDATES + 1, 50),
        title="Training loss" if course == "digits" else "Loss above the minimum",
    )
    axes.grid(alpha=0.3)
    axes.axhline(line, color=plots.BLACK, lw=1.5)
    axes.text(1.01, line, "finish", transform=axes.get_yaxis_transform(), rotation=90, va="center")
    return axes


def _draw_table(figure, names):
    """The table's head and, for each runner, its line and marker; returns the rows, empty."""
    axes = figure.add_axes((0.01, 0, 0.99, 1))
    axes.set(xlim=(0, 1), ylim=(len(names) + 0.8, -0.5))
    axes.set_axis_off()
    rows = [
        axes.text(0.12, place, "", va="center", family="monospace", in_layout=False)
        for place in range(len(names) + 1)
    ]
    head = TABLE.format("", "lr", "loss", "finish") if names else "Choose at least one optimizer."
    rows[0].set_text(head)
    for place, name in enumerate(names, start=1):
        color, line, marker = LOOKS[name]
        axes.plot([0, 0.09], [place, place], line, color=color)
        axes.plot([0.045], [place], marker, color=color, mec="white", ms=9)
    return {f"{name} row": row for name, row in zip(names, rows[1:], strict=True)}


# ---- In words ---------------------------------------------------------------------------------------------


def _caption(heats, course, rates, update):
    settings = f"course {course}, rates {rates}, update {update} of {UPDATES}"
    line = number(finish_line(course))
    if not heats:
        return f"{settings}: nobody runs. Choose at least one optimizer."
    if update == 0:
        begun = "The race has not begun: press Play, or move update."
        return (
            f"{settings}. {begun} {_named('At the start', heats)} The finish line is a loss of {line}. "
            f"{FAIR[rates]}"
        )
    standings = _standings(heats, update)
    finished = [heat for heat in standings if heat.has_finished(update)]
    others = [heat for heat in standings if not heat.has_finished(update)]
    running = [heat for heat in others if not heat.has_diverged(update)]
    sentences = [
        _about_finished(finished) if finished else _about_leader(running, update),
        _named("Still running" if update < UPDATES else "Not in time", running[0 if finished else 1 :]),
        _named("Diverged", [heat for heat in others if heat.has_diverged(update)]),
        _about_accuracy(heats, update) if course == "digits" else "",
        FAIR[rates],
    ]
    return f"{settings}. {' '.join(filter(None, sentences))}"


def _about_finished(finished):
    first, *others = finished
    places = [f"{heat.name} after {heat.finish}" for heat in others]
    return f"Finished: {listed([f'{first.name} after {words.updates(first.finish)}', *places])}."


def _about_leader(running, update):
    leader = f" In the lead: {running[0].name}, loss {number(running[0].loss(update))}." if running else ""
    return f"Nobody has finished.{leader}"


def _named(title, heats):
    return f"{title}: {listed([heat.name for heat in heats])}." if heats else ""


def _about_accuracy(heats, update):
    best = max(heats, key=lambda heat: heat.accuracy(update))
    return f"Best on the test digits: {best.name}, {best.accuracy(update):.0%} right."

"""How the runners of the race look, everywhere: each its curve and its marker, and its row in a table."""

from course_lib import plots
from course_lib.explorers.shared import words

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
    "radam": (plots.VERMILION, ":", "h"),
    "prodigy": (plots.BLACK, ":", "d"),
    "sf_adamw": (plots.BLACK, "--", "8"),
}


def curve(axes, name, **style):
    color, line, _ = LOOKS[name]
    return plots.empty_line(axes, line, color=color, lw=1.8, **style)


def head(axes, name):
    """The marker at the end of a runner's curve, or at its place."""
    color, _, marker = LOOKS[name]
    return plots.empty_line(axes, marker, color=color, mec="white", ms=9, zorder=4)


def end_name(axes, name):
    return plots.end_name(axes, LOOKS[name][0])


def draw_table(figure, names, columns, room=0):
    """The table's head and, for each runner, its look; returns the rows, empty. ``room`` is in rows."""
    axes = figure.add_axes((0.01, 0, 0.99, 1))
    axes.set(xlim=(0, 1), ylim=(max(room, len(names)) + 0.8, -0.5))
    axes.set_axis_off()
    where = {"va": "center", "family": "monospace", "in_layout": False}
    axes.text(0.12, 0, columns if names else "Choose at least one optimizer.", color=plots.QUIET, **where)
    for place, name in enumerate(names, start=1):
        color, line, marker = LOOKS[name]
        axes.plot([0, 0.09], [place, place], line, color=color)
        axes.plot([0.045], [place], marker, color=color, mec="white", ms=9)
    return {f"{name} row": axes.text(0.12, place, "", **where) for place, name in enumerate(names, start=1)}


def ranked(counts, reverse=False):
    """Those with the best count, and the others with theirs, the better first.

    >>> ranked({"sgd": 50, "adam": 55, "nadam": 23, "adagrad": 23})
    (['nadam', 'adagrad'], {'sgd': 50, 'adam': 55})
    """
    order = sorted(counts, key=counts.__getitem__, reverse=reverse)
    best = [name for name in order if counts[name] == counts[order[0]]]
    return best, {name: counts[name] for name in order[len(best) :]}


def nobody(settings="", place=""):
    """The caption while no optimizer is chosen."""
    return f"{words.verdict('nobody runs', settings, place)} Choose at least one optimizer."


def then_come(counts):
    """The others in words, or none: "Then come sgd (50) and adam (55)."."""
    each = [f"{name} ({count})" for name, count in counts.items()]
    return f"Then {'comes' if len(each) == 1 else 'come'} {words.listed(each)}." if each else ""

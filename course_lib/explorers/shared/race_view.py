"""The race's first view: the paths or what the networks see, and the losses down to the finish line."""

import numpy as np
from matplotlib.colors import PowerNorm

from course_lib import plots
from course_lib.explorers.shared import ends, runners, words
from course_lib.explorers.shared.heats import UPDATES, finish_line, objective, start_loss
from course_lib.explorers.shared.words import exact, listed, number

MOST = 47  # of the 360 test digits are of one kind, at most
TABLE = "{:<8}{:>7}{:>9}{:>7}"
COLUMNS = TABLE.format("", "lr", "loss", "finish")
NAME = 0.4  # the width of a runner's name, in parts of the race
LANE = 0.055  # the height of a line of names, in parts of the plot


def frame(heats, course, rates):
    """What the Frame has, by name."""
    line, start = finish_line(objective(course)), start_loss(objective(course))
    last = max((run.end for run in heats), default=UPDATES)
    lanes = _lanes({run.name: run.finish for run in heats if run.has_finished}, NAME * last)
    ylim = _heights(line, 2 * start, 1 + max(lanes.values(), default=0))
    places = _end_names(heats, lanes, last, line, ylim)
    artists, turns, grows = {}, {}, {}
    for run in heats:
        turns |= _turns(run, places[run.name], line)
        artists |= _curves(run)
        grows |= _grows(run)
    return {
        "artists": artists | {name: list(turn.values())[-1] for name, turn in turns.items()},
        "caption": _caption(heats, course, rates),
        "still": ([run.name for run in heats], course, last, ylim),
        "grows": grows,
        "turns": turns,
    }


def draw(figure, names, course, last, ylim):
    left, right = figure.subfigures(1, 2)
    above, below = left.subfigures(2, 1, height_ratios=[1, 0.08 * (len(names) + 1)])
    artists = _draw_losses(right, names, course, last, ylim) | runners.draw_table(below, names, COLUMNS)
    if course == "digits":
        return artists | _draw_confusions(above, names)
    return artists | _draw_paths(above, names, objective(course))


# ---- What moves -------------------------------------------------------------------------------------------


def _curves(run):
    losses = run.losses[: run.end + 1]
    updates = np.arange(len(losses))
    curves = {"loss": (updates, losses), "loss head": (updates[-1:], losses[-1:])}
    if not len(run.confusions):
        path = run.points[: run.end + 1].T
        curves |= {"path": path, "path head": path[:, -1:]}
    return {f"{run.name} {what}": points for what, points in curves.items()}


def _grows(run):
    grown = ["loss"] if len(run.confusions) else ["loss", "path"]
    lines = {f"{run.name} {what}": 0 for what in grown}
    return lines | {f"{line} head": line for line in lines}


def _turns(run, place, line):
    """What a runner's texts and pictures show, by the update from which on they do."""
    x, y = place
    home = ([run.finish] * 2, [line, y]) if run.has_finished else ([], [])
    turns = {
        "row": {update: _row(run, update) for update in range(run.end + 1)},
        "name": {0: (0.0, line, ""), run.end: (x, y, run.name)},
        "drop": {0: ([], []), run.end: home},
    }
    if len(run.confusions):
        turns["confusion"] = {update: run.confusions[update] for update in range(run.end + 1)}
        turns["accuracy"] = {update: f"{run.accuracy(update):.0%} right" for update in range(run.end + 1)}
    return {f"{run.name} {what}": turn for what, turn in turns.items()}


def _row(run, update):
    has_ended = update == run.end
    loss = "diverged" if has_ended and run.has_diverged else number(run.losses[update])
    finish = f"{run.finish:.0f}" if has_ended and run.has_finished else "-"
    return TABLE.format(run.name, exact(run.optimizer.lr), loss, finish)


# ---- Where the names stand --------------------------------------------------------------------------------


def _lanes(finishes, width):
    """For each runner that finishes the lane of its name below the finish line, counted from there.

    Names stand right of a drop from where the runner finishes; none covers another, or another's drop.
    """
    lanes = {}
    for name in sorted(finishes, key=finishes.__getitem__, reverse=True):
        end = finishes[name] + width
        lanes[name] = max((lanes[later] + 1 for later in lanes if finishes[later] < end), default=0)
    return lanes


def _heights(line, top, lanes):
    """The ends of the scale of losses, with so many lanes below the finish line."""
    part = LANE * (lanes + 0.7)
    return line * (line / top) ** (part / (1 - part)), top


def _end_names(heats, lanes, last, line, ylim):
    """For each runner where its name stands: below the finish line, or beside its curve's end above it."""
    running = {run.name: ([run.end], [run.losses[run.end]]) for run in heats if not run.has_finished}
    low, top = ylim
    above = np.log(top / (1.3 * line)) / np.log(top / low)  # the part of the plot that is for them
    beside = ends.labels(running, (1.3 * line, top), log=True, gap=LANE / above)
    places = {name: (x + 0.03 * last, y) for name, (x, y, _) in beside.items()}
    lane_height = (top / low) ** LANE
    for run in heats:
        if run.has_finished:
            places[run.name] = (run.finish + 0.015 * last, line / lane_height ** (lanes[run.name] + 0.8))
    return places


# ---- What stays -------------------------------------------------------------------------------------------


def _draw_paths(figure, names, surface):
    axes = figure.subplots()
    plots.draw_surface(axes, surface, filled=False)
    axes.set_title("The paths of the weights")
    axes.locator_params(nbins=5)
    return _draw_curves(axes, names, "path")


def _draw_curves(axes, names, what):
    artists = {}
    for name in names:
        artists[f"{name} {what}"] = runners.curve(axes, name)
        artists[f"{name} {what} head"] = runners.head(axes, name)
    return artists


def _draw_losses(figure, names, course, last, ylim):
    axes, line = figure.subplots(), finish_line(objective(course))
    axes.set(xlim=(-0.03 * last, (1 + NAME) * last), ylim=ylim, yscale="log", xlabel="updates")
    axes.set_title("Training loss" if course == "digits" else "Loss above the minimum")
    axes.minorticks_off()
    axes.set_xticks([0, last])
    powers = [power for power in range(-7, 7) if 1.5 * line < 10.0**power < ylim[1]]
    axes.set_yticks(
        [line, *(10.0**power for power in powers)], ["finish", *(f"$10^{{{k}}}$" for k in powers)]
    )
    axes.grid(alpha=0.3)
    axes.axhline(line, color=plots.BLACK, lw=1.5)
    artists = _draw_curves(axes, names, "loss")
    for name in names:
        artists[f"{name} drop"] = plots.empty_line(axes, color=runners.LOOKS[name][0], lw=0.8)
        artists[f"{name} name"] = runners.end_name(axes, name)
    return artists


def _draw_confusions(figure, names):
    """For each runner a picture of which digit (row) its network takes for which (column)."""
    columns = max(1, min(len(names), 2 if len(names) <= 4 else 4))
    rows = max(1, -(-len(names) // columns))
    wide, high = (11.5, 14) if columns <= 2 else (27, 21)  # with the name; letters do not shrink
    axes = figure.subplots()  # one for all pictures, which is drawn sooner than one for each
    axes.set(xlim=(-1, wide * columns - 1), ylim=(high * rows, 0), aspect="equal")
    axes.set_axis_off()
    figure.suptitle("Row: what it is. Column: what the network says.", fontsize=13)
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


# ---- In words ---------------------------------------------------------------------------------------------


def _caption(heats, course, rates):
    where = f"{rates} rates", course
    if not heats:
        return runners.nobody(*where)
    finishes = {run.name: int(run.finish) for run in heats if run.has_finished}
    if not finishes:
        return f"{words.verdict(f'nobody finishes in {UPDATES} updates', *where)} {_of_the_rest(heats)}"
    first, others = runners.ranked(finishes)
    after = words.updates(finishes[first[0]])
    sentences = [
        words.verdict(f"won by {listed(first)} after {after}", *where),
        runners.then_come(others),
        _of_the_rest(heats),
    ]
    return " ".join(filter(None, sentences))


def _of_the_rest(heats):
    """Who did not finish, the lowest loss first, and whose network is the best."""
    rest = sorted((run for run in heats if not run.has_finished), key=lambda run: run.losses[-1])
    slow = [f"{run.name} ({number(run.losses[-1])})" for run in rest if not run.has_diverged]
    gone = [run.name for run in rest if run.has_diverged]
    parts = [
        f"not in time: {listed(slow)}".replace("(", "(loss ", 1) if slow else "",
        f"diverged: {listed(gone)}" if gone else "",
        _of_the_digits([run for run in heats if len(run.confusions)]),
    ]
    said = "; ".join(filter(None, parts))
    return f"{said[:1].upper()}{said[1:]}." if said else ""


def _of_the_digits(heats):
    if not heats:
        return ""
    best = max(heats, key=lambda run: run.accuracy(run.end))
    return f"most test digits right: {best.name}, {best.accuracy(best.end):.0%}"

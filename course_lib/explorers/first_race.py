"""The first race: the line that everybody copies against one that is nothing but a rate. Which one wins?"""

from typing import ClassVar

import numpy as np

from course_lib import plots, theory
from course_lib.explorers.live.controls import Buttons, Slider
from course_lib.explorers.live.engine import Explorer, Frame
from course_lib.explorers.shared import ends, words
from course_lib.explorers.shared.words import number
from course_lib.questions import first_race
from course_lib.questions.first_race import COPIED, FAMOUS, PLAIN, UPDATES
from course_lib.record import answers

(QUESTION,) = first_race.QUESTIONS
FINISH = 1e-6
COLORS = {FAMOUS: plots.BLUE, PLAIN: plots.VERMILION}
HEIGHTS = 1e-10, 2.0  # above the star, as far as they are shown
ASKED = "Choose which one ends lower after 100 steps. Then they run, from the dot down to the star."


class FirstRace(Explorer):
    """The famous line and a plain one go down the same ravine, as soon as somebody says which one wins.

    >>> figure = FirstRace()
    >>> print(figure.caption)
    Choose which one ends lower after 100 steps. Then they run, from the dot down to the star.
    >>> print(figure.set(winner="the famous line"))
    The plain line wins, not the famous line: it ends 2,803 times lower. The plain line passes the
    finish after 62 steps; the famous line misses it, 1.02e-6 against 1e-6. Why: lesson 4.
    """

    title = "The first race: which one wins?"
    heard = f"{PLAIN} loss"
    goal = "the line that ends lower."
    inches = (9.6, 3.9)
    controls: ClassVar = {
        "winner": Buttons((FAMOUS, PLAIN), label="Which one wins?"),
        "lr": Slider(1.9, low=0.1, high=2, label="lr of the plain line"),
    }
    presets: ClassVar = {
        "The famous line's rate": {"lr": 0.1},
        "Ten times that": {"lr": 1.0},
        "As large as can be": {"lr": 2.0},
    }
    says: ClassVar = {f"{name} loss": name for name in COLORS}

    def frame(self, *, winner, lr):
        runs = first_race.race(lr)
        lowest = first_race.lowest(runs)
        curves = {f"{name} {what}": curve for name in runs for what, curve in _curves(runs[name]).items()}
        names = _names(runs)
        if not winner:
            hidden = dict.fromkeys(curves, ([], [])) | dict.fromkeys(names, (0, 1, ""))
            return Frame(hidden, ASKED, facts=runs)
        return Frame(
            curves | {name: places[UPDATES] for name, places in names.items()},
            f"{_verdict(runs, lowest, winner)} {_at_the_finish(runs, lowest)} Why: lesson 4.",
            _why(runs),
            reached=winner == lowest,
            grows={name: _grown(name) for name in curves},
            turns=names,
            meanwhile=f"You say that {winner} wins. They run.",
            facts=runs,
        )

    def draw(self, figure, frame):
        left, right = figure.subplots(1, 2, width_ratios=[1.15, 1])
        ravine = frame.facts[FAMOUS].objective
        plots.draw_surface(left, ravine, filled=False)
        left.plot(*ravine.start, "o", color=plots.INK, ms=9)
        left.set(title="Seen from above", xticks=[], yticks=[], xlabel="", ylabel="")
        left.spines[:].set_visible(False)
        _draw_heights(right)
        artists = {}
        for name, color in COLORS.items():
            for what, axes in {"path": left, "loss": right}.items():
                look = {"color": color, "lw": 1.8 if name == PLAIN else 2.6, "zorder": 2 + (name == FAMOUS)}
                artists[f"{name} {what}"] = plots.empty_line(axes, **look)
                artists[f"{name} {what} head"] = plots.empty_line(
                    axes, "o", color=color, mec="white", ms=9, zorder=4
                )
            artists[f"{name} name"] = plots.end_name(right, color)
        return artists

    def python(self, *, winner, lr):
        return (
            "from course_lib import optimizers, training\n"
            f"[training.run('ravine', sgd, steps={UPDATES}).losses[-1] for sgd in "
            f"({words.call('optimizers.SGD', **COPIED)}, {words.call('optimizers.SGD', lr=lr)})]"
        )

    def set_state(self, sync_data):
        """The first choice by hand is a prediction, and kept as one."""
        super().set_state(sync_data)
        if sync_data.get("winner") and QUESTION.name not in answers.predictions():
            said, right = self.values["winner"], bool(self.reached)
            numbers = {"lr": self.values["lr"], "momentum": COPIED["momentum"]}
            answers.remember(
                answers.Answer(answers.PREDICTED, QUESTION.lesson, QUESTION.name, said, right, numbers)
            )


def _draw_heights(axes):
    plots.draw_loss_axes(axes, UPDATES, *HEIGHTS)
    axes.set(title="How high above the star", xlabel="steps (updates)")
    axes.set(xticks=[0, UPDATES], yticks=[1e-9, FINISH, 1e-3, 1])
    axes.minorticks_off()
    axes.axhline(FINISH, color=plots.INK, lw=1.2, ls="--")
    axes.text(0, FINISH / 1.5, "finish", va="top", color=plots.INK)
    plots.room_for_names(axes, "famous")


def _curves(run):
    """A runner's way and its height above the star, each with its head."""
    path, heights = run.path.T, (np.arange(UPDATES + 1), run.losses)
    return {
        "path": path,
        "path head": path[:, -1:],
        "loss": heights,
        "loss head": tuple(each[-1:] for each in heights),
    }


def _grown(name):
    """A line grows from update 0 on, and its head is where it ends."""
    line = name.removesuffix(" head")
    return 0 if line == name else line


def _names(runs):
    """For each runner where its name stands after each update: beside its head, and not on the other's."""
    short = {"famous": FAMOUS, "plain": PLAIN}
    places = {f"{name} name": {} for name in short.values()}
    for update in range(UPDATES + 1):
        heads = {said: ([update], [runs[name].losses[update]]) for said, name in short.items()}
        for said, place in ends.labels(heads, HEIGHTS, log=True, beyond=3).items():
            places[f"{short[said]} name"][update] = place
    return places


def _verdict(runs, lowest, winner):
    (other,) = COLORS.keys() - {lowest}
    times = words.factor(runs[other].losses[-1] / runs[lowest].losses[-1])
    chosen = "" if winner == lowest else f", not {winner}"
    return f"{lowest.capitalize()} wins{chosen}: it ends {times} times lower."


def _at_the_finish(runs, lowest):
    """What became of each at the finish, the winner first."""
    (other,) = COLORS.keys() - {lowest}
    first, second = _result(runs[lowest], "the finish"), _result(runs[other], "it")
    return f"{lowest.capitalize()} {first}; {other} {second}."


def _result(run, finish):
    steps = run.updates_to_stay(FINISH)
    if steps >= 0:
        return f"passes {finish} after {steps} steps"
    return f"misses {finish}, {number(run.losses[-1])} against {number(FINISH)}"


def _why(runs):
    ravine, plain = runs[PLAIN].objective, runs[PLAIN].optimizer
    along, across = (words.factor(1 - plain.lr * curvature) for curvature in ravine.curvatures)
    kept = theory.contraction(COPIED["lr"] * np.array(ravine.curvatures), COPIED["momentum"], nesterov=True)
    return (
        f"A step of the plain line multiplies the error along the ravine by 1 - lr/{ravine.condition:g} = "
        f"{along}, and across it by 1 - lr = {across}. In the long run the famous line keeps "
        f"{number(kept.max())} of the error. "
        "Lesson 4 says why."
    )

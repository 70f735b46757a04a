"""Lesson 4: one rate for a steep and a flat direction."""

from functools import cache
from typing import Any

import numpy as np

from course_lib import surfaces, training
from course_lib.optimizers import SGD
from course_lib.questions.question import Question

LESSON = "04_conditioning"
RATES = ("1", "1.9", "20")
MOST = 2000  # updates that are tried
A_RAVINE = "A ravine has curvature 1 across and 1/{condition} along."


def kept(condition, lr, updates):
    """The part of each error that is left after 0, 1, ... updates: along, and across."""
    path: Any = training.run(surfaces.Ravine(condition), SGD(lr=lr), steps=updates).path
    return np.abs(path / path[0]).T


def left_along(condition, lr):
    return kept(condition, lr, 1)[0, 1]


def left_across(condition, lr):
    return kept(condition, lr, 1)[1, 1]


def updates_along(condition, lr=1.0):
    return int((kept(condition, lr, MOST)[0] > 1e-3).sum())


@cache
def updates_for_both(condition, lr):
    return int((kept(condition, lr, MOST).max(axis=0) > 1e-3).sum())


def fastest(condition):
    needed = [updates_for_both(condition, float(lr)) for lr in RATES[:2]]  # 20 diverges
    return RATES[np.argmin(needed)]


QUESTIONS = [
    Question(
        name="left_along_the_ravine",
        lesson=LESSON,
        text=f"{A_RAVINE} Which part of the error along is left after one update with `lr = {{lr}}`?",
        first={"lr": 1.0, "condition": 20},
        again={"lr": (0.5, 1.0, 1.5), "condition": (10, 25, 50)},
        answer=left_along,
        tolerance=0.005,
        beliefs={
            "That is the error across. Along, the curvature is 1/{condition}, and the step that small.": (
                left_across
            ),
            "That is the part that the update takes away; the rest is left.": (
                lambda lr, condition: lr / condition
            ),
        },
        why="Each direction follows its own curvature: along, an update keeps `1 - {lr} / {condition}`.",
        figure={"lr": 1.0},
    ),
    Question(
        name="updates_along_the_ravine",
        lesson=LESSON,
        text=f"{A_RAVINE} With `lr = 1`, after about how many updates is the error along below a thousandth?",
        first={"condition": 20},
        again={"condition": (10, 30, 50)},
        answer=updates_along,
        tolerance=0.15,
        beliefs={
            "You took 1/{condition} of the first error each time. It is 1/{condition} of what is left.": (
                lambda condition: condition
            ),
            "A thousandth takes no thousand updates: each leaves the same part of what it finds.": (
                lambda condition: 1000
            ),
        },
        why="An update keeps `1 - 1 / {condition}`; so many of these factors make a thousandth.",
        figure={"lr": 1.0},
    ),
    Question(
        name="fastest_for_both",
        lesson=LESSON,
        text=f"{A_RAVINE} Which `lr` brings both errors below a thousandth first?",
        first={"condition": 20},
        again={"condition": (15, 30, 50)},
        options=RATES,
        answer=fastest,
        beliefs={
            "At 1 the error across is gone at once, but along it takes {at_1} updates; at 1.9 both need "
            "{at_1_9}.": lambda condition: "1",
            "20 is far over the limit 2 of the steep direction: the error across grows.": (
                lambda condition: "20"
            ),
        },
        why="The rate is as large as the steep direction lets it be: the flat one needs it.",
        figure={"lr": 1.9},
        computed={
            "at_1": lambda condition: updates_for_both(condition, 1.0),
            "at_1_9": lambda condition: updates_for_both(condition, 1.9),
        },
    ),
]

"""Lesson 6: which part of the error an update keeps, and what the best pair is worth."""

from functools import cache
from typing import Any

import numpy as np

from course_lib import surfaces, theory, training
from course_lib.optimizers import SGD
from course_lib.questions.question import Question

LESSON = "06_stability_map"
SETTLES, SWINGS, DIVERGES = "settles", "swings for ever", "diverges"
MOST = 4000  # updates that are tried


def manner(lr, momentum):
    limit = theory.stability_limit(momentum)
    return SETTLES if lr < limit else SWINGS if lr == limit else DIVERGES


def best_rate(condition):
    """Without momentum, in a ravine whose steepest curvature is 1."""
    return 2 / (1 + 1 / condition)


def best_pair(condition):
    """The same with momentum."""
    root = np.sqrt(condition)
    return (2 / (1 + 1 / root)) ** 2, ((root - 1) / (root + 1)) ** 2


@cache
def updates_to_a_millionth(condition, lr, momentum):
    ravine, sgd = surfaces.Ravine(condition), SGD(lr=lr, momentum=momentum)
    path: Any = training.run(ravine, sgd, steps=MOST).path
    kept = np.abs(path / path[0]).max(axis=1)
    return int(np.flatnonzero(kept > 1e-6)[-1]) + 1


def updates_plain(condition):
    return updates_to_a_millionth(condition, best_rate(condition), 0.0)


def updates_with_the_pair(condition):
    return updates_to_a_millionth(condition, *best_pair(condition))


def rounded(lr, momentum):
    return {"lr": round(float(lr), 2), "momentum": round(float(momentum), 2)}


QUESTIONS = [
    Question(
        name="kept_by_an_update",
        lesson=LESSON,
        text="The curvature is 1, `momentum = {momentum}`. Which part of the error does an update keep with "
        "`lr = {lr}`, on average over a long run?",
        first={"lr": 2.0, "momentum": 0.9},
        again={"lr": (0.8, 1.5, 2.5), "momentum": (0.49, 0.64, 0.81, 0.9)},
        answer=lambda lr, momentum: theory.contraction(lr, momentum),
        tolerance=0.015,
        beliefs={
            "An update keeps the root of `momentum`, not `momentum`: two updates keep {momentum}.": (
                lambda lr, momentum: momentum
            ),
            "That is the rule without momentum, `1 - {lr}`. With momentum the error swings.": (
                lambda lr, momentum: abs(theory.contraction(lr))
            ),
            "You let a larger `lr` be faster. While the error swings, `lr` only sets how fast it swings.": (
                lambda lr, momentum: theory.contraction(0.5, momentum) ** (lr / 0.5)
            ),
        },
        why="While it swings, an update keeps the root of `momentum`, whatever `lr` is.",
        figure={"lr": 2.0, "momentum": 0.9},
    ),
    Question(
        name="manner_of_a_pair",
        lesson=LESSON,
        text="The curvature is 1. What does training do with `lr = {lr}` and `momentum = {momentum}`?",
        first={"lr": 3.0, "momentum": 0.9},
        again={"lr": (2.5, 3.2, 3.4), "momentum": (0.4, 0.65, 0.8)},
        options=(SETTLES, SWINGS, DIVERGES),
        answer=manner,
        beliefs={
            "The limit 2 is that of plain descent. Momentum raises it to `2 * (1 + {momentum})`.": (
                lambda lr, momentum: DIVERGES if lr < theory.stability_limit(momentum) else None
            ),
            "It swings, but each swing is smaller: {lr} is below `2 * (1 + {momentum})`.": (
                lambda lr, momentum: SWINGS if lr < theory.stability_limit(momentum) else None
            ),
            "Momentum raises the limit, only not so far: {lr} is over `2 * (1 + {momentum})`.": (
                lambda lr, momentum: SETTLES if lr > theory.stability_limit(momentum) else None
            ),
        },
        why="The limit is `2 * (1 + {momentum})`, and `lr` is {lr}.",
        figure={"lr": 3.0, "momentum": 0.9},
    ),
    Question(
        name="millionth_without_momentum",
        lesson=LESSON,
        text="A ravine of condition number {condition}, no momentum, the best `lr` for it. After about how "
        "many updates is a millionth of the error left?",
        first={"condition": 100},
        again={"condition": (20, 50, 200)},
        answer=updates_plain,
        tolerance=0.2,
        beliefs={
            "The condition number says how the count grows. After {condition} updates much more is left.": (
                lambda condition: condition
            ),
            "That is how many the best momentum takes. Without it the condition number itself counts.": (
                lambda condition: updates_with_the_pair(condition) if condition != 100 else None
            ),
        },
        why="An update keeps `({condition} - 1) / ({condition} + 1)` of the slowest error.",
        figure=rounded(best_rate(100), 0.0),
    ),
    Question(
        name="millionth_with_the_best_pair",
        lesson=LESSON,
        text="A ravine of condition number {condition}, the best `lr` and the best `momentum`. After about "
        "how many updates is a millionth of the error left?",
        first={"condition": 100},
        again={"condition": (50, 200, 400)},
        answer=updates_with_the_pair,
        tolerance=0.3,
        beliefs={
            "That is the count without momentum. With the best pair the root of {condition} counts.": (
                updates_plain
            ),
            "You let momentum halve the count. It is the root of {condition} that counts now.": (
                lambda condition: updates_plain(condition) / 2
            ),
            "The root says how the count grows; it is about ten times the root.": (
                lambda condition: np.sqrt(condition)
            ),
        },
        why="With the best pair an update keeps about `(r - 1) / (r + 1)`; `r` is the root of {condition}.",
        figure=rounded(*best_pair(100)),
    ),
]

"""Lesson 15: how long a warm-up must be, what a cool-down takes from the loss, and what an average does."""

from functools import cache
from math import floor, inf

import numpy as np

from course_lib import theory
from course_lib.averaging import EMA
from course_lib.questions.question import Question

LESSON = "15_warm_up"


def fewest_updates(curvature, lr):
    """Of a warm-up, so that its first step that moves, at lr / updates, does not lead further out."""
    return floor(lr * curvature / theory.stability_limit()) + 1


def variance_after(variance, rates):
    """Lesson 9's account at curvature 1: noise of mean square 1 in the gradient of each update."""
    for rate in rates:
        variance = (1 - rate) ** 2 * variance + rate**2
    return variance


def falls_by(lr, updates):
    """From the floor at lr, while the rate falls along a line to 0."""
    at_the_floor = lr / (2 - lr)
    return at_the_floor / variance_after(at_the_floor, lr * (1 - np.arange(updates) / updates))


@cache
def averaged_by(momentum):
    """By which it divides the mean square of independent kicks: the squares of their parts in it, added."""
    average = EMA(momentum)
    mean = average.step([0.0], average.init([0.0]))
    added, kick = 0.0, [1.0]
    while mean.updates < 2 or mean.w[0] ** 2 > 1e-9 * added:
        mean, kick = average.step(kick, mean), [0.0]
        added += mean.w[0] ** 2
    return 1 / added


QUESTIONS = [
    Question(
        name="fewest_updates_of_warm_up",
        lesson=LESSON,
        text="A weight starts where the curvature, as seen from the bottom, is {curvature}. The peak of the "
        "rate is {lr}, and a warm-up over `n` updates has the rate `t * {lr} / n` after `t` of them. So its "
        "first update does nothing. The second must lead nearer to the bottom. How large is `n` at least?",
        first={"curvature": 10.0, "lr": 1.0},
        again={"curvature": (8.0, 12.0, 20.0), "lr": (0.5, 1.0, 1.5)},
        answer=fewest_updates,
        tolerance=0.01,
        beliefs={
            "There it is right at the limit, and the step ends exactly as far out on the other side.": (
                lambda curvature, lr: fewest_updates(curvature, lr) - 1.0
            ),
            "At `1 / curvature` a single step arrives. It leads further out from `2 / curvature` on.": (
                lambda curvature, lr: curvature * lr
            ),
            "One update is done before the second: its rate is `{lr} / n`, and not `2 * {lr} / n`.": (
                lambda curvature, lr: fewest_updates(curvature, 2 * lr)
            ),
            "That takes the rate at once, which is far over `2 / {curvature}`.": lambda curvature, lr: 1.0,
        },
        why="The rate of that update, `{lr} / n`, must be below `2 / {curvature}`.",
        figure={"lr": 1.0, "warm_up": 6, "until": 399},
    ),
    Question(
        name="cool_down_divides_by",
        lesson=LESSON,
        text="The curvature is 1, and the loss has hovered at its noise floor at `lr = {lr}` for long. Then "
        "the rate falls along a line to 0, within {updates} updates. By about what is the loss divided?",
        first={"lr": 1.0, "updates": 40},
        again={"lr": (0.5, 1.0), "updates": (20, 60, 100)},
        answer=falls_by,
        tolerance=0.3,
        beliefs={
            "It had stopped falling because of the noise, not because it was at its lowest.": (
                lambda lr, updates: 1.0
            ),
            "The mean of the rates is half of `lr`. But the last are lower, and the loss follows them.": (
                lambda lr, updates: 2.0
            ),
            "The floor of the last rates is as low as that, but they are too small to get there.": (
                lambda lr, updates: updates
            ),
            "At a rate of 0 the floor is 0. But nothing moves any more, and the noise that is left stays.": (
                lambda lr, updates: inf
            ),
        },
        why="The floor falls with the rate, as in lesson 9, until the rate is too small to follow it.",
        figure={"lr": 1.0, "warm_up": 20, "until": 360},
    ),
    Question(
        name="average_divides_by",
        lesson=LESSON,
        text="At curvature 1 and a rate of 1 a weight is nothing but the last kick of the noise: each update "
        "forgets all before. A running average keeps {momentum} of itself and takes `1 - {momentum}` of the "
        "new weight, so it shakes less. About how many times smaller is its mean square than the weight's?",
        first={"momentum": 0.95},
        again={"momentum": (0.8, 0.9, 0.98, 0.99)},
        answer=averaged_by,
        tolerance=0.12,
        beliefs={
            "So would a mean of the last `1 / (1 - {momentum})` weights. This one looks further back.": (
                lambda momentum: 1 / (1 - momentum)
            ),
            "An average of kicks that know nothing of each other is smaller: they cancel in part.": (
                lambda momentum: 1.0
            ),
            "That is a single kick's part. There are many, and their squares add up.": (
                lambda momentum: 1 / (1 - momentum) ** 2
            ),
            "That is the root, by which it is nearer. The mean square was asked for.": (
                lambda momentum: np.sqrt(averaged_by(momentum))
            ),
        },
        why="The squares of its parts add up to `(1 - {momentum}) / (1 + {momentum})`.",
        figure={"lr": 1.0, "warm_up": 20, "until": 399},
    ),
]

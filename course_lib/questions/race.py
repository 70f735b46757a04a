"""Lesson 12: how far a rate leads, and who is first at the best ones."""

from functools import cache

import numpy as np

from course_lib import surfaces, training
from course_lib.optimizers import SGD, Adam
from course_lib.questions.question import Question

LESSON = "12_the_race"
UPDATES = 1200
RATES = [float(f"{digit}e{power}") for power in (-3, -2, -1, 0) for digit in (1, 2, 5)]
SGD_FIRST, ADAM_FIRST = "plain SGD", "Adam"
THE_START = "The start is twice as far from the bottom along the ravine as across."
THE_RATES = "The rates tried are 1, 2 and 5 times every power of ten."


def distance_of_adam(lr, updates):
    adam, w = Adam(lr=lr), np.zeros(1)
    state = adam.init(w)
    for _ in range(updates):
        w, state = adam.step(w, np.ones(1), state)
    return -w[0]


@cache
def finishes(make, condition):
    """For each rate the update from which on the loss stays below a thousandth of the first."""
    losses = training.run(surfaces.Ravine(condition), make(lr=RATES), steps=UPDATES).losses
    below = losses < losses[0] / 1000
    return UPDATES + 1 - below[::-1].cumprod(axis=0).sum(axis=0)


def updates_of_sgd(condition):
    return finishes(SGD, condition).min()


def updates_of_the_error_along(condition):
    """Those in which all of the loss would shrink as the error along does at lr = 1."""
    return np.log(1 / 1000) / (2 * np.log(1 - 1 / condition))


def updates_at_a_tenth(condition):
    """Those of plain SGD at a tenth of its best rate."""
    best = finishes(SGD, condition).argmin()
    return finishes(SGD, condition)[best - 3]


def first_home(condition):
    return SGD_FIRST if updates_of_sgd(condition) < finishes(Adam, condition).min() else ADAM_FIRST


QUESTIONS = [
    Question(
        name="distance_of_adam",
        lesson=LESSON,
        text="How far can Adam bring a weight in {updates} updates with `lr = {lr}`?",
        first={"lr": 0.001, "updates": 200},
        again={"lr": (0.001, 0.002, 0.01), "updates": (50, 100, 500)},
        answer=distance_of_adam,
        tolerance=0.1,
        beliefs={
            "That is a single step; there are {updates} of them.": lambda lr, updates: lr,
            "Adam's momentum is a mean and adds nothing up: each step is about one `lr` long.": (
                lambda lr, updates: 10 * lr * updates
            ),
        },
        why="Its steps are about `lr` long on any slope, so {updates} of them lead {updates} times as far.",
    ),
    Question(
        name="updates_of_sgd_at_its_best",
        lesson=LESSON,
        text="A ravine of condition number {condition}, and plain SGD at the best of many rates. "
        f"{THE_RATES} {THE_START} After about how many updates does the loss stay below a thousandth of the "
        "first loss?",
        first={"condition": 20},
        again={"condition": (10, 15, 30)},
        answer=updates_of_sgd,
        tolerance=0.15,
        beliefs={
            "That would be so if all of the first loss lay along. Most of it lies across, and `lr = 1` "
            "removes that in one update.": updates_of_the_error_along,
            "That is how many a tenth of the best rate takes. The rate may come near to its limit.": (
                updates_at_a_tenth
            ),
        },
        why="At `lr = 1` one update removes all that lies across, which is most of the loss. Of the error "
        "along an update keeps `1 - 1 / {condition}`, and the loss is a square.",
        figure={"rates": "tuned"},
    ),
    Question(
        name="first_at_the_best_rates",
        lesson=LESSON,
        text="A ravine of condition number {condition}; plain SGD and Adam each run at their own best rate. "
        f"{THE_RATES} Whose loss is sooner below a thousandth of the first loss?",
        first={"condition": 20},
        again={"condition": (10, 15, 50, 80)},
        options=(SGD_FIRST, ADAM_FIRST),
        answer=first_home,
        beliefs={
            "In so mild a ravine a single good rate is enough, and Adam's momentum swings past the bottom.": (
                lambda condition: ADAM_FIRST if first_home(condition) == SGD_FIRST else None
            ),
            "In so long a ravine plain SGD crawls along it. Adam gives that weight a rate of its own.": (
                lambda condition: SGD_FIRST if first_home(condition) == ADAM_FIRST else None
            ),
        },
        why="Plain SGD takes about as many updates as the ravine is long; Adam's count hardly depends on it.",
        figure={"rates": "tuned"},
    ),
]

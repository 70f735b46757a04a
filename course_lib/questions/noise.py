"""Lesson 9: how far a batch's gradient is off, and how far from the best place a weight hovers."""

from functools import cache

import numpy as np

from course_lib.optimizers import SGD
from course_lib.questions.question import Question

LESSON = "09_noise"
LASTS = 600  # updates, after which nothing is left of a kick
NOISY = "The curvature is 1, each gradient is off by 1, and the weight starts at the best place, `w = 0`."


def off_by(error, samples):
    """Of an average: the mean squares add up, and the sum is divided."""
    return error * np.sqrt(samples) / samples


@cache
def floor(lr, momentum=0.0):
    """The mean of w**2 after many updates: the squares of all that one kick does to the weight, added up."""
    sgd, w, gradient = SGD(lr=lr, momentum=momentum), np.zeros(1), np.ones(1)
    state, added = sgd.init(w), 0.0
    for _ in range(LASTS):
        w, state = sgd.step(w, gradient, state)
        added += w[0] ** 2
        gradient = w  # from then on there is only the slope
    return added


def times_as_high(lr, momentum):
    return floor(lr, momentum) / floor(lr)


QUESTIONS = [
    Question(
        name="batch_is_off_by",
        lesson=LESSON,
        text="The gradient of a single sample is typically off by {error}. By how much is the average of "
        "{samples} off?",
        first={"error": 1.0, "samples": 64},
        again={"error": (1.0, 3.0), "samples": (9, 16, 100)},
        answer=off_by,
        tolerance=0.05,
        beliefs={
            "So it would be if all errors but one cancelled. They cancel only in part.": (
                lambda error, samples: error / samples
            ),
            "The errors have nothing to do with one another, so some of them cancel.": (
                lambda error, samples: error
            ),
            "It is the errors' squares that add up; and the sum is still to be divided.": (
                lambda error, samples: error * np.sqrt(samples)
            ),
        },
        why="The sum is off by `sqrt({samples})` times as much, and the average divides it by {samples}.",
    ),
    Question(
        name="mean_square_at_rest",
        lesson=LESSON,
        text=f"{NOISY} What is about the mean of `w**2` after many updates with `lr = {{lr}}`?",
        first={"lr": 0.1},
        again={"lr": (0.02, 0.05, 0.2, 0.4)},
        answer=floor,
        tolerance=0.12,
        beliefs={
            "The noise is 0 on average, but its square is not: each update kicks the weight away.": (
                lambda lr: 0.0
            ),
            "That is what one update adds. The next ones add theirs before it is gone.": lambda lr: lr**2,
            "That is the size of a kick; it is the square that adds up.": lambda lr: lr,
            "That is its root: the mean of the square was asked for.": lambda lr: np.sqrt(floor(lr)),
        },
        why="It rests where each update takes away what it adds: at `lr / (2 - lr)`, about half of `lr`.",
        figure={"lr": 0.1, "momentum": 0.0},
    ),
    Question(
        name="floor_with_momentum",
        lesson=LESSON,
        text=f"{NOISY} `lr` is {{lr}}. How many times as large is the mean of `w**2` after many updates with "
        "`momentum = {momentum}` as without?",
        first={"lr": 0.1, "momentum": 0.9},
        again={"lr": (0.05, 0.1), "momentum": (0.5, 0.8, 0.95)},
        answer=times_as_high,
        tolerance=0.15,
        beliefs={
            "Momentum does not average: each kick is taken again, and again. It adds up.": (
                lambda lr, momentum: 1 - momentum
            ),
            "The noise is the same, but momentum takes each kick again: it moves the weight further.": (
                lambda lr, momentum: 1.0
            ),
            "A kick goes so many times as far and squared that is so many. But it takes as long to come.": (
                lambda lr, momentum: 1 / (1 - momentum) ** 2
            ),
            "That is its root: so many times as far it hovers. The mean of the square was asked for.": (
                lambda lr, momentum: np.sqrt(times_as_high(lr, momentum))
            ),
        },
        why="At a small rate it is that of plain SGD with `lr / (1 - {momentum})`.",
        figure={"lr": 0.1, "momentum": 0.9},
    ),
]

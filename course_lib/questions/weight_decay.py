"""Lesson 14: what is left of an idle and of a busy weight, with the pull to 0 in Adam's gradient."""

from functools import cache

import numpy as np

from course_lib.optimizers import Adam
from course_lib.questions.question import Question

LESSON = "14_weight_decay"
SWING = (1, -1, -1, 1)  # of the busy weight's gradients


@cache
def left(lr, l2, size, updates):
    """What Adam leaves of a weight that begins at 1, with gradients that swing by this size."""
    adam, w = Adam(lr=lr, l2=l2), np.ones(1)
    state = adam.init(w)
    for update in range(updates):
        w, state = adam.step(w, np.array([size * SWING[update % 4]]), state)
    return w[0]


def idle(l2, updates):
    return left(0.01, l2, 0.0, updates)


def times_as_far(times, updates):
    one, stronger = idle(0.5, updates), idle(0.5 * times, updates)
    return (1 - stronger) / (1 - one)


def busy(size, l2):
    return left(0.01, l2, size, 400)


QUESTIONS = [
    Question(
        name="idle_weight_by_l2",
        lesson=LESSON,
        text="Adam with `lr = 0.01` trains a weight that stands at 1. Its gradient is 0, but for L2, which "
        "adds `{l2} * w` to it. About where is the weight after {updates} updates?",
        first={"l2": 0.5, "updates": 30},
        again={"l2": (0.4, 0.6), "updates": (20, 25, 35)},
        answer=idle,
        tolerance=0.05,
        beliefs={
            "So it is beside the step, or in plain descent: an update keeps `1 - 0.01 * {l2}`. Adam divides "
            "the pull by its own size.": lambda l2, updates: (1 - 0.01 * l2) ** updates,
            "The gradient is not 0, for L2 is in it. And Adam steps by `lr` however small a gradient is.": (
                lambda l2, updates: 1.0
            ),
        },
        why="The pull is all that there is in the gradient. Adam divides it by its own size, so a step is "
        "about one `lr`.",
        figure={"optimizer": "adam", "l2": 0.5},
    ),
    Question(
        name="ten_times_the_l2",
        lesson=LESSON,
        text="Adam, and a weight whose gradient is 0 but for L2, which adds `l2 * w` to it. You make `l2` "
        "{times} times as large. How many times as far does the weight go in its first {updates} updates?",
        first={"times": 10, "updates": 30},
        again={"times": (2, 4, 100), "updates": (20, 30)},
        answer=times_as_far,
        tolerance=0.05,
        beliefs={
            "The gradient is {times} times as large, and so is the root of `v`, by which it is divided.": (
                lambda times, updates: times
            ),
            "One root is taken, but of the mean of squares: it has all of the {times}, and so has `m`.": (
                lambda times, updates: times**0.5
            ),
        },
        why="The strength is in `m` and in the root of `v`, and drops out. The speed is that of `lr`.",
        figure={"optimizer": "adam", "l2": 5.0},
    ),
    Question(
        name="busy_weight_by_l2",
        lesson=LESSON,
        text="A weight stands at 1. Its gradients swing between {size} and -{size}, and lead nowhere. L2 "
        "adds `{l2} * w` to them. Which part of the weight is left after 400 updates of Adam with "
        "`lr = 0.01`?",
        first={"size": 100, "l2": 0.5},
        again={"size": (50, 100, 200), "l2": (0.5, 1.0)},
        answer=busy,
        tolerance=0.05,
        beliefs={
            "So much is left by `1 - 0.01 * {l2}`, 400 times. But the pull is divided by {size}, as all of "
            "the gradient is.": lambda size, l2: (1 - 0.01 * l2) ** 400,
            "A weight whose gradient is the pull alone is gone by then. Of this one's gradient it is a small "
            "part.": lambda size, l2: 0.0,
        },
        why="Adam divides the gradient by {size}, and the pull with it. Little of it is felt.",
        figure={"optimizer": "adam", "busy": 100.0, "l2": 0.5},
    ),
]

"""Lesson 8: what decay leaves of the rate, and when it saves a run."""

import math
from typing import Any

import numpy as np

from course_lib import training
from course_lib.optimizers import SGD
from course_lib.questions.question import Question

LESSON = "08_decay"


def left(decay, updates):
    return SGD(lr=1.0, decay=decay).rate(updates)


def furthest(lr, decay):
    """After how many updates the weight is furthest out, on a parabola of curvature 1."""
    path: Any = training.run("parabola", SGD(lr=lr, decay=decay), w0=[1.0], steps=500).path
    return int(np.argmax(np.abs(path)))


QUESTIONS = [
    Question(
        name="left_of_the_rate",
        lesson=LESSON,
        text="Which part of `lr` is left after {updates} updates with `decay = {decay}`?",
        first={"decay": 1e-6, "updates": 10_000},
        again={"decay": (5e-5, 1e-4), "updates": (5_000, 10_000, 20_000)},
        answer=left,
        tolerance=0.005,
        beliefs={
            "That is `decay * t`. The rate is divided by 1 and that together.": (
                lambda decay, updates: decay * updates
            ),
            "You took a part of what was left at each update. Keras divides by `1 + decay * t`.": (
                lambda decay, updates: math.exp(-decay * updates) if decay > 1e-6 else None  # nearly right
            ),
            "Very nearly: it takes away a hundredth.": (
                lambda decay, updates: 1.0 if decay == 1e-6 else None  # elsewhere it takes away more
            ),
        },
        why="It is `1 / (1 + {decay} * {updates})`.",
        figure={"lr": 0.1, "decay": 1e-6, "updates": 10_000},
    ),
    Question(
        name="furthest_out",
        lesson=LESSON,
        text="The curvature is 1, and `lr = {lr}` is over the limit; `decay = {decay}`. After how many "
        "updates is `w` furthest out?",
        first={"lr": 3.0, "decay": 0.05},
        again={"lr": (2.5, 3.5), "decay": (0.02, 0.05, 0.1)},
        answer=furthest,
        tolerance=0.15,
        beliefs={
            "By then the rate is halved. It stops climbing as soon as the rate is down to the limit, 2.": (
                lambda lr, decay: 1 / decay
            ),
            "Decay acts slowly: at first the rate stays over the limit, and the error grows.": (
                lambda lr, decay: 0.0
            ),
            "There the rate is 1. It shrinks from a rate of 2 on.": lambda lr, decay: (lr - 1) / decay,
        },
        why="It climbs until the rate `{lr} / (1 + {decay} * t)` is down to the limit, which is 2.",
        figure={"lr": 3.0, "decay": 0.05, "updates": 100},
    ),
]

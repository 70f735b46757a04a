"""Lesson 3: how hard two losses pull at a logit that is sure and wrong, and how long it takes to turn it."""

from functools import cache

import numpy as np

from course_lib import activations, losses
from course_lib.questions.question import Question

LESSON = "03_classification_losses"
SIGMOID = activations.get("sigmoid")
MSE, CROSSENTROPY = "mean_squared_error", "binary_crossentropy"
MOST = 20_000  # updates that are tried
A_LOGIT = "A logit starts at {start}; the sigmoid makes its probability, the truth is 1, and `lr = 1`."


def slopes(loss, z):
    """The slope in the probability, and the slope in the logit."""
    z = np.array([z])
    p = SIGMOID(z)
    in_p = losses.get(loss).gradient(np.ones(1), p)
    return in_p[0], SIGMOID.backward(z, p, in_p)[0]


def first_step(loss, start):
    return -slopes(loss, start)[1]


def step_in_p(loss, start):
    return -slopes(loss, start)[0]


@cache
def updates(loss, start, lr=1.0):
    """How many updates bring the logit above 0."""
    z = start
    for update in range(MOST):
        if z > 0:
            return update
        z -= lr * slopes(loss, z)[1]
    return MOST


def at_the_first_pace(loss, start):
    return -start / first_step(loss, start)


QUESTIONS = [
    Question(
        name="first_step_with_mse",
        lesson=LESSON,
        text=f"{A_LOGIT} The loss is mse, `(p - 1)**2`. How far does the first update move the logit?",
        first={"start": -8.0},
        again={"start": (-4.0, -5.0, -6.0, -7.0)},
        answer=lambda start: first_step(MSE, start),
        tolerance=0.05,
        beliefs={
            "That is the step in `p`. The logit's is `p * (1 - p)` times as long, for the sigmoid is flat.": (
                lambda start: step_in_p(MSE, start)
            ),
            "That is the step of cross-entropy. With mse the flat sigmoid is not cancelled.": (
                lambda start: first_step(CROSSENTROPY, start)
            ),
            "Nearly, but not quite: it does move, or it would never get there.": lambda start: 0.0,
        },
        why="It is `2 * (1 - p) * p * (1 - p)`, and `p` is tiny: on the plateau there is hardly a slope.",
    ),
    Question(
        name="first_step_with_crossentropy",
        lesson=LESSON,
        text=f"{A_LOGIT} The loss is cross-entropy, `-log(p)`. How far does the first update move the logit?",
        first={"start": -8.0},
        again={"start": (-3.0, -4.0, -5.0, -6.0)},
        answer=lambda start: first_step(CROSSENTROPY, start),
        beliefs={
            "That is `1 / p`, the step in `p`. The logit's is `p * (1 - p)` times as long.": (
                lambda start: step_in_p(CROSSENTROPY, start)
            ),
            "That is the step with mse. In cross-entropy the tiny `p` cancels.": (
                lambda start: first_step(MSE, start)
            ),
            "The answer is wrong, so there is a slope: `p - 1`.": lambda start: 0.0,
            "That is the loss. The step is its slope, `p - 1`.": lambda start: -start,
        },
        why="The slope is `p - 1`, which is nearly -1 while the answer is sure and wrong.",
    ),
    Question(
        name="updates_with_crossentropy",
        lesson=LESSON,
        text=f"{A_LOGIT} The loss is cross-entropy, `-log(p)`. After about how many updates is the logit "
        "above 0?",
        first={"start": -8.0},
        again={"start": (-3.0, -4.0, -5.0, -7.0)},
        answer=lambda start: updates(CROSSENTROPY, start),
        tolerance=0.3,
        beliefs={
            "That is how many mse takes. Cross-entropy's steps are nearly 1 long.": (
                lambda start: updates(MSE, start)
            ),
            "A step is never longer than `lr`, which is 1.": lambda start: 1,
        },
        why="The steps are nearly 1 long until the answer is nearly right.",
        figure={"start": -8.0},
    ),
    Question(
        name="updates_with_mse",
        lesson=LESSON,
        text=f"{A_LOGIT} The loss is mse, `(p - 1)**2`. After about how many updates is the logit above 0?",
        first={"start": -8.0},
        again={"start": (-5.0, -6.0, -7.0)},
        answer=lambda start: updates(MSE, start),
        tolerance=0.4,
        beliefs={
            "You kept the first step. A little less sure is also a little less flat: the steps grow.": (
                lambda start: at_the_first_pace(MSE, start)
            ),
            "That is how many cross-entropy takes. mse hardly pulls at an answer that is sure and wrong.": (
                lambda start: updates(CROSSENTROPY, start)
            ),
        },
        why="It stands on a plateau: the first steps are tiny, and most of the updates go by there.",
        figure={"start": -8.0},
    ),
]

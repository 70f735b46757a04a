"""Lesson 10: how long the steps of Adagrad are, how far they lead, and what a turn of the axes does."""

from functools import cache

import numpy as np

from course_lib import surfaces, training
from course_lib.optimizers import Adagrad
from course_lib.questions.question import Question

LESSON = "10_adaptive_rates"
LOWER, AS_LOW, HIGHER = "lower", "about as low", "higher"
THE_RULE = (
    "Adagrad multiplies each gradient by `lr` and divides it by the root of the sum of all squared gradients "
    "so far, its own included."
)
A_SLOPE = "Adagrad has `lr = {lr}`, and its gradient is always {gradient}."


def steps(lr, gradient, updates):
    """The lengths of the steps on a slope that never changes."""
    adagrad, w = Adagrad(lr=lr), np.zeros(1)
    state, walked = adagrad.init(w), [0.0]
    for _ in range(updates):
        w, state = adagrad.step(w, np.array([gradient]), state)
        walked.append(-w[0])
    return np.diff(walked)


def step(lr, gradient, number):
    return steps(lr, gradient, number)[-1]


def distance(lr, gradient, updates):
    return steps(lr, gradient, updates).sum()


@cache
def loss_at_the_end(condition, angle):
    run = training.run(surfaces.Ravine(condition, angle), Adagrad(lr=0.5), steps=100)
    return run.losses[-1] / run.losses[0]


def after_a_turn(condition, angle):
    turned, straight = loss_at_the_end(condition, angle), loss_at_the_end(condition, 0.0)
    return HIGHER if turned > 10 * straight else LOWER if straight > 10 * turned else AS_LOW


QUESTIONS = [
    Question(
        name="first_step_of_adagrad",
        lesson=LESSON,
        text=f"{THE_RULE} With `lr = {{lr}}` and the gradient {{gradient}}, how long is its first step?",
        first={"lr": 0.1, "gradient": 100.0},
        again={"lr": (0.05, 0.2), "gradient": (0.05, 5.0, 40.0)},
        answer=lambda lr, gradient: step(lr, gradient, 1),
        beliefs={
            "That is plain descent. Here the gradient is divided by its own size.": (
                lambda lr, gradient: lr * gradient
            ),
            "You divided by the square. It is the root of the square, so only `lr` is left.": (
                lambda lr, gradient: lr / gradient
            ),
        },
        why="The root of a single square is the gradient itself. It drops out, and `lr` is left.",
    ),
    Question(
        name="later_step_of_adagrad",
        lesson=LESSON,
        text=f"{A_SLOPE} How long is step number {{number}}?",
        first={"lr": 0.1, "gradient": 0.01, "number": 4},
        again={"lr": (0.1, 0.2), "gradient": (0.02, 30.0), "number": (9, 16, 25)},
        answer=step,
        beliefs={
            "That is the first step. By then {number} squares have added up.": (
                lambda lr, gradient, number: lr
            ),
            "You divided by {number}. It is the root of the sum that divides.": (
                lambda lr, gradient, number: lr / number
            ),
            "That is plain descent. Here the size of the gradient drops out.": (
                lambda lr, gradient, number: lr * gradient
            ),
        },
        why="The sum is {number} squares, so its root is `sqrt({number})` gradients.",
    ),
    Question(
        name="distance_of_adagrad",
        lesson=LESSON,
        text=f"{A_SLOPE} About how far has the weight travelled after {{updates}} updates?",
        first={"lr": 0.1, "gradient": 100.0, "updates": 100},
        again={"lr": (0.1, 0.3), "gradient": (0.01, 7.0), "updates": (49, 100, 225)},
        answer=distance,
        tolerance=0.15,
        beliefs={
            "So far it would be if all steps were as long as the first. They get shorter.": (
                lambda lr, gradient, updates: lr * updates
            ),
            "You let step number t be `lr / t`. It is `lr / sqrt(t)`: they shrink more slowly.": (
                lambda lr, gradient, updates: lr * np.sum(1 / np.arange(1, updates + 1))
            ),
            "So far it would be if all steps were as long as the last. The first ones are longer.": (
                lambda lr, gradient, updates: updates * step(lr, gradient, updates)
            ),
        },
        why="The steps `{lr} / sqrt(t)` add up to about `2 * {lr} * sqrt({updates})`.",
    ),
    Question(
        name="adagrad_after_a_turn",
        lesson=LESSON,
        text="Adagrad comes down a ravine of condition number {condition} that lies along the axes. Then the "
        "ravine is turned by {angle} degrees. Is the loss after 100 updates higher, about as low, or lower?",
        first={"condition": 20, "angle": 45},
        again={"condition": (10, 20, 30), "angle": (20, 45, 90)},
        options=(HIGHER, AS_LOW, LOWER),
        answer=after_a_turn,
        beliefs={
            "So it is with plain descent. Adagrad's rates belong to the axes, and no longer to the ravine.": (
                lambda condition, angle: AS_LOW if angle < 90 else None
            ),
            "After a quarter of a turn it lies along the axes again: the two weights change places.": (
                lambda condition, angle: HIGHER if angle == 90 else None
            ),
            "Along the axes each direction of the ravine has a rate of its own. Better it cannot be.": (
                lambda condition, angle: LOWER
            ),
        },
        why="Off the axes each weight's gradient has a part of the steep one: the two rates become alike.",
        figure={"condition": 20, "angle": 45},
    ),
]

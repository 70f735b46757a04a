"""Lesson 11: how long Adam's first steps are, with and without its bias correction."""

from functools import cache

import numpy as np

from course_lib.optimizers import Adam
from course_lib.questions.question import Question

LESSON = "11_adam"
MOST = 300  # updates that are tried
TWO_MEANS = (
    "A step is `lr * m / sqrt(v)`. `m` is a running mean of the gradient, `v` of its square; each starts at "
    "0, and an update keeps {beta_1} of `m` and {beta_2} of `v`."
)


@cache
def steps(gradient, beta_1, beta_2, corrected):
    """The lengths of Adam's steps on a slope that never changes, in units of lr."""
    adam = Adam(lr=1.0, beta_1=beta_1, beta_2=beta_2, bias_correction=corrected)
    w, walked = np.zeros(1), [0.0]
    state = adam.init(w)
    for _ in range(MOST):
        w, state = adam.step(w, np.array([gradient]), state)
        walked.append(-w[0])
    return np.diff(walked)


def first_step(gradient):
    return steps(gradient, 0.9, 0.999, corrected=True)[0]


def first_step_uncorrected(beta_1, beta_2):
    return steps(1.0, beta_1, beta_2, corrected=False)[0]


def longest_step(beta_1, beta_2):
    return int(steps(1.0, beta_1, beta_2, corrected=False).argmax()) + 1


QUESTIONS = [
    Question(
        name="first_step_of_adam",
        lesson=LESSON,
        text="Adam, with its means put right from the start. The gradient is {gradient}. How long is the "
        "first step, in units of `lr`?",
        first={"gradient": 5.0},
        again={"gradient": (0.0005, 0.02, 3.0, 70.0)},
        answer=first_step,
        beliefs={
            "That is plain SGD. Adam divides the gradient by its own size.": lambda gradient: gradient,
            "You divided by the square. It is the root of the mean of the squares.": (
                lambda gradient: 1 / gradient
            ),
        },
        why="`m` is the gradient and `v` its square: the size drops out, and one `lr` is left.",
        figure={"scale": 5.0},
    ),
    Question(
        name="first_step_uncorrected",
        lesson=LESSON,
        text=f"{TWO_MEANS} How long is the first step, in units of `lr`?",
        first={"beta_1": 0.9, "beta_2": 0.999},
        again={"beta_1": (0.8, 0.9, 0.95), "beta_2": (0.998, 0.999, 0.9995)},
        answer=first_step_uncorrected,
        beliefs={
            "`m` is too small by so much. But so is the root of `v`, by which it is divided, and by more: "
            "it is only {root} of the gradient.": lambda beta_1, beta_2: 1 - beta_1,
            "You left the root out: `m` is divided by the root of `v`.": (
                lambda beta_1, beta_2: (1 - beta_1) / (1 - beta_2)
            ),
            "That is the other way round: `m` is above the line, the root of `v` below it.": (
                lambda beta_1, beta_2: np.sqrt(1 - beta_2) / (1 - beta_1)
            ),
            "So long it is with both means put right. Here they are not.": lambda beta_1, beta_2: 1.0,
        },
        why="`m` is `1 - {beta_1}` of the gradient, and the root of `v` is `sqrt(1 - {beta_2})` of it.",
        computed={"root": lambda beta_1, beta_2: float(f"{np.sqrt(1 - beta_2):.2g}")},
        figure={"bias_correction": False},
    ),
    Question(
        name="longest_step_uncorrected",
        lesson=LESSON,
        text=f"{TWO_MEANS} The gradient never changes. Which step is about the longest: number 1, or which?",
        first={"beta_1": 0.9, "beta_2": 0.999},
        again={"beta_1": (0.8, 0.9, 0.95), "beta_2": (0.999, 0.9995)},
        answer=longest_step,
        tolerance=0.2,
        beliefs={
            "It grows at first: `m` fills up sooner than the root of `v`.": lambda beta_1, beta_2: 1,
            "So long is the memory of `v`. `m` has filled up long before, and from then on they shrink.": (
                lambda beta_1, beta_2: 1 / (1 - beta_2)
            ),
        },
        why="The steps grow while `m` fills up, and shrink while `v` does, which takes longer.",
        figure={"bias_correction": False},
    ),
]

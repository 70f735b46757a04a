"""Lesson 7: Nesterov's steps on a slope of 1, and its limit."""

from functools import cache

from course_lib import theory
from course_lib.optimizers import SGD
from course_lib.questions.question import Question

LESSON = "07_nesterov"
BELOW, TWO, BETWEEN, ABOVE = "below 2", "2", "between 2 and the heavy ball's", "above the heavy ball's"
MANY = 1000  # updates, after which a step has its final length
ON_A_SLOPE = "The slope is 1 for ever, `lr = {lr}` and `momentum = {momentum}`."


@cache
def step(lr, momentum, number, nesterov=True):
    """The length of the step with this number, from 1, on a slope of 1."""
    sgd, w = SGD(lr=lr, momentum=momentum, nesterov=nesterov), [0.0]
    last, state = w, sgd.init(w)
    for _ in range(number):
        last = w
        w, state = sgd.step(w, [1.0], state)
    return last[0] - w[0]


def limit(momentum):
    here, heavy_ball = theory.stability_limit(momentum, nesterov=True), theory.stability_limit(momentum)
    return BELOW if here < 2 else TWO if here == 2 else BETWEEN if here < heavy_ball else ABOVE


QUESTIONS = [
    Question(
        name="first_step_of_nesterov",
        lesson=LESSON,
        text=f"{ON_A_SLOPE} How long is Nesterov's first step?",
        first={"lr": 0.1, "momentum": 0.9},
        again={"lr": (0.1, 0.2, 0.5), "momentum": (0.5, 0.8, 0.9)},
        answer=lambda lr, momentum: step(lr, momentum, 1),
        beliefs={
            "That is the heavy ball's. Nesterov adds {momentum} times what the velocity has gained.": (
                lambda lr, momentum: step(lr, momentum, 1, nesterov=False)
            ),
            "That is only the part that looks ahead; the step of the gradient itself is added to it.": (
                lambda lr, momentum: momentum * lr if momentum != 0.5 else None
            ),
            "You added the whole velocity; the last line takes {momentum} of it.": lambda lr, momentum: (
                2 * lr
            ),
        },
        why="The new velocity is `-{lr}`; the step is `{momentum}` of it and {lr} for the gradient.",
    ),
    Question(
        name="last_step_of_nesterov",
        lesson=LESSON,
        text=f"{ON_A_SLOPE} How long is Nesterov's step after very many updates?",
        first={"lr": 0.1, "momentum": 0.9},
        again={"lr": (0.1, 0.2, 0.5), "momentum": (0.5, 0.8, 0.95)},
        answer=lambda lr, momentum: step(lr, momentum, MANY),
        beliefs={
            "Longer by the look ahead is only the first step. In the end the velocity no longer changes.": (
                lambda lr, momentum: (1 + momentum) * step(lr, momentum, MANY)
            ),
            "You took `{momentum}` of the velocity and left out the gradient's part.": (
                lambda lr, momentum: momentum * step(lr, momentum, MANY) if momentum != 0.5 else None
            ),
            "That is the step without momentum.": lambda lr, momentum: lr,
        },
        why="Looking ahead shows the same slope: in the end both steps are `{lr} / (1 - {momentum})` long.",
    ),
    Question(
        name="limit_of_nesterov",
        lesson=LESSON,
        text="The curvature is 1, and `momentum = {momentum}`. Plain descent's limit of `lr` is 2, and the "
        "heavy ball's is higher. And Nesterov's?",
        first={"momentum": 0.9},
        again={"momentum": (0.3, 0.5, 0.7, 0.8)},
        options=(BELOW, TWO, BETWEEN, ABOVE),
        answer=limit,
        beliefs={
            "Looking ahead does not make it safer: at the edge it pushes the wrong way.": (
                lambda momentum: ABOVE
            ),
            "It gains nothing from momentum here, and loses: the step ahead overshoots on its own.": (
                lambda momentum: BETWEEN
            ),
            "It would be 2 without momentum; with it the step ahead makes each overshoot larger.": (
                lambda momentum: TWO
            ),
        },
        why="It is `2 * (1 + {momentum}) / (1 + 2 * {momentum})`.",
        figure={"lr": 2.0, "momentum": 0.9},
    ),
]

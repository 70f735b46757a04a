"""Lesson 5: how long the steps of momentum grow on a slope of 1, how much memory is good, and its path."""

from functools import cache
from itertools import count
from math import inf
from typing import Any

from course_lib import surfaces, training
from course_lib.optimizers import SGD
from course_lib.questions.question import Question

LESSON = "05_momentum"
SHARE = 0.63  # of the terminal step
MOMENTA = ("0", "0.5", "0.9", "0.99")
RAVINE = surfaces.Ravine(condition=20)  # the figure's
UPDATES = 160


def steps(lr, momentum):
    """The lengths of the steps on a slope of 1, without end."""
    sgd, w = SGD(lr=lr, momentum=momentum), [0.0]
    state = sgd.init(w)
    while True:
        last = w
        w, state = sgd.step(w, [1.0], state)
        yield float(last[0] - w[0])


def step(number, lr, momentum):
    """The length of the step with this number, from 1."""
    return next(length for at, length in enumerate(steps(lr, momentum), start=1) if at == number)


@cache
def terminal_step(lr, momentum):
    return step(2000, lr, momentum)


def updates_to_a_share(momentum):
    wanted = SHARE * terminal_step(0.1, momentum)
    return next(at for at, length in zip(count(1), steps(0.1, momentum), strict=False) if length >= wanted)


def best_momentum(lr):
    four: Any = [float(momentum) for momentum in MOMENTA]
    return MOMENTA[training.run(RAVINE, SGD(lr=lr, momentum=four), steps=UPDATES).losses[-1].argmin()]


def place(momentum, updates, lr=0.1):
    """Where the path is in the ravine."""
    run: Any = training.run(RAVINE, SGD(lr=lr, momentum=momentum), steps=updates)
    return tuple(run.path[-1].tolist())


def on_the_other_side(momentum, updates):
    along, across = place(momentum, updates)
    return along, -across


def with_steps_of_full_length(momentum, updates):
    """Plain steps, each as long as those of momentum get; None, where they would not settle."""
    lr = terminal_step(0.1, momentum)
    return place(0, updates, lr) if lr < 1.9 else None


QUESTIONS = [
    Question(
        name="terminal_step",
        lesson=LESSON,
        text="The slope is 1 for ever, `lr = {lr}` and `momentum = {momentum}`. How long is a step after "
        "very many updates?",
        first={"lr": 0.1, "momentum": 0.9},
        again={"lr": (0.05, 0.1, 0.2), "momentum": (0.8, 0.9, 0.95)},
        answer=terminal_step,
        beliefs={
            "That is the step without momentum. Each step also takes {momentum} of the last one again.": (
                lambda lr, momentum: lr
            ),
            "That is the second step. The third adds a part of it again, and so on.": (
                lambda lr, momentum: step(2, lr, momentum)
            ),
            "You divided by `momentum`. What each step loses of the last one is `1 - {momentum}`.": (
                lambda lr, momentum: lr / momentum
            ),
            "You left `lr` out: that many plain steps it is long, and a plain step is {lr}.": (
                lambda lr, momentum: terminal_step(1.0, momentum)
            ),
            "It does not grow for ever: each step loses `1 - {momentum}` of the last one.": (
                lambda lr, momentum: inf
            ),
        },
        why="It stays the same when `{momentum} * step + {lr}` is the step again: `{lr} / (1 - {momentum})`.",
        figure={"momentum": 0.9},
    ),
    Question(
        name="updates_to_63_percent",
        lesson=LESSON,
        text="The slope is 1 for ever, and `momentum = {momentum}`. After how many updates has a step 63% of "
        "the length that it has in the end?",
        first={"momentum": 0.9},
        again={"momentum": (0.8, 0.95, 0.98, 0.99)},
        answer=updates_to_a_share,
        tolerance=0.15,
        beliefs={
            "You let each update add a whole plain step. What it adds shrinks by `{momentum}` each time.": (
                lambda momentum: SHARE / (1 - momentum)
            ),
            "That is 100 times `momentum`. What counts is what each update forgets, `1 - {momentum}`.": (
                lambda momentum: 100 * momentum if momentum != 0.99 else None  # there it is nearly right
            ),
            "The first step is only the plain one, a small part of the last.": lambda momentum: 1.0,
        },
        why="Momentum remembers about `1 / (1 - {momentum})` updates.",
        figure={"momentum": 0.9},
    ),
    Question(
        name="best_of_four_momenta",
        lesson=LESSON,
        text="A ravine of condition number 20, `lr = {lr}`, 160 updates. Which momentum ends with the lowest "
        "loss?",
        first={"lr": 0.1},
        again={"lr": (0.05, 0.2, 0.5, 1.0)},
        options=MOMENTA,
        answer=best_momentum,
        beliefs={
            "A memory of a hundred updates is too long here: the path keeps swinging past the bottom.": (
                lambda lr: "0.99"
            ),
            "Without memory the path crawls along the flat direction.": lambda lr: "0",
            "A memory of two updates helps little along the flat direction.": (
                lambda lr: "0.5" if best_momentum(lr) != "0.5" else None
            ),
            "A memory of ten updates is longer than this large rate needs.": (
                lambda lr: "0.9" if best_momentum(lr) != "0.9" else None
            ),
        },
        why="Enough memory to be quick along the ravine, and no more: beyond that the path swings.",
        figure={"momentum": 0.9},
    ),
    Question(
        name="place_in_the_ravine",
        lesson=LESSON,
        text="A ravine has curvature 1/20 along, from left to right, and 1 across. The weights start at -1.6 "
        "and 0.8. Where are they after {updates} updates with `lr = 0.1` and `momentum = {momentum}`?",
        first={"momentum": 0.9, "updates": 10},
        again={"momentum": (0.9, 0.95), "updates": (10, 12, 20)},
        surface=RAVINE,
        answer=place,
        tolerance=0.2,
        beliefs={
            "That is where plain descent is. Momentum adds up the steps along, and swings across.": (
                lambda momentum, updates: place(0, updates)
            ),
            "Along the ravine you are right. Across it swings, and after {updates} updates it is on the "
            "other side of the floor.": on_the_other_side,
            "You gave the first steps the length of the last. They grow to that, and meanwhile the path "
            "swings.": with_steps_of_full_length,
            "It ends there, but not in {updates} updates: along the ravine the slope is slight.": (
                lambda momentum, updates: RAVINE.minima[0]
            ),
        },
        why="Along, the steps add up. Across, the path runs past the floor and swings around it.",
        figure={"momentum": 0.9},
    ),
]

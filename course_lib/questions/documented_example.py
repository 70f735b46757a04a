"""Lesson 12b: what squared error does to a softmax, what a larger rate mends, and how large it may be."""

import numpy as np

from course_lib import activations, losses, theory
from course_lib.questions.classification_losses import CROSSENTROPY, MSE, updates
from course_lib.questions.question import Question

LESSON = "12b_the_documented_example"
LINE = "SGD(lr=0.1, decay=1e-6, momentum={momentum}, nesterov=True)"


def times_shorter(outputs):
    z, truth = np.zeros(outputs), np.eye(outputs)[0]
    softmax = activations.get("softmax")
    p = softmax(z)
    one, other = (
        softmax.backward(z, p, loss.gradient(truth, p))
        for loss in (losses.categorical_crossentropy, losses.mean_squared_error)
    )
    return np.linalg.norm(one) / np.linalg.norm(other)


def room(curvature, momentum):
    """How many times as large the documented rate could be."""
    return theory.stability_limit(momentum, nesterov=True) / curvature / 0.1


QUESTIONS = [
    Question(
        name="times_shorter_with_mse",
        lesson=LESSON,
        text="A network ends in {outputs} outputs and a softmax, and all its probabilities are equal. How "
        "many times shorter is the gradient in the logits with mean squared error than with cross-entropy?",
        first={"outputs": 10},
        again={"outputs": (4, 6, 20, 50)},
        answer=times_shorter,
        tolerance=0.1,
        beliefs={
            "You counted the mean over {outputs} outputs and forgot the softmax, which is flat as well.": (
                lambda outputs: outputs / 2
            ),
            "The slope of a square is twice the distance, so it is half of that.": lambda outputs: outputs**2,
            "One factor of {outputs} is the mean, another the softmax; and the slope of a square has a 2.": (
                lambda outputs: outputs
            ),
        },
        why="The mean divides by {outputs}, the softmax by about as much, and a square's slope has a 2.",
    ),
    Question(
        name="updates_saved_by_a_larger_rate",
        lesson=LESSON,
        text="A sigmoid unit is sure and wrong: its sum starts at {start}, the truth is 1, the loss is mse. "
        "`lr` is raised from 1 to {lr}. By what factor does the number of updates fall until it is right?",
        first={"start": -8.0, "lr": 4.0},
        again={"start": (-6.0, -7.0, -7.5), "lr": (2.0, 3.0)},
        answer=lambda start, lr: updates(MSE, start) / updates(MSE, start, lr),
        tolerance=0.1,
        beliefs={
            "That is what cross-entropy would save. A rate gives mse no other slope.": (
                lambda start, lr: updates(MSE, start) / updates(CROSSENTROPY, start, lr)
            ),
            "The plateau is as flat as before, but each step on it is {lr} times as long.": (
                lambda start, lr: 1.0
            ),
            "The steps are {lr} times as long, and that once: the slope does not know the rate.": (
                lambda start, lr: lr**2
            ),
        },
        why="Each step is {lr} times as long, no more. The slope, which made them short, is what it was.",
        figure={"start": -8.0, "lr": 4.0},
    ),
    Question(
        name="room_above_the_documented_rate",
        lesson=LESSON,
        text=f"`{LINE}`: the steepest curvature of a network is {{curvature}}. How many times as large could "
        "the rate be before it diverges?",
        first={"curvature": 0.5, "momentum": 0.9},
        again={"curvature": (0.2, 0.8, 1.6), "momentum": (0.5, 0.8, 0.95)},
        answer=room,
        tolerance=0.05,
        beliefs={
            "That is the limit of the heavy ball. Nesterov has a lower one, by `1 + 2 * momentum`.": (
                lambda curvature, momentum: theory.stability_limit(momentum) / curvature / 0.1
            ),
            "`2 / curvature` is the limit without momentum.": lambda curvature, momentum: 2 / curvature / 0.1,
            "The limit is one of `lr * curvature`: divide by {curvature}.": (
                lambda curvature, momentum: room(1.0, momentum)
            ),
            "That is the largest rate itself. How many times 0.1 is it?": (
                lambda curvature, momentum: room(curvature, momentum) * 0.1
            ),
        },
        why="The limit is `2 * (1 + momentum) / (1 + 2 * momentum) / {curvature}`, with nesterov; 0.1 goes "
        "so many times into it.",
    ),
]

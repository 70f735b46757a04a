"""Lesson 18: what a test shows of a training of which the cause is known, before it is ordered."""

import numpy as np

from course_lib.clinic import admit, answers, patients, result
from course_lib.optimizers import SGD
from course_lib.questions.question import Question

LESSON = "18_the_clinic"


def tenth_of_a_renamed_rate(lr):
    """What a tenth of the rate shows where the rate is written under a name that nobody reads."""
    return result("lr / 10", admit("renamed argument", seed=1)._replace(lr=lr)).word


def batch_without_reset(lr):
    """What one batch shows where the gradients are not reset."""
    patient = admit("gradients not reset", seed=1)
    return result("one batch", patient._replace(lr=lr, optimizer=SGD(lr=lr))).word


def times_smaller(seed):
    """How many times smaller the gradient is under MSE than under cross-entropy, at the first weights."""
    patient = admit("MSE on a softmax", seed)
    start = patients.entropy(patient).start
    norms = [np.linalg.norm(of(patient).gradient(start)) for of in (patients.entropy, patients.descended)]
    return float(norms[0] / norms[1])


QUESTIONS = [
    Question(
        name="a_rate_that_nobody_reads",
        lesson=LESSON,
        text="A small network learns the digits too slowly. Its owner wrote `SGD(learning_rate={lr})`, but "
        "this library reads `lr`, whose default is 0.01, and says nothing of other names. The whole run is "
        "taken again with a tenth of what the owner wrote. What does that do to the loss?",
        first={"lr": 0.36},
        again={"lr": (0.2, 0.36, 0.5, 0.7)},
        options=(answers.CURES, answers.NO_CURE, answers.NOTHING),
        answer=tenth_of_a_renamed_rate,
        beliefs={
            "A tenth of 0.01 would be slower still. But the owner's number goes nowhere: 0.01 runs again.": (
                lambda lr: answers.NO_CURE
            ),
            "Nothing was too fast here: 0.01 ran, and runs again.": lambda lr: answers.CURES,
        },
        why="The number that was changed is not read. So every loss is the same, to the last digit.",
        figure={"patient": "10", "tests": ["lr / 10"]},
    ),
    Question(
        name="one_batch_without_reset",
        lesson=LESSON,
        text="A training loop forgets to set the gradients to 0: each update at `lr = {lr}` takes the sum of "
        "all gradients so far, and on the digits the loss soon climbs. Now the loop is given the same 20 "
        "digits 100 times. What comes of this batch?",
        first={"lr": 0.12},
        again={"lr": (0.08, 0.1, 0.12, 0.15)},
        options=(answers.LEARNED, answers.NOT_LEARNED),
        answer=batch_without_reset,
        beliefs={
            "The sum of gradients is a momentum of 1. On 20 digits it runs past every one of them, to a loss "
            "of nearly 0, and does not have to come to rest.": lambda lr: answers.NOT_LEARNED,
        },
        why="A batch that is learned by heart does not prove that the loop is right.",
        figure={"patient": "7", "tests": ["one batch"]},
    ),
    Question(
        name="times_smaller_under_mse",
        lesson=LESSON,
        text="A network with ten softmax outputs has first weights at which all ten are about equal (drawn "
        "with seed {seed}). Its gradient is computed once with cross-entropy, once with the mean squared "
        "error. About how many times smaller is it with the mean squared error?",
        first={"seed": 1},
        again={"seed": (2, 3, 4, 5)},
        answer=times_smaller,
        tolerance=0.3,
        beliefs={
            "Ten is the mean over ten outputs. The softmax's own slope of about a tenth comes on top.": (
                lambda seed: 10
            ),
            "Five is the mean of squares alone, 2/10. The softmax's slope of about a tenth comes on top.": (
                lambda seed: 5
            ),
            "So much smaller it would be if the two slopes were alike. They are not.": lambda seed: 1,
            "Ten for the mean and ten for the slope of the softmax; the square's 2 goes the other way.": (
                lambda seed: 100
            ),
        },
        why="At equal outputs of a tenth it is 2/10 for the mean of squares times 1/10 for the softmax's "
        "slope: a fiftieth.",
        figure={"patient": "3", "tests": ["gradient norm"]},
    ),
]

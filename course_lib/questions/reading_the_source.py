"""Lesson 13: the second of two updates on a slope of 1, in the words of Keras and of PyTorch."""

from typing import NamedTuple

import numpy as np

from course_lib.questions.question import Question
from course_lib.sources import keras_3, pytorch

LESSON = "13_reading_the_source"
UPDATES = (
    "The slope is 1 for ever and `momentum = {momentum}`, without nesterov. The first update has "
    "`lr = {first}`, the second `lr = {second}`."
)
FALLING = {"first": 0.1, "second": 0.01, "momentum": 0.9}
OTHERS = {"first": (0.2, 0.4), "second": (0.1, 0.05), "momentum": (0.5, 0.8)}


class Second(NamedTuple):
    """What an optimizer remembers after the second update, and how long that update's step is."""

    memory: float
    step: float


def in_keras(first, second, momentum):
    w, sgd = np.zeros(1), keras_3.SGD(lambda updates: (first, second)[updates], momentum)
    sgd.apply([np.ones(1)], [w])
    before = w[0]
    sgd.apply([np.ones(1)], [w])
    return Second(sgd.velocities[0][0], before - w[0])


def in_pytorch(first, second, momentum):
    w = np.zeros(1)
    sgd = pytorch.SGD([w], first, momentum)
    sgd.step([np.ones(1)])
    before, sgd.lr = w[0], second
    sgd.step([np.ones(1)])
    return Second(sgd.buffers[0][0], before - w[0])


QUESTIONS = [
    Question(
        name="second_step_of_keras",
        lesson=LESSON,
        text=f"{UPDATES} How long is the second step in Keras?",
        first=FALLING,
        again=OTHERS,
        answer=lambda **numbers: in_keras(**numbers).step,
        beliefs={
            "That is PyTorch's. Keras remembers steps, and a step keeps the rate that it was made with.": (
                lambda **numbers: in_pytorch(**numbers).step
            ),
            "That is the step without momentum.": lambda first, second, momentum: second,
            "The rate fell before the second update; its gradient counts with {second}.": (
                lambda first, second, momentum: in_keras(first, first, momentum).step
            ),
        },
        why="{momentum} of the first step, which was {first} long, and {second} for the gradient.",
    ),
    Question(
        name="second_step_of_pytorch",
        lesson=LESSON,
        text=f"{UPDATES} How long is the second step in PyTorch?",
        first=FALLING,
        again=OTHERS,
        answer=lambda **numbers: in_pytorch(**numbers).step,
        beliefs={
            "That is Keras's. PyTorch remembers gradients, and the rate of now multiplies all of them.": (
                lambda **numbers: in_keras(**numbers).step
            ),
            "That is the step without momentum.": lambda first, second, momentum: second,
        },
        why="The memory is `1 + {momentum}` gradients, and {second} multiplies both.",
    ),
    Question(
        name="second_memory_of_pytorch",
        lesson=LESSON,
        text=f"{UPDATES} What does PyTorch remember after the second update?",
        first=FALLING,
        again=OTHERS,
        answer=lambda **numbers: in_pytorch(**numbers).memory,
        beliefs={
            "That is how far it moved. The memory has no rate in it.": (
                lambda **numbers: in_pytorch(**numbers).step
            ),
            "That is Keras's memory, which points downhill and has the rates in it.": (
                lambda **numbers: in_keras(**numbers).memory
            ),
            "It is no mean: PyTorch adds the new gradient whole, unless you ask for dampening.": (
                lambda first, second, momentum: 1.0
            ),
        },
        why="{momentum} of the first gradient, and the second one whole.",
    ),
]

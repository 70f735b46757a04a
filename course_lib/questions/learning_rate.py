"""Lesson 1: what a learning rate does to one weight on a parabola of curvature 1, from w = -1."""

from math import inf

from course_lib import surfaces, theory, training
from course_lib.optimizers import SGD
from course_lib.questions.question import Question

LESSON = "01_learning_rate"
SLIDES, ZIGZAGS = "slides down, on one side", "zigzags and settles"
SWINGS, DIVERGES = "swings for ever", "diverges"


def weight(lr, updates=3):
    return training.run("parabola", SGD(lr=lr), w0=[-1.0], steps=updates).w[0]


def manner(lr):
    if not theory.oscillates(lr):
        return SLIDES
    limit = theory.stability_limit()
    return ZIGZAGS if lr < limit else SWINGS if lr == limit else DIVERGES


QUESTIONS = [
    Question(
        name="weight_after_three",
        lesson=LESSON,
        text="The loss is `w**2 / 2`, and `w` starts at -1. Where is it after 3 updates with `lr = {lr}`?",
        first={"lr": 0.5},
        again={"lr": (0.2, 0.3, 0.4, 0.6, 0.7)},
        surface=surfaces.Parabola(),
        answer=weight,
        tolerance=0.01,
        beliefs={
            "The size is right. But `w` began at -1, and with `lr = {lr}` it stays on its side.": (
                lambda lr: -weight(lr)
            ),
            "You took {lr} away three times. The slope shrinks with `w`, and each step with the slope.": (
                lambda lr: -1 + 3 * lr
            ),
            "That is one update. Each of the next takes the same part of what is left.": (
                lambda lr: weight(lr, updates=1)
            ),
            "That is two updates; the question asks for three.": lambda lr: weight(lr, updates=2),
            "You kept {lr} of the error at each update. That part is taken; `1 - {lr}` is kept.": (
                lambda lr: -(lr**3) if lr != 0.5 else None  # there it is the same
            ),
        },
        why="Each update keeps `1 - {lr}` of `w`, and that three times.",
        figure={"lr": 0.5},
    ),
    Question(
        name="manner_of_a_rate",
        lesson=LESSON,
        text="The loss is `w**2 / 2`. What does plain descent do with `lr = {lr}`?",
        first={"lr": 1.8},
        again={"lr": (0.6, 0.9, 1.2, 1.5, 1.9, 2.0, 2.2)},
        options=(SLIDES, ZIGZAGS, SWINGS, DIVERGES),
        answer=manner,
        beliefs={
            "You took the jump over the bottom for divergence. Each update still makes the error smaller.": (
                lambda lr: DIVERGES if 1 < lr < 2 else None
            ),
            "It changes sides at every update, but each time it lands nearer to the bottom.": (
                lambda lr: SWINGS if 1 < lr < 2 else None
            ),
            "Above `lr = 1` an update goes further than to the bottom: `w` changes sides.": (
                lambda lr: SLIDES if lr > 1 else None
            ),
            "Below `lr = 1` an update does not reach the bottom, so `w` never changes sides.": (
                lambda lr: ZIGZAGS if lr < 1 else None
            ),
            "At 2 and above it does not come nearer: `1 - {lr}` is -1, or below it.": (
                lambda lr: ZIGZAGS if lr >= 2 else None
            ),
        },
        why="Each update multiplies the error by `1 - {lr}`. The sign says whether `w` changes sides, the "
        "size whether it comes nearer.",
        figure={"lr": 1.8},
    ),
    Question(
        name="weight_over_the_limit",
        lesson=LESSON,
        text="The loss is `w**2 / 2`, and `w` starts at -1. Where is it after 3 updates with `lr = {lr}`?",
        first={"lr": 2.1},
        again={"lr": (2.2, 2.3, 2.5, 2.8)},
        answer=weight,
        beliefs={
            "The size is right. But `w` began at -1 and changes sides at every update, three times.": (
                lambda lr: -weight(lr)
            ),
            "You added {lr} three times. Beyond the bottom the slope has the other sign: `w` turns back.": (
                lambda lr: -1 + 3 * lr
            ),
            "That is where it began. Over the limit each update makes the error larger.": lambda lr: -1.0,
            "It never reaches the bottom: over the limit each update makes the error larger.": lambda lr: 0.0,
            "That is one update; each of the next makes it larger in the same way.": (
                lambda lr: weight(lr, updates=1)
            ),
            "That is two updates; the question asks for three.": lambda lr: weight(lr, updates=2),
            "It grows without end, but three updates take it only this far: a number is asked for.": (
                lambda lr: inf
            ),
        },
        why="Each update multiplies `w` by `1 - {lr}`, which is below -1: it changes sides, and grows.",
        figure={"lr": 2.1},
    ),
]

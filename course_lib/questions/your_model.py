"""Lesson 19: say here what its questions are about."""

from course_lib import surfaces, training
from course_lib.optimizers import SGD
from course_lib.questions.question import Question

LESSON = "19_your_model"


def left(lr, curvature):
    """The part of the error that an update leaves."""
    path = training.run(surfaces.Parabola(curvature), SGD(lr=lr), steps=1).path
    return path[1, 0] / path[0, 0]


QUESTIONS = [
    Question(
        name="your_model_left",
        lesson=LESSON,
        text="A parabola has curvature {curvature}. Which part of the error is left after one update with "
        "`lr = {lr}`?",
        first={"lr": 0.1, "curvature": 2.0},
        again={"lr": (0.05, 0.1, 0.15), "curvature": (2.0, 3.0)},
        answer=left,
        beliefs={
            "That is the part that it takes away.": lambda lr, curvature: lr * curvature,
        },
        why="An update keeps `1 - {lr} * {curvature}` of the error.",
        figure={"lr": 0.1, "curvature": 2.0},
    ),
]

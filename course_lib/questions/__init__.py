"""The questions that the lessons ask as predictions, and that come back later: a module for each lesson, and
one for the race on the start page, which the figure there asks.

``question`` says what a question is; docs/predictions.md, how one is written.
"""

from course_lib.base import validation
from course_lib.questions import (
    adam,
    adaptive_rates,
    classification_losses,
    conditioning,
    decay,
    documented_example,
    edge_of_stability,
    first_race,
    is_the_slope_right,
    learning_rate,
    matrices,
    momentum,
    nesterov,
    noise,
    race,
    reading_the_source,
    regression_losses,
    stability_map,
    the_clinic,
    warm_up,
    weight_decay,
    your_model,
)
from course_lib.questions.question import Question

BY_LESSON = {
    "01_learning_rate": learning_rate.QUESTIONS,
    "02_regression_losses": regression_losses.QUESTIONS,
    "02b_is_the_slope_right": is_the_slope_right.QUESTIONS,
    "03_classification_losses": classification_losses.QUESTIONS,
    "04_conditioning": conditioning.QUESTIONS,
    "05_momentum": momentum.QUESTIONS,
    "06_stability_map": stability_map.QUESTIONS,
    "07_nesterov": nesterov.QUESTIONS,
    "08_decay": decay.QUESTIONS,
    "09_noise": noise.QUESTIONS,
    "10_adaptive_rates": adaptive_rates.QUESTIONS,
    "11_adam": adam.QUESTIONS,
    "12_the_race": race.QUESTIONS,
    "12b_the_documented_example": documented_example.QUESTIONS,
    "13_reading_the_source": reading_the_source.QUESTIONS,
    "14_weight_decay": weight_decay.QUESTIONS,
    "15_warm_up": warm_up.QUESTIONS,
    "16_edge_of_stability": edge_of_stability.QUESTIONS,
    "17_matrices": matrices.QUESTIONS,
    "18_the_clinic": the_clinic.QUESTIONS,
    "19_your_model": your_model.QUESTIONS,
}
ON_START_PAGE = first_race.QUESTIONS
BY_NAME = {question.name: question for asked in [ON_START_PAGE, *BY_LESSON.values()] for question in asked}


def of(lesson):
    """The questions of a lesson; ValueError for one that has none."""
    return validation.one_of("lesson", lesson, BY_LESSON)


def before(lesson):
    """The questions of all earlier lessons; ValueError, where there are none."""
    earlier = [question for question in BY_NAME.values() if question.lesson < str(lesson)]
    if not earlier:
        raise ValueError(f"no lesson before {validation.shorten(lesson)} has questions that could come back")
    return earlier


__all__ = ["BY_LESSON", "BY_NAME", "ON_START_PAGE", "Question", "before", "of"]

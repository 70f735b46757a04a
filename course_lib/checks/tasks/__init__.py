"""Every task of the exercises, by lesson and by name, and those in the lessons, which have no points."""

from course_lib.checks.tasks import (
    adam,
    adaptive_rates,
    classification_losses,
    conditioning,
    decay,
    edge_of_stability,
    is_the_slope_right,
    learning_rate,
    matrices,
    momentum,
    nesterov,
    noise,
    reading_the_source,
    regression_losses,
    stability_map,
    the_clinic,
    the_documented_example,
    the_race,
    warm_up,
    weight_decay,
    your_model,
)

BY_LESSON = {
    "01_learning_rate": learning_rate.TASKS,
    "02_regression_losses": regression_losses.TASKS,
    "02b_is_the_slope_right": is_the_slope_right.TASKS,
    "03_classification_losses": classification_losses.TASKS,
    "04_conditioning": conditioning.TASKS,
    "05_momentum": momentum.TASKS,
    "06_stability_map": stability_map.TASKS,
    "07_nesterov": nesterov.TASKS,
    "08_decay": decay.TASKS,
    "09_noise": noise.TASKS,
    "10_adaptive_rates": adaptive_rates.TASKS,
    "11_adam": adam.TASKS,
    "12_the_race": the_race.TASKS,
    "12b_the_documented_example": the_documented_example.TASKS,
    "13_reading_the_source": reading_the_source.TASKS,
    "14_weight_decay": weight_decay.TASKS,
    "15_warm_up": warm_up.TASKS,
    "16_edge_of_stability": edge_of_stability.TASKS,
    "17_matrices": matrices.TASKS,
    "18_the_clinic": the_clinic.TASKS,
    "19_your_model": your_model.TASKS,
}
BY_NAME = {task.name: task for listed in BY_LESSON.values() for task in listed}
IN_LESSONS = {
    name: task
    for module in (
        learning_rate,
        regression_losses,
        is_the_slope_right,
        classification_losses,
        conditioning,
        momentum,
        stability_map,
        nesterov,
        decay,
        noise,
        adaptive_rates,
        adam,
        the_race,
        the_documented_example,
        reading_the_source,
        weight_decay,
        warm_up,
        edge_of_stability,
        matrices,
        the_clinic,
        your_model,
    )
    for name, task in module.LESSON.items()
}


def lesson_of(task):
    """The lesson whose exercise asks for a task of ``BY_NAME``."""
    return next(lesson for lesson, listed in BY_LESSON.items() if task in listed)

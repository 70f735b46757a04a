"""Lesson 2: which constant a loss likes best, and which of them an outlier takes along."""

import numpy as np

from course_lib import losses
from course_lib.questions.question import Question

LESSON = "02_regression_losses"
OTHERS = [1.0, 2.0, 2.0, 3.0, 4.0]
READ = 50.0  # the outlier, as it was misread
ONLY_MSE, ONLY_MAE, BOTH, NEITHER = "mse's alone", "mae's alone", "both", "neither"
SIX_BUSES = "Six buses were 1, 2, 2, 3, 4 and {outlier} minutes late."


def mean_of(delays):
    """The constant with the lowest mse: from 0 by one update with lr = 1 / curvature."""
    slope = losses.mean_squared_error.gradient(delays, np.zeros(len(delays))).sum()
    return -slope / 2


def best_for_mse(outlier):
    return mean_of([*OTHERS, outlier])


def ends_for_mae(outlier):
    """The smallest and the largest constant with the lowest mae: each is one of the delays."""
    delays = np.array([*OTHERS, outlier])
    scores = [losses.mean_absolute_error(delays, np.full(len(delays), delay)) for delay in delays]
    best = delays[np.isclose(scores, min(scores))]
    return best.min(), best.max()


def moved(outlier):
    """Whose best constants change, when the outlier is no longer READ."""
    mse = best_for_mse(outlier) != best_for_mse(READ)
    mae = ends_for_mae(outlier) != ends_for_mae(READ)
    return BOTH if mse and mae else ONLY_MSE if mse else ONLY_MAE if mae else NEITHER


QUESTIONS = [
    Question(
        name="constant_for_mse",
        lesson=LESSON,
        text=f"{SIX_BUSES} Which constant has the lowest mse?",
        first={"outlier": 50.0},
        again={"outlier": (14.0, 20.0, 32.0, 44.0)},
        answer=best_for_mse,
        tolerance=0.035,
        beliefs={
            "You left the outlier out. mse squares its distance, so it counts most of all.": (
                lambda outlier: mean_of(OTHERS)
            ),
            "That is the median, which mae likes. mse likes the mean.": (
                lambda outlier: sum(ends_for_mae(outlier)) / 2
            ),
            "That is half-way between the smallest and the largest. The other buses pull as well.": (
                lambda outlier: (OTHERS[0] + outlier) / 2
            ),
            "You divided by five; there are six buses.": lambda outlier: sum([*OTHERS, outlier]) / 5,
        },
        why="Its slope is 0 where the residuals add up to 0, and that is at the mean.",
        figure={"outlier": 50.0},
    ),
    Question(
        name="constants_for_mae",
        lesson=LESSON,
        text=f"{SIX_BUSES} Several constants have the lowest mae. Which is the largest of them?",
        first={"outlier": 50.0},
        again={"outlier": (2.5, 2.8, 20.0, 32.0)},
        answer=lambda outlier: ends_for_mae(outlier)[1],
        beliefs={
            "That is the mean, which mse likes. mae only counts the buses on either side.": best_for_mse,
            "That is the smallest of them. Further up, too, there are three buses on either side.": (
                lambda outlier: ends_for_mae(outlier)[0]
            ),
            "That is the middle of them. Further up there are still three buses on either side.": (
                lambda outlier: sum(ends_for_mae(outlier)) / 2
            ),
        },
        why="Every constant with three buses on either side has the same mae.",
        figure={"outlier": 50.0},
    ),
    Question(
        name="moved_by_an_outlier",
        lesson=LESSON,
        text=f"Six buses were 1, 2, 2, 3, 4 and {READ:g} minutes late. The {READ:g} was misread; it is "
        "{outlier}. Whose best constants move?",
        first={"outlier": 20.0},
        again={"outlier": (2.5, 3.0, 5.0, 40.0)},
        options=(ONLY_MSE, ONLY_MAE, BOTH, NEITHER),
        answer=moved,
        beliefs={
            "The middle of the six numbers is where it was: mae only counts how many lie on either side.": (
                lambda outlier: BOTH if moved(outlier) == ONLY_MSE else None
            ),
            "The mean takes every number as it is, so it goes a sixth of the way.": lambda outlier: NEITHER,
            "At {outlier} it is one of the two in the middle, so mae's constants end there.": (
                lambda outlier: ONLY_MSE if moved(outlier) == BOTH else None
            ),
        },
        why="The mean goes a sixth of the outlier's way. The middle moves only if the outlier comes into it.",
        figure={"outlier": 20.0},
    ),
]

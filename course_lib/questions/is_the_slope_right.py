"""Lesson 2b: what a measured slope says of a gradient, and how far off it is itself."""

import numpy as np

from course_lib import differences, losses
from course_lib.questions.question import Question

LESSON = "02b_is_the_slope_right"
HUNDREDTH, TENTH, SAME, TEN_TIMES = "a hundredth of it", "a tenth of it", "the same", "ten times as large"
BECOMES = {-2: HUNDREDTH, -1: TENTH, 0: SAME, 1: TEN_TIMES}  # by the power of ten
KEPT = 16  # digits of a loss, in float64


def error(h):
    """Of slopes that are measured by central differences."""
    return differences.errors(losses.poisson, h)[1, 0]


def right_digits(h):
    return -np.log10(error(h))


def after_a_tenth(h):
    """What becomes of the error with a tenth of h."""
    return BECOMES[round(np.log10(error(h / 10) / error(h)))]


def ratio_without_n(n):
    """A gradient of mse without its 1 / N, over the measured one, in the first of n predictions."""
    y_true, y_pred = np.zeros(n), np.arange(1.0, n + 1)
    nudge = 1e-3 * np.eye(n)[0]
    higher, lower = (losses.mean_squared_error(y_true, y_pred + by) for by in (nudge, -nudge))
    return 2 * (y_pred - y_true)[0] / ((higher - lower) / 2e-3)


QUESTIONS = [
    Question(
        name="ratio_without_n",
        lesson=LESSON,
        text="A gradient of mse lacks its `1 / N`. There are {n} predictions. You divide each slope of it by "
        "the measured one. What comes out?",
        first={"n": 6},
        again={"n": (12, 20, 32)},
        answer=ratio_without_n,
        beliefs={
            "You divided the other way round: the written slope is too large.": lambda n: 1 / n,
            "1 comes out where the two agree. Here each written slope is N times as large.": lambda n: 1,
        },
        why="Each slope is N times as large as it should be, and N is {n}.",
    ),
    Question(
        name="digits_of_a_slope",
        lesson=LESSON,
        text="A slope is measured in float64, by central differences with `h = {h}`. About how many of its "
        "digits are right, if the loss and its slope are both near 1?",
        first={"h": 1e-12},
        again={"h": (1e-9, 1e-10, 1e-11)},
        answer=right_digits,
        tolerance=0.23,
        beliefs={
            "You counted the digits of `h`. Rounding is divided by it, so they are lost.": (
                lambda h: -np.log10(h)
            ),
            "16 digits of the loss are right. Its change has fewer, for the two losses begin alike.": (
                lambda h: KEPT
            ),
        },
        why="Of the 16 digits that are kept of the loss, a nudge of {h} changes only the last ones.",
        figure={"h": 1e-12},
    ),
    Question(
        name="error_after_a_tenth",
        lesson=LESSON,
        text="A slope is measured by central differences, with `h = {h}` and then with a tenth of that. "
        "What becomes of its error?",
        first={"h": 0.01},
        again={"h": (0.1, 1e-3, 1e-8, 1e-10)},
        options=(HUNDREDTH, TENTH, SAME, TEN_TIMES),
        answer=after_a_tenth,
        beliefs={
            "So it is with a forward difference. In a central one the two sides cancel, and h² is left.": (
                lambda h: TENTH if after_a_tenth(h) == HUNDREDTH else None
            ),
            "So it is on paper. Here rounding rules, and it is divided by `h`.": (
                lambda h: HUNDREDTH if after_a_tenth(h) == TEN_TIMES else None
            ),
            "Rounding does that, where `h` is tiny. At {h} the curve's bend still rules.": (
                lambda h: TEN_TIMES if after_a_tenth(h) == HUNDREDTH else None
            ),
        },
        why="Where the bend rules, the error goes with h²; where rounding rules, with 1/h.",
        figure={"h": 0.01},
    ),
]

"""What exercise 2b says on paper of a measured slope, against slopes that are measured."""

import numpy as np
import pytest

from course_lib import differences, losses
from course_lib.checks import tasks
from course_lib.checks.tasks import is_the_slope_right as exercise

TASK = tasks.BY_NAME["right_digits"]
ROWS = [exercise.FORWARD, exercise.CENTRAL]
PRECISIONS = {exercise.DOUBLE: np.float64, exercise.SINGLE: np.float32}


def asked():
    """What is asked first, and in some of the later rounds."""
    again = [TASK.again(np.random.default_rng(seed))[1] for seed in range(20)]
    return {what: digits for listed in (TASK.expected, *again) for what, digits in listed.items()}


@pytest.mark.parametrize(("what", "digits"), asked().items())
def test_so_many_digits_are_right_within_one(what, digits):
    kind, kept, h = what.split(", ")
    nudge = float(h.removeprefix("h = "))
    measured = differences.errors(losses.poisson, nudge, PRECISIONS[kept])[ROWS.index(kind), 0]
    assert -np.log10(measured) == pytest.approx(digits, abs=1)


def test_what_is_wrong_is_found_without_measuring_and_with_it():
    for loss, gradient in exercise.SUSPECTS:
        w = np.array([0.3, -0.4, 0.2])
        proved, measured = exercise.wrong(loss, gradient, w), exercise.accused_by(exercise.measured)
        assert (proved == measured(loss, gradient, w)).all()

"""A doctor who follows a rule: order the test that divides what is left most, and name what is left then."""

from typing import NamedTuple

import numpy as np

from course_lib.clinic import ordered, patients, signs

CANNOT_TELL = "I cannot tell"


class Opinion(NamedTuple):
    """The cause that is named, and the tests that were ordered for it."""

    cause: str
    tests: tuple


def examine(patient):
    """Order tests, three at most, until one cause is left.

    >>> from course_lib.clinic.patients import admit
    >>> examine(admit("renamed argument"))
    Opinion(cause='renamed argument', tests=('lr / 10',))
    """
    tests = ()
    while True:
        left = signs.left(signs.seen(patient, tests))
        at_worst = {test: _at_worst(test, left) for test in ordered.TESTS if test not in tests}
        best = min(at_worst, key=at_worst.__getitem__)
        if len(left) < 2 or len(tests) == ordered.MOST or at_worst[best] == len(left):
            return Opinion(left[0] if len(left) == 1 else CANNOT_TELL, tests)
        tests += (best,)


def _at_worst(test, left):
    """How many of the causes that are left now may be left after the test."""
    _, matrix = signs.fits(test)
    return int((np.isin(patients.CAUSES, left) @ matrix).max())

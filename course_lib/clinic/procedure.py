"""A doctor who follows a rule: order the test that divides what is left most, and name what is left then."""

from typing import NamedTuple

from course_lib.clinic import ordered, signs

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
        others = [test for test in ordered.TESTS if test not in tests]
        best = min(others, key=lambda test: _largest_part(test, left))
        if len(left) < 2 or len(tests) == ordered.MOST or _largest_part(best, left) == len(left):
            return Opinion(left[0] if len(left) == 1 else CANNOT_TELL, tests)
        tests += (best,)


def _largest_part(test, causes):
    """How many of the causes are left after the test, at worst."""
    words = [signs.SIGNS[cause].get(test) for cause in causes]
    possible = set().union(*(word for word in words if word))
    return max((sum(of is None or word in of for of in words) for word in possible), default=len(causes))

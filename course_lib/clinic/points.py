"""Points, ten at most: for the cause, for the cure, and for each test that was not needed."""

from course_lib.clinic import ordered

CAUSE, CURE = 4, 3
ALL = CAUSE + CURE + ordered.MOST


def of(is_named, is_cured, tests):
    """The points for one patient; a test that was saved counts only where the cause is right.

    >>> of(is_named=True, is_cured=True, tests=1)
    9
    >>> of(is_named=False, is_cured=True, tests=0)
    3
    """
    saved = max(0, ordered.MOST - tests)
    return (CAUSE + saved) * is_named + CURE * is_cured

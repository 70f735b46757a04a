"""What a notebook in the sandbox imports as course_lib.checks: the checks are made outside of its process."""


def check(name, answer, *, seed=None):
    """No points: they are given elsewhere."""
    return 0.0


def again(name, *numbers):
    """No points, either."""
    return 0.0


def answer_in_words(lesson):
    """Nobody marks by this field."""


def hand_in(lesson):
    """Nobody predicted anything here."""


def hint(name):
    """Nobody is reading here."""


def solution(name):
    """No solution leaves the course in a grader's run."""


def progress():
    """Nobody is learning here."""

"""What a notebook in the sandbox imports as course_lib.checks: the checks are made outside of its process."""


def check(name, answer, *, seed=None):
    """No points: they are given elsewhere."""
    return 0.0


def hint(name):
    """Nobody is reading here."""


def progress():
    """Nobody is learning here."""

"""What is wrong on the grader's own side."""


class GraderFault(Exception):
    """The grader cannot mark: never a zero, never a pass. Its sentence says what to do next."""

"""What is wrong on the grader's own side."""


class GraderFault(Exception):
    """The grader cannot mark: never a zero, never a pass. Its sentence says what to do next."""


class TooLong(GraderFault):
    """A student's marks took all the time that they may take. To try again at once would take it again."""

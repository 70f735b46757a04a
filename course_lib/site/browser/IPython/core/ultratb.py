"""An error in short: the lines of cells that led to it, and what it says.

Left out: colours, variables, and the library's own lines, which a learner did not write.
"""

import re
from traceback import TracebackException

CELL = (
    "<ipykernel: cell {}>"  # the file that a cell's code is from; checks/running.py knows them by this name
)
FILE = re.compile(r'File "<ipykernel: cell (.*)>"')


def lines(error):
    """The traceback as text, one string for each of its parts."""
    told = TracebackException.from_exception(error)
    for one in _chain(told):
        learners = [frame for frame in one.stack if FILE.match(f'File "{frame.filename}"')]
        one.stack[:] = learners or one.stack[-1:]
    return [FILE.sub(r"Cell \1", line).rstrip("\n") for line in told.format()]


def _chain(told):
    """An error and those that it was raised from."""
    while told is not None:
        yield told
        told = told.__cause__ or told.__context__

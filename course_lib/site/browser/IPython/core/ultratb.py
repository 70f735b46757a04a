"""An error in short: the lines of cells that led to it, and what it says.

Left out: colours, variables, and the library's own lines, which a learner did not write.
"""

import re
from traceback import TracebackException

CELL = "<ipykernel: cell {}>"  # the file of a cell's code; checks/running.py knows it by the first word
FILE = re.compile(r'File "<ipykernel: cell (.*)>"')


def output(error):
    """The error as an output of its cell."""
    told = TracebackException.from_exception(error)
    for one in _chain(told):
        learners = [frame for frame in one.stack if _is_of_a_cell(frame.filename)]
        names_its_line = _is_of_a_cell(getattr(one, "filename", None))  # as a SyntaxError does
        one.stack[:] = learners or ([] if names_its_line else one.stack[-1:])
    lines = [FILE.sub(r"Cell \1", line).rstrip("\n") for line in told.format()]
    # Its words are taken from there, because a learner's own error may fail to say any.
    return {
        "output_type": "error",
        "ename": type(error).__name__,
        "evalue": str(told),
        "traceback": lines,
    }


def _is_of_a_cell(file):
    return FILE.match(f'File "{file}"') is not None


def _chain(told):
    """An error and those that it was raised from."""
    while told is not None:
        yield told
        told = told.__cause__ or told.__context__

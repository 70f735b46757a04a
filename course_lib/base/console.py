"""What every command of the course does with a reader who has enough, as in ``doctor | head``."""

import os
import sys

ENOUGH = 1  # exit status; whoever reads has ended, and asks for none


def status(command):
    """The exit status of ``command()``. Where nobody reads what it prints any more, it ends without a word.

    >>> status(lambda: 0)
    0
    """
    try:
        try:
            return command()
        finally:
            sys.stdout.flush()  # Python's own flush at exit would complain
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ENOUGH

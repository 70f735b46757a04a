"""End a function by its time where Python has no threads: each line that runs looks at the clock.

``sys.monitoring`` (Python 3.12) tells of every line, and of every jump, because a loop may be one line. What
is raised there arrives in the function's own code, again and again until it has ended, whatever it swallows.
"""

import sys
import time
from typing import Any

NAME = "course_lib.checks"


class TimeUp(BaseException):
    """Not an Exception, so that a learner's ``except Exception`` lets it through."""


def in_time(function, values, seconds, clock=time.monotonic):
    """The function's answer; TimeUp if it does not come in time, by this ``clock``.

    What is written in C is not ended while it runs no line of Python: ``sum(itertools.count())``.
    """
    watch: Any = vars(sys)["monitoring"]
    tool = watch.DEBUGGER_ID
    if watch.get_tool(tool) == NAME:  # a function that is checked calls a check: its time counts there
        return function(*values)
    end = clock() + seconds

    def look(code, *_):
        if code is not in_time.__code__ and clock() > end:
            raise TimeUp

    watch.use_tool_id(tool, NAME)
    for event in (watch.events.LINE, watch.events.JUMP):
        watch.register_callback(tool, event, look)
    watch.set_events(tool, watch.events.LINE | watch.events.JUMP)
    try:
        return function(*values)
    finally:
        watch.set_events(tool, watch.events.NO_EVENTS)
        watch.free_tool_id(tool)

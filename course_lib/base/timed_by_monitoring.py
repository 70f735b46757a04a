"""End a function by its time where Python has no threads: each jump and each call looks at the clock.

Nothing goes on without end that does neither, and there are fewer of them than lines. ``sys.monitoring``
(Python 3.12) tells of them. What is raised there arrives in the function's own code, again and again until it
has ended, whatever it swallows.
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
    events = watch.events.JUMP, watch.events.PY_START, watch.events.PY_RESUME
    for event in events:
        watch.register_callback(tool, event, look)
    watch.set_events(tool, sum(events))
    try:
        answer = function(*values)
        look(None)  # the last line may have been the slow one
        return answer
    finally:
        watch.set_events(tool, watch.events.NO_EVENTS)
        watch.free_tool_id(tool)

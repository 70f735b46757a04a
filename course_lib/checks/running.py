"""Call a learner's function so that nothing it does can hurt: with copies, a limit of time and no screen."""

import io
import sys
import time
import traceback
import warnings
from contextlib import redirect_stderr, redirect_stdout
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

if sys.platform == "emscripten":  # in a browser, where there are no threads and process_time stands still
    from time import monotonic as process_time

    from course_lib.base.timed_by_monitoring import TimeUp, in_time
else:
    from time import process_time

    from course_lib.base.timed_by_thread import TimeUp, in_time

SECONDS = 2.0  # by the clock ``spent``, for all cases of one check together
PASSING = 0.2  # of a second that passes while nothing is computed
PRINTED = 400  # characters that are kept of what it prints
SAID = 1000  # and of what its error says


@dataclass(frozen=True)
class Result:
    """What came of a call: ``value``, or in ``failure`` a sentence that says why there is none.

    ``changed``: the names of the arguments that are not as they were. ``after``: the arguments, as they are
    after the call. ``printed``: the beginning of what it printed. ``unwritten``: it raised
    NotImplementedError. ``endless``: it was ended. ``seconds``: what it took, by the clock ``spent``.
    """

    value: Any = None
    failure: str = ""
    changed: tuple = ()
    after: Any = None
    printed: str = ""
    unwritten: bool = False
    endless: bool = False
    seconds: float = 0.0


def spent(computed=process_time):
    """A clock that shows the seconds that a process has ``computed``.

    On a busy machine a right answer may wait for its turn. What sleeps is to end, too: so a second that only
    passes counts a little.
    """
    return (1 - PASSING) * computed() + PASSING * time.monotonic()


def call(function, arguments, seconds=SECONDS):
    """Call ``function`` with copies of ``arguments``, a dict in the order of its parameters; a Result.

    >>> call(lambda w, lr: w - lr, {"w": 1.0, "lr": 0.5}).value
    0.5
    >>> call(lambda: 1 / 0, {}).failure
    'ZeroDivisionError: division by zero'
    """
    begin = spent()
    result = _called(function, arguments, seconds)
    return replace(result, seconds=spent() - begin)


def _called(function, arguments, seconds):
    given = deepcopy(arguments)
    screen = Screen()
    try:
        with (
            redirect_stdout(screen),
            redirect_stderr(screen),
            warnings.catch_warnings(),
            np.errstate(all="ignore"),  # to diverge is no error
        ):
            warnings.simplefilter("ignore")
            value = in_time(function, given.values(), seconds, spent)
    except TimeUp:
        return Result(failure=f"did not end within {SECONDS:g} s", printed=screen.text, endless=True)
    except NotImplementedError as error:
        return Result(failure=sentence(error), printed=screen.text, unwritten=_is_stub(function, error))
    except (Exception, SystemExit, GeneratorExit) as error:
        return Result(failure=sentence(error), printed=screen.text)
    return Result(value, changed=changed(arguments, given), after=given, printed=screen.text)


def changed(before, after):
    """The names of the arguments that are not as they were before the call."""
    return tuple(name for name in before if not _equal(after[name], before[name]))


def _is_stub(function, error):
    """Did the function itself raise it, and not one that it calls?"""
    *_, (frame, _) = traceback.walk_tb(error.__traceback__)
    return frame.f_code is getattr(function, "__code__", None)


def sentence(error):
    """The error as Python names it, and the learner's line that raised it."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    name = type(error).__name__[:SAID]
    try:
        words = " ".join(str(error)[:SAID].split())
    except Exception:  # a learner's exception may have methods that raise
        words = ""
    where = f" (line {last.lineno}: {last.line})" if last.line and "ipykernel" in last.filename else ""
    return f"{name}: {words}{where}" if words else f"{name}{where}"


def _equal(one, other):
    """Is an argument what it was? Arrays are compared by value, objects by identity or their own ==."""
    if isinstance(other, np.ndarray):
        same = isinstance(one, np.ndarray) and one.shape == other.shape and one.dtype == other.dtype
        return same and np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
    if isinstance(other, list | tuple):
        return type(one) is type(other) and len(one) == len(other) and all(map(_equal, one, other))
    if isinstance(other, dict):
        same = type(one) is type(other) and one.keys() == other.keys()
        return same and all(_equal(one[key], other[key]) for key in other)
    if isinstance(other, int | float | str | bool | None):
        plain = isinstance(one, int | float | str | bool | None)
        return plain and (one is other or one == other or (one != one and other != other))
    return True  # functions and the library's objects are not copied by value


class Screen(io.TextIOBase):
    """Keeps the beginning of what is written, however much it is."""

    def __init__(self, characters=PRINTED):
        self.text, self._characters = "", characters

    def write(self, text, /):
        self.text += text[: max(0, self._characters - len(self.text))]  # threads may write too much
        return len(text)

"""Call a learner's function so that nothing it does can hurt: with copies, a limit of time and no screen."""

import ctypes
import io
import sys
import threading
import time
import traceback
import warnings
from contextlib import redirect_stderr, redirect_stdout
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import numpy as np

SECONDS = 2.0  # for all cases of one check together
AGAIN = 0.05  # code that swallows the first exception is sent another one after so long
PRINTED = 400  # characters that are kept of what it prints
SAID = 1000  # and of what its error says


@dataclass(frozen=True)
class Result:
    """What came of a call: ``value``, or in ``failure`` a sentence that says why there is none.

    ``changed``: the names of the arguments that are not as they were. ``after``: the arguments, as they are
    after the call. ``printed``: the beginning of what it printed. ``unwritten``: it raised
    NotImplementedError. ``endless``: it was ended.
    """

    value: Any = None
    failure: str = ""
    changed: tuple = ()
    after: Any = None
    printed: str = ""
    unwritten: bool = False
    endless: bool = False


class TimeUp(BaseException):
    """Not an Exception, so that a learner's ``except Exception`` lets it through.

    A bare ``except:`` does not. It makes the object of this class, there, to swallow it; then the next line
    that runs raises another one, which is outside of that ``try``.
    """

    def __init__(self):
        super().__init__()
        frame = sys._getframe(1)
        if frame.f_code.co_filename == OURS:
            return  # nobody has swallowed it
        while frame and frame.f_code.co_filename != OURS:
            frame.f_trace = _raise_again
            frame = frame.f_back
        sys.settrace(_raise_again)


def call(function, arguments, seconds=SECONDS):
    """Call ``function`` with copies of ``arguments``, a dict in the order of its parameters; a Result.

    >>> call(lambda w, lr: w - lr, {"w": 1.0, "lr": 0.5}).value
    0.5
    >>> call(lambda: 1 / 0, {}).failure
    'ZeroDivisionError: division by zero'
    """
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
            value = in_time(function, given.values(), seconds)
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


def in_time(function, values, seconds, clock=time.monotonic):
    """The function's answer; TimeUp if it does not come in time, by this ``clock``.

    A second thread raises TimeUp in this one. Signals would do it on Unix alone, and in the main thread.
    It may arrive anywhere in Python's own code; so only the function is timed, and at its end nothing is
    called but what is written in C, of which it leaves nothing half done.
    """
    thread, tracing = threading.get_ident(), sys.gettrace()
    begun, over, raising = threading.Lock(), threading.Lock(), threading.RLock()
    begun.acquire()
    over.acquire()

    def watch():
        begun.acquire()
        end, wait = clock() + seconds, seconds
        while not over.acquire(timeout=wait) and raising.acquire(blocking=False):
            if clock() >= end:
                _raise(TimeUp, thread)
            raising.release()
            wait = max(AGAIN, end - clock())

    def stop():
        try:
            raising.acquire()  # for ever: nothing is raised after this; what was raised before arrives here
            if over.locked():
                over.release()
            sys.settrace(tracing)
        except TimeUp:
            stop()
            raise

    threading.Thread(target=watch, daemon=True).start()
    try:
        begun.release()
        try:
            return function(*values)
        finally:
            stop()
    except TimeUp:
        stop()  # it may have been raised before the first one
        raise


def _raise_again(frame, event, argument):
    if frame.f_code.co_filename != OURS:
        raise TimeUp


def _raise(exception, thread):
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(exception))


OURS = _raise_again.__code__.co_filename  # no TimeUp is raised twice in this file


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

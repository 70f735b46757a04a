"""End a function by its time where Python has threads: a second one raises TimeUp in the first."""

import ctypes
import sys
import threading
import time

AGAIN = 0.05  # code that swallows the first exception is sent another one after so long


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

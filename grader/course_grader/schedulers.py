"""Where the steps of a batch run: in processes of this machine, or as tasks of Dask, on many.

Both are executors like those of ``concurrent.futures``: ``submit(function, *arguments)`` gives a future, and
``result(future)`` what the function returned, or a GraderFault. ``places``: how many run at a time.
"""

import multiprocessing
import os
import platform
import signal
import socket
import threading
import traceback
from collections import deque
from concurrent.futures import CancelledError, ThreadPoolExecutor
from multiprocessing.connection import wait
from pathlib import Path
from typing import cast

from tqdm import tqdm

from course_grader.faults import GraderFault, TooLong

CONTEXT = multiprocessing.get_context("spawn")  # a worker begins with nothing of this process
KILLED = -9  # the exit code of a process that the system itself has ended; not on Windows
ANSWERS_WITHIN = 15  # seconds that Dask's scheduler has for its first word


class Processes:
    """So many worker processes, each started when it is first needed, and kept for further steps.

    A process that was killed, raised anything or took more than ``seconds`` for a step is replaced by a fresh
    one; only its own step fails. Use it in a ``with``: at its end nothing is left running.
    """

    def __init__(self, places, seconds):
        self.places, self.seconds = places, seconds
        # Each thread waits for one process at a time. No Ctrl-C reaches a process while it starts.
        self.threads = ThreadPoolExecutor(places, initializer=_hold_back_interrupts)
        self.idle, self.all, self.closing = deque(), set(), False

    def submit(self, function, *arguments):
        """A future of ``function(*arguments)``."""
        return self.threads.submit(self._call, function, arguments)

    def prepared(self, function, *arguments):
        """A future for each worker, in which it calls this first."""
        return [self.submit(function, *arguments) for _ in range(self.places)]

    def _call(self, function, arguments):
        worker = self._free() or self._started()
        value = worker.call(function, arguments, self.seconds)
        if isinstance(value, GraderFault):
            self.all.discard(worker)
            worker.end()
        else:
            self.idle.append(worker)
        return value

    def _free(self):
        """A worker that has nothing to do; not one that was killed meanwhile."""
        while self.idle:
            worker = self.idle.pop()
            if not wait([worker.process.sentinel], timeout=0):
                return worker
            self.all.discard(worker)
            worker.end()
        return None

    def _started(self):
        worker = _Worker()
        self.all.add(worker)
        if self.closing:
            worker.end()
        return worker

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.closing = True
        self.threads.shutdown(wait=False, cancel_futures=True)
        for worker in list(self.all):
            worker.end()
        self.threads.shutdown()


class Dask:
    """The workers of a running Dask scheduler. GraderFault, if nobody answers at the ``address``.

    Students' code needs a sandbox there too: ``dask worker ADDRESS --nworkers auto --nthreads 1`` on each
    machine that has this package.
    """

    def __init__(self, address):
        try:
            from distributed import Client
            from distributed.comm.addressing import get_address_host_port
        except ImportError:
            raise GraderFault(
                "Dask is not installed. In the course's folder: pip install -e './grader[cluster]'"
            ) from None
        try:
            with socket.create_connection(get_address_host_port(address), ANSWERS_WITHIN):
                pass  # a Client that finds nobody goes on looking for half a minute
            self.client = Client(address, timeout=ANSWERS_WITHIN)
        except (OSError, ValueError) as error:
            raise GraderFault(
                f"No scheduler of Dask answers at {address} ({error}). Start one with: dask scheduler"
            ) from None
        self.workers = cast(dict[str, int], self.client.nthreads())  # address -> threads
        self.places = sum(self.workers.values())
        if not self.places:
            self.client.close()
            raise GraderFault(
                f"The scheduler has no workers. Start one with: dask worker {address} --nthreads 1"
            )
        self.threads = ThreadPoolExecutor(max_workers=2 * self.places)  # each waits for one task

    def submit(self, function, *arguments, workers=None):
        """A future of ``function(*arguments)``, done by one of the ``workers`` if they are named."""
        return self.threads.submit(self._brought, (function, *arguments), workers)

    def _brought(self, call, workers):
        """What a task returned. Dask itself would wait for ever for one of a scheduler that is no more."""
        task = self.client.submit(in_turn, *call, workers=workers, pure=False)
        while True:
            try:
                return task.result(timeout=1)
            except TimeoutError:
                if self.client.status == "closed":
                    raise

    def prepared(self, function, *arguments):
        """A future for each worker, in which it calls this first."""
        return [self.submit(function, *arguments, workers=[address]) for address in self.workers]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.client.close()
        self.threads.shutdown(cancel_futures=True)


class Lost(GraderFault):
    """Dask itself gave a step up; it has tried more than once."""


def result(future):
    """What a step returned, or the GraderFault that came instead; Lost, if Dask has not brought it back."""
    try:
        return future.result()
    except (Exception, CancelledError) as error:  # Dask's messages are long
        what = (str(error).splitlines() or ["it gives no reason"])[0]
        return Lost(
            f"Dask did not do it ({type(error).__name__}: {what}). Its workers need this package, too."
        )


ONE_AT_A_TIME = threading.Lock()


def in_turn(function, *arguments):
    """A task of Dask: ``honest``, and never two at a time in a process, whose parts are not made for that."""
    with ONE_AT_A_TIME:
        value = honest(function, *arguments)
    return type(value)(f"On {platform.node()}: {value}") if isinstance(value, GraderFault) else value


def honest(function, *arguments):
    """What the function returns; or a GraderFault, whatever it raises."""
    try:
        return function(*arguments)
    except GraderFault as fault:
        return fault
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(place.filename).name}, line {place.lineno}"
        return GraderFault(f"The grader itself failed: {type(error).__name__}: {error} ({where}).")


class _Worker:
    """A process and the pipe to it."""

    def __init__(self):
        self.pipe, theirs = CONTEXT.Pipe()
        self.process = CONTEXT.Process(target=_work, args=(theirs,), daemon=True)
        self.process.start()
        theirs.close()

    def call(self, function, arguments, seconds):
        """What the function returns there; or a GraderFault, if it raises or the process does not answer."""
        try:
            self.pipe.send((function, arguments))
            if self.pipe.poll(seconds):
                return self.pipe.recv()
            return TooLong(f"A worker process was ended: it had not finished after {seconds:g} s.")
        except (EOFError, OSError):
            return GraderFault(self._how_it_ended())

    def _how_it_ended(self):
        self.process.join(1)
        if self.process.exitcode == KILLED:
            return "A worker process was killed. If memory ran short, mark fewer at a time: --jobs 1."
        return f"A worker process ended by itself (exit code {self.process.exitcode})."

    def end(self):
        """End the process, whatever it does, and with it the sandbox of a submission."""
        self.process.kill()
        self.process.join()


def _work(pipe):
    """A worker process: do what is sent, until the other side is gone."""
    signal.signal(signal.SIGINT, lambda *_: None)  # Ctrl-C is for the main process, which ends this one
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
    tqdm.set_lock(threading.RLock())  # its own is one between processes, and would outlive this one if killed
    parent = multiprocessing.parent_process()
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    while True:
        try:
            function, arguments = pipe.recv()
        except EOFError:
            return
        pipe.send(honest(function, *arguments))


def _hold_back_interrupts():
    """In this thread, and so in the processes that it starts."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])


def _end_with(parent):
    """If the main process is killed, this one ends too, though it may be in the middle of a step."""
    wait([parent.sentinel])
    os._exit(1)

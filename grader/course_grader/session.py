"""A student's notebook at work in a sandbox, seen from outside: requests go in, plain data come back.

``Worker`` is one process with a deadline for whatever is asked of it. ``Session`` goes on when a process
ends: it starts another one, runs again what had been run, and leaves out what ended the first.
"""

import contextlib
import math
import secrets
import socket
import struct
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

from course_grader import sandbox, wire
from course_grader.faults import GraderFault
from course_grader.limits import Limits
from course_lib.checks import running

LOOK = 0.05  # seconds at least until the clock of a process is looked at again
CREDENTIALS = struct.Struct("3i")  # process, user and group of a sender
ENDS = 10  # processes that a notebook may wear out
RECEIVED = 2**24  # bytes that all of them together may send: what comes has to be read


class Ended(Exception):
    """The student's process is no more, or may no longer be believed. The sentence says why."""


class Slow(Ended):
    """It did not answer in time."""


@dataclass(frozen=True)
class Ran:
    """What came of a cell: what it printed, and its error in one line, "" if there was none."""

    printed: str = ""
    error: str = ""


class Worker:
    """One process in a sandbox. Nothing that it sends is more than data.

    ``over``: when its time is over, whatever it has computed by then, on the clock ``time.monotonic``.
    """

    def __init__(self, walls, limits, over, folder=None):
        self.received = 0  # bytes
        visible = sandbox.Visible(folder=folder)
        command, environment = walls.command([sandbox.INSIDE / "worker.py", sandbox.COURSE], limits, visible)
        self._socket, theirs = socket.socketpair()
        if sys.platform == "linux":  # then it tells with what came who has sent it
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, True)
        self._over, self._pid = time.monotonic() + limits.start_seconds, 0
        with theirs:
            self._process = subprocess.Popen(
                command,
                env=environment,
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                cwd=folder or "/",
                start_new_session=True,
            )
        with contextlib.suppress(
            OSError
        ):  # if memory runs short on this machine, this process is ended first
            Path(f"/proc/{self._process.pid}/oom_score_adj").write_text("1000")
        try:
            self._pid = self._sender()
            self._reply(math.inf)
        except Ended as end:
            self._process.kill()
            said = self._process.communicate()[1].decode(errors="replace").strip()
            self.end()
            raise GraderFault(
                f"The process for a student's code did not start ({end}). "
                f"It said: {said[-300:] or 'nothing'}. To see what works here: python -m course_grader doctor"
            ) from None
        self._over = over

    def spent(self):
        """What its process has computed, as ``running.spent`` counts it, by the clock of the kernel out here.

        Where that tells nobody which process it is, only the time that passes counts.
        """
        try:
            return running.spent(lambda: time.clock_gettime(_clock_of(self._pid)) if self._pid else 0.0)
        except OSError:
            raise Ended("its process ended") from None

    def ask(self, do, what, seconds):
        """What the process answers, a dict, when it is to ``do`` something.

        Ended, if it does not, or not in time, or not as it should.
        """
        number = secrets.randbelow(2**62)  # an answer that was sent before the question does not have it
        deadline = self.spent() + seconds
        self._send(wire.packed({"id": number, "do": do, "what": what}), deadline)
        reply = self._reply(deadline)
        if not isinstance(reply, dict) or type(reply.get("id")) is not int or reply["id"] != number:
            raise Ended("its process sent what was not asked for")
        return reply

    def end(self):
        """End the process, whatever it is doing."""
        self._process.kill()
        self._process.wait()
        self._socket.close()
        if self._process.stderr:
            self._process.stderr.close()

    def _sender(self):
        """The process that sends the first word: Python's own, of which the one started may be the parent."""
        if sys.platform != "linux":
            return 0
        room = socket.CMSG_SPACE(CREDENTIALS.size)
        _, told, *_ = self._in_time(math.inf, self._socket.recvmsg, 1, room, socket.MSG_PEEK)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, False)
        return CREDENTIALS.unpack(told[0][2])[0] if told else 0

    def _reply(self, deadline):
        text, body = self._checked(wire.lengths, self._read(wire.LENGTHS.size, deadline))
        return self._checked(wire.unpacked, self._read(text, deadline), self._read(body, deadline))

    def _checked(self, read, *given):
        try:
            return read(*given)
        except wire.WireError as error:
            raise Ended(f"its process sent what cannot be read: {error}") from None

    def _read(self, count, deadline):
        got = bytearray()
        while len(got) < count:
            part = self._in_time(deadline, self._socket.recv, min(count - len(got), 2**16))
            if not part:
                raise Ended("its process ended")
            got += part
        self.received += count
        return bytes(got)

    def _send(self, frame, deadline):
        left = memoryview(frame)
        while left:
            left = left[self._in_time(deadline, self._socket.send, left) :]

    def _in_time(self, deadline, act, *given):
        try:
            while (left := min(deadline - self.spent(), self._over - time.monotonic())) > 0:
                self._socket.settimeout(max(LOOK, left))
                with contextlib.suppress(TimeoutError):
                    return act(*given)
        except OSError:
            raise Ended("its process ended") from None
        raise Slow("it did not end in time")


def _clock_of(process):
    """Linux's number for the clock of what a process computes, as ``clock_getcpuclockid`` of C has it."""
    return ~process << 3 | 2


class Session:
    """The cells of one notebook, run in their order, and calls of their functions in between.

    ``folder``: what was handed in beside the notebook, seen from within as the folder it is in, or None.
    """

    def __init__(self, walls, limits=Limits(), folder=None):
        self._walls, self._limits, self._folder = walls, limits, folder
        self._worker, self._ends, self._received = None, 0, 0
        self._done = []  # the cells that were run, as the worker is told them, and did not end it
        self._over = time.monotonic() + limits.whole_seconds
        self.killed = False  # did the student's code end a process?

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._drop()

    def run(self, name, source):
        """Run a cell; a Ran."""
        cell = {"name": f"<ipykernel cell {name}>", "source": source}
        try:
            reply = self._ready().ask("cell", cell, self._limits.cell_seconds)
        except Ended as end:
            self._drop()
            self.killed = True
            return Ran(error=f"{end}; the other cells were run without this one")
        self._done.append(cell)
        return Ran(_text(reply.get("printed"), 10_000), _text(reply.get("error"), 1000))

    def call(self, name, arguments, seconds):
        """Call a student's function by its name; a ``running.Result``, as if it had been called here."""
        try:
            request = {"name": name, "arguments": arguments, "seconds": seconds}
            worker = self._ready()
            begin = worker.spent()
            reply = worker.ask("call", request, seconds + self._limits.grace)
            took = worker.spent() - begin
        except Slow:
            return self._ended(f"did not end within {running.SECONDS:g} s")
        except Ended as end:
            return self._ended(str(end))
        return replace(_result(reply, arguments), seconds=took)

    def _ended(self, failure):
        self._drop()
        self.killed = True
        return running.Result(failure=failure, endless=True)

    def _ready(self):
        """A process in which all that was run before has been run."""
        while self._worker is None:
            self._worker = self._started()
            for cell in list(self._done):
                try:
                    self._worker.ask("cell", cell, self._limits.cell_seconds)
                except Ended:
                    self._done.remove(cell)
                    self._drop()
                    break
        self._within_bounds()
        return self._worker

    def _started(self):
        if self._ends > ENDS:
            raise Ended(f"the notebook has ended more than {ENDS} processes")
        self._within_bounds()
        return Worker(self._walls, self._limits, self._over, self._folder)

    def _within_bounds(self):
        if time.monotonic() >= self._over:
            raise Ended(f"the {self._limits.whole_seconds:g} s for the whole notebook are over")
        if self._received + (self._worker.received if self._worker else 0) > RECEIVED:
            raise Ended(f"its processes have sent more than {RECEIVED // 2**20} MiB")

    def _drop(self):
        with contextlib.ExitStack() as stack:
            if self._worker is not None:
                stack.callback(self._worker.end)
                self._received += self._worker.received
                self._worker, self._ends = None, self._ends + 1


def _result(reply, arguments):
    """The Result that a reply tells of; its parts are checked, for the student may have written them."""
    failure = _text(reply.get("failure"), 1000)
    printed = _text(reply.get("printed"), running.PRINTED)
    endless, unwritten = reply.get("endless") is True, reply.get("unwritten") is True
    if failure or endless or unwritten:
        return running.Result(
            failure=failure or "it failed", printed=printed, unwritten=unwritten, endless=endless
        )
    after = reply.get("after")
    after = after if isinstance(after, dict) else {}
    sent = {name: value for name, value in arguments.items() if not callable(value)}
    changed = running.changed(sent, {name: after.get(name) for name in sent})
    return running.Result(reply.get("value"), changed=changed, printed=printed)


def _text(value, characters):
    """As much of a text as is kept, in characters that every file and database can hold."""
    text = value[:characters] if isinstance(value, str) else ""
    return text.replace("\0", "\ufffd").encode(errors="replace").decode()

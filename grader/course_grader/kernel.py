"""A Jupyter kernel in the sandbox, for what a person wants to see run: the figures of a submission.

``SandboxedKernel`` starts it for jupyter_client, which calls such a class a provisioner and knows it by the
name ``sandboxed`` (an entry point in pyproject.toml). It needs bubblewrap, because a kernel speaks through
sockets. They are in a folder of their own, which is locked before anything of the student's runs.
"""

import asyncio
import contextlib
import functools
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import zmq
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Dict, Unicode

from course_grader import sandbox
from course_grader.faults import GraderFault
from course_grader.limits import Limits, MiB

NAME, PREFIX = "sandboxed", "kernel-"
MESSAGE, QUEUE = 4 * MiB, 8  # bytes of a message, messages that wait to be read
PORTS = ("shell_port", "iopub_port", "stdin_port", "control_port", "hb_port")


class SandboxedKernel(LocalProvisioner):
    """Starts a kernel behind walls, and ends it, with all that it started, when its time is over.

    GraderFault if there is no bubblewrap, or the kernel does not start.
    """

    folder = Unicode("", help="The folder it starts in, which it may read; if empty, an empty one.").tag(
        config=True
    )
    limits = Dict(help="What differs from course_grader.limits.Limits, by name.").tag(config=True)

    parent: Any
    process: Any = None
    _meeting: "_Meeting | None" = None
    _end: threading.Timer | None = None

    async def pre_launch(self, **kwargs):
        reason = _reason_against_bubblewrap()
        if reason:
            raise GraderFault(
                f"Students' notebooks are not run here, because a kernel needs bubblewrap: {reason} "
                "Marks do not need it: leave out --figures."
            )
        if self._meeting is None:  # a restart has one
            self._meeting = _Meeting()
            self.parent.transport = "ipc"
            self.parent.connection_file = str(self._meeting.file)
            self.parent.ip = str(self._meeting.folder / "socket")
        kwargs = await super().pre_launch(**kwargs)
        self._meeting.let_in()
        return kwargs

    async def launch_kernel(self, cmd, **kwargs):
        assert self._meeting
        limits = Limits(**self.limits)
        visible = sandbox.Visible(
            folder=Path(self.folder).resolve() if self.folder else None,
            writable=(self._meeting.folder,),
            environment={"MPLBACKEND": "module://matplotlib_inline.backend_inline"},
        )
        command, environment = sandbox.Bubblewrap().command(
            [sandbox.INSIDE / "kernel.py", self._meeting.file], limits, visible, sockets_of_its_own=True
        )
        with tempfile.TemporaryFile() as words:  # no larger than a file of its may be
            kwargs |= {"env": environment, "cwd": "/", "stdout": subprocess.DEVNULL, "stderr": words}
            connection = await super().launch_kernel(command, **kwargs)
            await self._listening(connection, words, limits.start_seconds)
        self._meeting.lock()
        self._end = threading.Timer(limits.whole_seconds, self._kill)
        self._end.daemon = True
        self._end.start()
        return connection

    async def cleanup(self, restart=False):
        if self._end:
            self._end.cancel()
        await super().cleanup(restart)
        if self._meeting and not restart:
            self._meeting.remove()
            self._meeting = None

    async def _listening(self, connection, words, seconds):
        """Wait until all of its sockets are there. It makes them before it runs anything."""
        sockets = [Path(f"{connection['ip']}-{connection[port]}") for port in PORTS]
        deadline = time.monotonic() + seconds
        while not all(path.exists() for path in sockets):
            if self.process.poll() is not None or time.monotonic() > deadline:
                self._kill()
                words.seek(0)
                said = words.read().decode(errors="replace").strip()[-300:]
                raise GraderFault(f"The kernel in the sandbox did not start. It said: {said or 'nothing'}")
            await asyncio.sleep(0.02)

    def _kill(self):
        if self.process:
            self.process.kill()  # bubblewrap, and with it everything inside


class _Meeting:
    """The folder with the kernel's sockets, and the file that tells it their names and the key.

    It lies in one that others cannot enter. Locked, it stays as it is: no file there can fill the disk, and
    no socket can be replaced by a link to somewhere else.
    """

    def __init__(self):
        self.outer = Path(tempfile.mkdtemp(prefix=PREFIX, dir="/tmp"))  # names of sockets must be short
        self.folder = self.outer / "sockets"
        self.folder.mkdir()
        self.file = self.folder / "connection.json"

    def let_in(self):
        """The kernel may make its sockets, whichever user it is."""
        self.file.chmod(0o644)
        self.folder.chmod(0o777)
        for left in self.folder.glob("socket-*"):  # by the kernel before a restart
            left.unlink()

    def lock(self):
        self.file.chmod(0o444)
        self.folder.chmod(0o555)

    def remove(self):
        self.folder.chmod(0o700)
        shutil.rmtree(self.outer)


class Manager(KernelManager):
    """Knows one kernel: this Python's, in the sandbox.

    ``sandbox_config``: the traits of SandboxedKernel, by name.
    """

    sandbox_config = Dict()

    @property
    def kernel_spec(self):
        return KernelSpec(
            argv=[sys.executable],
            display_name="Python in the sandbox",
            language="python",
            interrupt_mode="message",  # no signal from here reaches what runs in there
            metadata={"kernel_provisioner": {"provisioner_name": NAME, "config": self.sandbox_config}},
        )


@contextlib.contextmanager
def running(limits=Limits(), folder=None):
    """A kernel in the sandbox while it is needed: its manager and a client, ready.

    ``folder``: a folder that it starts in and may read, or None. GraderFault if it does not start.
    What it sends is limited: a message of more than MESSAGE bytes is never received.
    """
    manager = Manager(sandbox_config={"limits": asdict(limits), "folder": str(folder or "")})
    with zmq.Context() as context:
        context.setsockopt(zmq.MAXMSGSIZE, MESSAGE)
        context.setsockopt(zmq.RCVHWM, QUEUE)
        context.setsockopt(zmq.LINGER, 0)
        client = None
        try:
            manager.start_kernel()
            client = manager.client(context=context)
            client.start_channels(stdin=False, hb=False)
            try:
                client.wait_for_ready(timeout=limits.start_seconds)
            except RuntimeError as error:
                raise GraderFault(f"The kernel in the sandbox started and does not answer: {error}") from None
            client.execute("import sys; sys.path.insert(0, '')", silent=True)
            yield manager, client
        finally:
            if client:
                client.stop_channels()
            manager.shutdown_kernel(now=True)


@functools.cache
def _reason_against_bubblewrap():
    return sandbox.fault(sandbox.Bubblewrap())

"""A program for test_unprivileged.py, which runs it as whom it wants: it is attacked by cells in a sandbox.

``python attacked.py WALLS`` reads ``{"head": source, "cells": {name: source}}`` as JSON. It writes why these
walls do not work ("fault"), what each cell printed or its error ("outcomes"), what was done to it ("harm").
"""

import contextlib
import ctypes
import json
import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from course_grader import sandbox
from course_grader.limits import Limits
from course_grader.session import Session


def main(walls):
    walls = getattr(sandbox, walls)()
    fault = sandbox.fault(walls)
    with tempfile.TemporaryDirectory() as place, contextlib.ExitStack() as ends:
        outcomes, harm = ({}, []) if fault else attacked(walls, Path(place), ends, **json.load(sys.stdin))
    json.dump({"fault": fault, "outcomes": outcomes, "harm": harm}, sys.stdout)


def attacked(walls, place, ends, head, cells):
    """Outcomes and harm: with a gradebook, a key, servers, a process and what processes share, all of this
    user's. The cells know their names."""
    gradebook = place / "course" / "gradebook.db"
    gradebook.parent.mkdir()
    gradebook.write_text("marks")
    left_open = ends.enter_context(gradebook.open("r+b"))
    os.set_inheritable(left_open.fileno(), True)
    key = place / "closed" / "key"
    key.parent.mkdir(mode=0o700)
    key.write_text("key")
    shared = Shared(ends)
    handed_in = place / "handed_in"
    handed_in.mkdir()
    (handed_in / "handed_in.txt").write_text("")
    place.chmod(0o755)  # a sandbox of root's has another user inside

    sleeper = subprocess.Popen(["sleep", "600"])
    ends.callback(sleeper.wait)
    ends.callback(sleeper.kill)
    named, abstract = str(place / "socket"), f"\0attacked-{os.getpid()}"
    servers = [ends.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) for _ in range(2)]
    for server, name in zip(servers, (named, abstract), strict=True):
        server.bind(name)
        server.setblocking(False)
    tcp = ends.enter_context(socket.create_server(("127.0.0.1", 0)))

    names = {
        "gradebook": str(gradebook),
        "identity": (gradebook.stat().st_dev, gradebook.stat().st_ino),
        "key": str(key),
        **shared.names,
        "grader": os.getpid(),
        "sleeper": sleeper.pid,
        "named": named,
        "abstract": abstract,
        "port": tcp.getsockname()[1],
    }
    head += "".join(f"\n{name} = {value!r}" for name, value in names.items())
    before = gradebook.stat()
    outcomes = {}
    with Session(walls, Limits(), handed_in) as session:
        outcomes["head"] = session.run("head", head).error
        for name, source in cells.items():
            ran = session.run(name, source)
            outcomes[name] = (ran.printed + ran.error).strip()

    harm = []
    after = gradebook.stat()
    if after[:9] != before[:9] or after.st_ctime_ns != before.st_ctime_ns:
        harm.append("the gradebook was changed")
    if sleeper.poll() is not None or os.getpriority(os.PRIO_PROCESS, sleeper.pid) != 0:
        harm.append("another process was ended or slowed")
    for server, name in zip(servers, (named, abstract), strict=True):
        with contextlib.suppress(BlockingIOError):
            server.recv(1)
            harm.append(f"a datagram came to {name}")
    return outcomes, [*harm, *shared.gone()]


class Shared:
    """Memory, semaphores and queues that belong to no process. ``names``: how the kernel knows them."""

    NEW, REMOVE, LOOK = 0o1600, 0, 2  # IPC_CREAT with a mode; IPC_RMID, IPC_STAT

    def __init__(self, ends):
        self.libc = ctypes.CDLL(None, use_errno=True)
        name = f"/attacked-{os.getpid()}".encode()
        queue = self.libc.mq_open(name, os.O_CREAT | os.O_RDWR, 0o600, None)
        self.names = {
            "memory": self.libc.shmget(0, 4096, self.NEW),
            "semaphores": self.libc.semget(0, 1, self.NEW),
            "messages": self.libc.msgget(0, self.NEW),
            "queue": name,
        }
        assert min(queue, *list(self.names.values())[:3]) >= 0
        ends.callback(self.libc.mq_unlink, name)
        ends.callback(self.libc.shmctl, self.names["memory"], self.REMOVE, None)
        ends.callback(self.libc.semctl, self.names["semaphores"], 0, self.REMOVE)
        ends.callback(self.libc.msgctl, self.names["messages"], self.REMOVE, None)

    def gone(self):
        """Those that were removed."""
        there = {
            "memory": self.libc.shmctl(self.names["memory"], self.LOOK, bytes(512)),
            "semaphores": self.libc.semctl(self.names["semaphores"], 0, self.LOOK, bytes(512)),
            "messages": self.libc.msgctl(self.names["messages"], self.LOOK, bytes(512)),
            "queue": self.libc.mq_open(self.names["queue"], os.O_RDWR),
        }
        return [f"the {name} were removed" for name, found in there.items() if found < 0]


if __name__ == "__main__":
    main(*sys.argv[1:])

"""A program for test_unprivileged.py, which runs it as whom it wants: it is attacked by cells in a sandbox.

``python attacked.py WALLS`` reads ``{"head": source, "cells": {name: source}}`` as JSON. It writes why these
walls do not work ("fault"), what each cell printed or its error ("outcomes"), what was done to it ("harm").
"""

import contextlib
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
    """Outcomes and harm: with a gradebook, servers and a process of this user, whose names the cells know."""
    gradebook = place / "course" / "gradebook.db"
    gradebook.parent.mkdir()
    gradebook.write_text("marks")
    left_open = ends.enter_context(gradebook.open("r+b"))
    os.set_inheritable(left_open.fileno(), True)
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
    return outcomes, harm


if __name__ == "__main__":
    main(*sys.argv[1:])

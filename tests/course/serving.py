"""The course's command while it serves, for tests."""

import re
import subprocess
import sys
import urllib.request
from contextlib import contextmanager

from tools.lab import end, wait_for_answer

COMMAND = (sys.executable, "-m", "course_lib")


@contextmanager
def served(*arguments, command=COMMAND, **options):
    """``start`` with these arguments: yields the address that it prints, and all that it said until then."""
    server = subprocess.Popen(
        [*command, "start", *arguments, "--no-browser"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        **options,
    )
    said = []
    try:
        for line in server.stdout:
            said.append(line)
            if found := re.search(r"http://127\.0\.0\.1:\d+/lab\S*", line):
                wait_for_answer(server, found[0])
                yield found[0], "".join(said)
                return
        raise AssertionError("".join(said))
    finally:
        end(server)
        server.stdout.close()


def get(address, path):
    """What the server of this address answers to a path."""
    host, token = re.match(r"(http://[^/]+)/.*token=(\w+)", address).groups()
    with urllib.request.urlopen(f"{host}/{path}?token={token}") as answer:
        return answer.read().decode()

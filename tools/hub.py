"""A JupyterHub with hub/jupyterhub_config.py and users of its own, as root: for tests and benchmarks.

Bubblewrap gives it an /etc and a /home of its own, so its users are real ones, and gone when it ends.
"""

import os
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import requests

from tools import lab

ROOT = Path(__file__).parents[1]
EXCHANGE = "/usr/local/share/nbgrader/exchange"
PASSWORD = "right"
SETUP = """
groupadd course
for name in $USERS; do
    useradd --create-home --shell /bin/bash --key HOME_MODE=0700 --groups course "$name"
    echo "$name:$PASSWORD" | chpasswd
done
exec "$@"
"""


def is_possible():
    """Only root can start servers for others, and bubblewrap is there on Linux alone."""
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("bwrap") is not None


@dataclass
class Hub:
    """The address of a hub, its process, and the folder that its users see as /home."""

    url: str
    process: subprocess.Popen
    home: Path

    def person(self, name):
        return Person(self, name)

    def run(self, name, *words, check=True):
        """Give a command as this user, in their home, on the hub's machine."""
        (inside,) = _children(self.process.pid)
        enter = ["nsenter", f"--target={inside}", "--mount", "--pid", "--root", f"--wd=/proc/{inside}/root"]
        command = [*enter, "runuser", "--login", name, "--command", 'exec "$0" "$@"', "--", *map(str, words)]
        return subprocess.run(command, capture_output=True, text=True, check=check)


class Person:
    """A user in a browser without a screen: logs in, and asks the hub and their server for pages."""

    def __init__(self, hub, name):
        self.hub, self.name, self.session = hub, name, requests.Session()

    def log_in(self, password=PASSWORD):
        """Log in, which asks for a server too; the page that comes back."""
        address = f"{self.hub.url}/hub/login"
        self.session.get(address)
        form = {"username": self.name, "password": password, "_xsrf": self._token("/hub/")}
        return self.session.post(address, data=form)

    def page(self):
        """The page that they see once their server is there."""
        until = time.monotonic() + lab.PATIENCE
        while time.monotonic() < until:
            page = self.session.get(f"{self.hub.url}/hub/spawn-pending/{self.name}")
            page.raise_for_status()
            if f"/user/{self.name}/" in page.url.partition("?")[0]:
                return page
            time.sleep(0.25)
        raise TimeoutError(f"{self.name} has no server after {lab.PATIENCE} s")

    def ask(self, path, method="GET", server=None, **options):
        """A request to a server, by default their own."""
        prefix = f"/user/{server or self.name}/"
        headers = {"X-XSRFToken": self._token(prefix)}
        return self.session.request(method, self.hub.url + prefix + path, headers=headers, **options)

    def stop(self):
        """Stop their server, as the hub's control panel does."""
        address = f"{self.hub.url}/hub/api/users/{self.name}/server"
        headers = {"X-XSRFToken": self._token("/hub/"), "Referer": f"{self.hub.url}/hub/home"}
        self.session.delete(address, headers=headers).raise_for_status()

    def _token(self, path):
        return next((c.value for c in self.session.cookies if c.name == "_xsrf" and c.path == path), "")


@contextmanager
def serve(folder, names, proxy=None):
    """Yields a Hub whose users have these names; ``folder`` keeps its files. ``proxy``: another one's folder."""
    folder = Path(folder)
    home, log = folder / "home", folder / "log.txt"
    home.mkdir()
    port = lab.free_port()
    options = [
        f"--JupyterHub.bind_url=http://127.0.0.1:{port}",
        f"--JupyterHub.hub_port={lab.free_port()}",
        f"--ConfigurableHTTPProxy.api_url=http://127.0.0.1:{lab.free_port()}",
    ]
    command = [sys.executable, "-m", "jupyterhub", f"--config={ROOT / 'hub' / 'jupyterhub_config.py'}", *options]
    path = [*([str(proxy)] if proxy else []), str(Path(sys.executable).parent), os.environ["PATH"]]
    settings = os.environ | {"PATH": os.pathsep.join(path), "USERS": " ".join(names), "PASSWORD": PASSWORD}
    with log.open("w") as said:
        process = subprocess.Popen(
            [*_machine(folder), "sh", "-ec", SETUP, "sh", *command], env=settings, stdout=said, stderr=said
        )
    try:
        url = f"http://127.0.0.1:{port}"
        lab.wait_for_answer(process, f"{url}/hub/api/")
        yield Hub(url, process, home)
    finally:
        lab.end(process)


def _machine(folder):
    """What before a command gives it users, homes and an exchange of its own, and a Python that all may use."""
    etc, exchange = folder / "etc", folder / "exchange"
    subprocess.run(["cp", "-a", "/etc", etc], check=True)
    exchange.mkdir()
    exchange.chmod(0o1777)
    ours = {etc: "/etc", folder / "home": "/home", exchange: EXCHANGE}
    needed = [Path(sys.base_prefix), Path(sys.prefix), ROOT]
    words = [
        *("bwrap", "--die-with-parent", "--unshare-pid", "--cap-add", "ALL"),
        *("--dev-bind", "/", "/", "--proc", "/proc", "--tmpfs", Path.home()),
        *("--perms", "1777", "--tmpfs", "/tmp", "--dir", "/tmp/hub", "--chdir", "/tmp/hub"),
        *(word for path in needed for parent in reversed(path.parents) for word in ("--dir", parent)),
        *(word for path in needed for word in ("--ro-bind", path, path)),
        *(word for outside, inside in ours.items() for word in ("--bind", outside, inside)),
    ]
    return list(map(str, words))


def _children(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

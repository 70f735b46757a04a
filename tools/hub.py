"""A JupyterHub with hub/jupyterhub_config.py and users of its own, as root: for tests and benchmarks.

Bubblewrap gives it an /etc and a /home of its own, so its users are real ones, and gone when it ends. One of
them is "teacher", and teaches.
"""

import os
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from tools import lab

ROOT = Path(__file__).parents[1]
EXCHANGE = "/usr/local/share/nbgrader/exchange"
PASSWORD = "right"
COURSE_ID, TEACHING = "losses_and_optimizers", "teaching"
SETUP = """
groupadd course
groupadd teachers
for name in $USERS; do
    useradd --create-home --shell /bin/bash --key HOME_MODE=0700 --groups course "$name"
    echo "$name:$PASSWORD" | chpasswd
done
usermod --append --groups teachers teacher
install -d -m 1777 "$EXCHANGE"
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

    def set_up_teaching(self, name, assignment):
        """Give this user the parts of the course's folder that a teacher needs for one assignment."""
        home = self.home / name
        for part in (f"solutions/{assignment}", f"exercises/{assignment}", "tools"):
            shutil.copytree(ROOT / part, home / TEACHING / part)
        shutil.copy(ROOT / "nbgrader_config.py", home / TEACHING)
        subprocess.run(["chown", "--recursive", "--reference", home, home / TEACHING], check=True)

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

    def log_in(self, password=PASSWORD, server=True):
        """Log in, which asks for a ``server`` too; the page that comes back."""
        address = f"{self.hub.url}/hub/login"
        self.session.get(address)
        form = {"username": self.name, "password": password, "_xsrf": self._token("/hub/")}
        return self.session.post(address, data=form, allow_redirects=server)

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

    def press(self, name, assignment):
        """One of the formgrader's buttons: "release", "collect"."""
        self._succeed(f"formgrader/api/assignment/{assignment}/{name}")

    def hand_in(self, assignment):
        """The button of the assignment list."""
        chosen = {"course_id": COURSE_ID, "assignment_id": assignment}
        self._succeed("assignments/submit", params=chosen)

    def _succeed(self, path, **options):
        done = self.ask(path, "POST", **options).json()
        if not done["success"]:
            raise RuntimeError(f"{self.name}: {done}")

    def _token(self, path):
        return next((c.value for c in self.session.cookies if c.name == "_xsrf" and c.path == path), "")


@contextmanager
def serve(folder, names, proxy="configurable-http-proxy"):
    """Yields a Hub whose users have these names. ``folder`` keeps its files; ``proxy``: a command."""
    folder = Path(folder)
    home, log = folder / "home", folder / "log.txt"
    home.mkdir()
    port = lab.free_port()
    command = [
        *(sys.executable, "-m", "jupyterhub", f"--config={ROOT / 'hub' / 'jupyterhub_config.py'}"),
        f"--JupyterHub.bind_url=http://127.0.0.1:{port}",
        f"--JupyterHub.hub_port={lab.free_port()}",
        f"--ConfigurableHTTPProxy.api_url=http://127.0.0.1:{lab.free_port()}",
        f"--ConfigurableHTTPProxy.command={[proxy, f'--proxy-timeout={1000 * lab.PATIENCE}']}",
    ]
    with log.open("w") as said:
        process = subprocess.Popen(
            [*_machine(folder), "sh", "-ec", SETUP, "sh", *command],
            env=os.environ | _settings(names),
            stdout=said,
            stderr=said,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        lab.wait_for_answer(process, f"{url}/hub/api/")
        yield Hub(url, process, home)
    except RuntimeError as error:
        raise RuntimeError(f"{error}:\n{log.read_text()}") from error
    finally:
        lab.end(process)


def _settings(names):
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return {"PATH": path, "USERS": " ".join(names), "PASSWORD": PASSWORD, "EXCHANGE": EXCHANGE}


def _machine(folder):
    """Before a command: gives it users, homes and an exchange of its own, and a Python that all may use."""
    subprocess.run(["cp", "-a", "/etc", folder / "etc"], check=True)
    needed = [Path(sys.base_prefix), Path(sys.prefix), ROOT]
    words = [
        *("bwrap", "--die-with-parent", "--unshare-pid", "--cap-add", "ALL"),
        *("--dev-bind", "/", "/", "--proc", "/proc", "--tmpfs", Path.home(), "--tmpfs", "/usr/local/share"),
        *("--perms", "1777", "--tmpfs", "/tmp", "--dir", "/tmp/hub", "--chdir", "/tmp/hub"),
        *(word for path in needed for parent in reversed(path.parents) for word in ("--dir", parent)),
        *(word for path in needed for word in ("--ro-bind", path, path)),
        *("--bind", folder / "etc", "/etc", "--bind", folder / "home", "/home"),
    ]
    return list(map(str, words))


def _children(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

"""JupyterLab on a learner's folder, with the course's settings."""

import os
import socket
from pathlib import Path
from urllib.parse import quote

from course_lib.course import contents

HOST = "127.0.0.1"
OWN = contents.INSIDE / "lab_settings"


def settings(**tornado):
    """The course's settings as arguments. ``tornado``: more for the web server, which takes one dict."""
    for_the_server = {"static_custom_path": str(OWN), **tornado}  # where custom.css is
    return [
        "--ServerApp.contents_manager_class=course_lib.course.saving.PictureKeeper",
        "--MultiKernelManager.kernel_manager_class=course_lib.course.kernels.Listed",
        f"--LabApp.app_settings_dir={OWN}",  # no question about news over the figure
        "--LabApp.custom_css=True",
        f"--ServerApp.tornado_settings={for_the_server}",
        "--LanguageServerManager.autodetect=False",  # else a type checker reads along: 390 MB, 4 s
    ]


SETTINGS = settings()


def run(folder, *, browser=True, port=None):
    """Serve ``folder`` until the learner ends it; ValueError if the port that was asked for is taken."""
    if port is not None and not is_free(port):
        raise ValueError(f"port {port} is taken: give another, or leave --port out for the next free one")
    _find_a_home(Path(folder))
    from jupyterlab.labapp import LabApp  # takes a second, and the other commands need none

    LabApp.launch_instance(arguments(folder, browser, port))


def arguments(folder, browser=True, port=None):
    """The command line of JupyterLab."""
    fixed = [
        f"--ServerApp.root_dir={Path(folder).resolve()}",
        f"--LabApp.default_url=/lab/tree/{quote(contents.START_PAGE)}",
        f"--ServerApp.ip={HOST}",
    ]
    chosen = [] if browser else ["--no-browser"]
    if port is not None:
        chosen += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        chosen.append("--allow-root")  # a container's only user; the page asks for a token all the same
    return [*SETTINGS, *fixed, *chosen]


def is_free(port):
    """Does nobody listen on this port?"""
    with socket.socket() as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _find_a_home(folder):
    """Jupyter writes below the home folder; where there is none to write to, the course's folder serves."""
    if writable_home() is None:
        home = folder.resolve() / ".home"
        home.mkdir(exist_ok=True)
        os.environ["HOME"] = str(home)
        print(f"There is no home folder that can be written: Jupyter keeps its files in {home}.")


def writable_home():
    """The home folder, or None where there is none or it cannot be written."""
    try:
        home = Path.home()
    except RuntimeError:
        return None
    return home if can_write(home) else None


def can_write(path):
    """Can this file be written, or a file be made in this folder?"""
    return os.access(path, os.W_OK | (os.X_OK if path.is_dir() else 0))

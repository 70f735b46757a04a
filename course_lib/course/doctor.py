"""What works on this machine, and what to do about the rest."""

import importlib.metadata
import re
import sys
import webbrowser
from dataclasses import dataclass

from course_lib import compiled
from course_lib.base import events
from course_lib.course import contents, lab

DISTRIBUTION = "losses-and-optimizers"
PORT = 8888  # the one that JupyterLab tries first


@dataclass(frozen=True)
class Finding:
    """Is it well, what was looked at, and what to do if not. ``needed``: nothing goes without it."""

    well: bool
    text: str
    advice: str = ""
    needed: bool = False

    def __str__(self):
        return f"✔ {self.text}" if self.well else f"{'✘' if self.needed else '!'} {self.text}: {self.advice}"


def findings():
    """Everything that the course needs, a Finding each."""
    version = sys.version.split()[0]
    yield Finding(
        sys.version_info >= (3, 11), f"Python {version}", "install Python 3.11 or later", needed=True
    )
    yield from map(_installed, _required())
    count = len(contents.names())
    again = f"install it again: pip install --force-reinstall {DISTRIBUTION}"
    yield Finding(count > 0, f"{count} files of the course", again, needed=True)
    home = lab.writable_home()
    yield Finding(
        home is not None,
        f"home folder {home}" if home else "no home folder that can be written",
        "Jupyter will keep its files in the course's folder; set HOME to change that",
    )
    yield _compiler()
    yield _progress()
    yield Finding(
        lab.is_free(PORT),
        f"port {PORT} {'is free' if lab.is_free(PORT) else 'is taken'}",
        "JupyterLab takes the next free one, or yours: start --port 9999",
    )
    yield _browser()


def _required():
    """The names of the packages that the course itself asks for."""
    requirements = importlib.metadata.requires(DISTRIBUTION) or []
    return [re.split(r"[^\w.-]", line)[0] for line in requirements if "extra ==" not in line]


def _installed(name):
    try:
        return Finding(True, f"{name} {importlib.metadata.version(name)}")
    except importlib.metadata.PackageNotFoundError:
        return Finding(False, f"{name} is missing", f"pip install {name}", needed=True)


def _compiler():
    try:
        compiled.refuse(runs=100_000, steps=100)
    except compiled.Unrecordable as why:
        return Finding(True, f"maps of 10,000 runs, not of 100,000: {why}")
    return Finding(True, "maps of 100,000 runs")


def _progress():
    try:
        file = events.file()
    except OSError as error:  # no home folder
        return Finding(False, "progress is not kept", str(error))
    there = next(folder for folder in (file, *file.parents) if folder.exists())
    return Finding(
        lab.can_write(there),
        f"progress is kept in {file}",
        f"it cannot be written; name a file that can be in the variable {events.ELSEWHERE}",
    )


def _browser():
    try:
        name = webbrowser.get().name
    except webbrowser.Error:
        return Finding(False, "no browser found", "start --no-browser prints an address to open in one")
    return Finding(True, f"browser {name}")

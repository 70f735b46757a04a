"""The site as `make site` writes it, built once."""

import os
import subprocess
import sys

import pytest
from filelock import FileLock

from course_lib.site import archive, bytecode, plan
from course_lib.site.runtime import LIBRARY, PACKAGES
from tools import runtime
from tools.host import served

collect_ignore = ["in_page.py"]  # it runs in the page's Python: see test_runtime.py


@pytest.fixture(scope="session")
def runtime_files():
    """The folder with Pyodide's files: see tools/runtime.py for where they come from."""
    try:
        return runtime.gather()
    except ValueError as error:
        pytest.fail(f"{error}, or name the folders that have it in COURSE_RUNTIME")


@pytest.fixture(scope="session")
def site(tmp_path_factory, runtime_files):
    """The folder of the built site; beside it ``site.said``, what the command said.

    One worker builds it, and others wait for it. The order of sets there is another than here.
    """
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if own.name.startswith("popen-") else own
    with FileLock(shared / "site.lock"):
        if not (shared / "site").exists():
            command = [sys.executable, "-m", "course_lib", "site", "site", "--runtime", str(runtime_files)]
            environment = os.environ | {"PYTHONHASHSEED": "7"}
            with (shared / "site.said").open("w", encoding="utf-8") as said:
                subprocess.run(command, cwd=shared, env=environment, stdout=said, stderr=said, check=True)
    return shared / "site"


@pytest.fixture(scope="session")
def compiled(site):
    """The site's bytecode by its path in the file system of the pages' Python."""
    places = {
        f"runtime/{LIBRARY}": bytecode.LIBRARY,
        f"runtime/{PACKAGES}": bytecode.PACKAGES,
        "live/course.zip": bytecode.PACKAGES,
    }
    return {
        place + name: content
        for whole, place in places.items()
        for name, content in archive.read((site / whole).read_bytes()).items()
        if name.endswith(".pyc")
    }


@pytest.fixture
def one_page(monkeypatch):
    """A site that is built meanwhile has this lesson alone, to be quick: its place."""
    monkeypatch.setattr(plan, "sources", lambda: ["lessons/05_momentum.ipynb"])
    return "lessons/05_momentum.html"


@pytest.fixture(scope="session")
def address(site):
    """Where the site is served: in a folder of its host, and not at its top."""
    with served(site.parent) as host:
        yield f"{host}{site.name}/"

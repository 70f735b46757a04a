"""The site as `make site` writes it, built once."""

import threading
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from course_lib.site import build
from tools import runtime


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@contextmanager
def served(folder):
    """The address of a plain server of these files."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def runtime_files():
    """The folder with Pyodide's files: see tools/runtime.py for where they come from."""
    try:
        return runtime.gather()
    except ValueError as error:
        pytest.fail(f"{error}, or name the folders that have it in COURSE_RUNTIME")


@pytest.fixture(scope="session")
def site(tmp_path_factory, runtime_files):
    """The folder of the built site. Workers share the first that is ready."""
    own = tmp_path_factory.getbasetemp()
    shared = (own.parent if own.name.startswith("popen-") else own) / "site"
    if not shared.exists():
        made = own / "made-site"
        build.site(made, [runtime_files], verbose=0)
        try:
            made.rename(shared)
        except OSError:
            assert shared.exists()  # another worker was quicker
    return shared


@pytest.fixture(scope="session")
def address(site):
    """Where the site is served: in a folder of its host, and not at its top."""
    with served(site.parent) as host:
        yield f"{host}{site.name}/"

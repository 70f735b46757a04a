"""The site as `make site` writes it, built once."""

import gzip
import io
import threading
from contextlib import contextmanager, suppress
from functools import lru_cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from course_lib.site import build
from tools import runtime

collect_ignore = ["in_page.py"]  # it runs in the page's Python: see test_runtime.py

COMPRESSED = {".html", ".js", ".mjs", ".css", ".json", ".wasm", ".svg"}


class Host(SimpleHTTPRequestHandler):
    """Sends files as a public host does: compressed, if they get smaller and the browser takes it."""

    def send_head(self):
        path = Path(self.translate_path(self.path))
        if path.suffix not in COMPRESSED or "gzip" not in self.headers.get("Accept-Encoding", ""):
            return super().send_head()
        if not path.is_file():
            return self.send_error(404)
        content = compressed(path)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        return io.BytesIO(content)

    def copyfile(self, source, outputfile):
        with suppress(ConnectionError):  # the page was closed meanwhile
            super().copyfile(source, outputfile)

    def log_message(self, format, *args):
        pass


@lru_cache
def compressed(path):
    return gzip.compress(path.read_bytes())


@contextmanager
def served(folder):
    """The address of a host that serves these files as they are now."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Host, directory=folder)) as server:
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

"""A host of plain files on 127.0.0.1, as public ones are: for tests and benchmarks of the course's site."""

import gzip
import io
import math
import threading
import time
from contextlib import contextmanager, suppress
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import MappingProxyType

COMPRESSED = {".html", ".js", ".mjs", ".css", ".json", ".wasm", ".svg"}
PIECE = 16384  # bytes that are sent at once


class Handler(SimpleHTTPRequestHandler):
    """Sends files compressed, if they get smaller and the browser takes it."""

    server: "Host"

    def send_head(self):
        path = Path(self.translate_path(self.path))
        if path.suffix not in COMPRESSED or "gzip" not in self.headers.get("Accept-Encoding", ""):
            return super().send_head()
        if not path.is_file():
            return self.send_error(404)
        version = f'"{path.stat().st_mtime_ns}"'  # a date knows no version of the same second
        if self.headers.get("If-None-Match") == version:
            return self._not_modified()
        content = compressed(path.read_bytes())
        self.send_response(200)
        self.send_header("ETag", version)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        return io.BytesIO(content)

    def _not_modified(self):
        self.send_response(304)
        self.end_headers()

    def end_headers(self):
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        if self.server.max_age:
            self.send_header("Cache-Control", f"max-age={self.server.max_age}")
        super().end_headers()

    def copyfile(self, source, outputfile):
        with suppress(ConnectionError):  # the page was closed meanwhile
            while piece := source.read(PIECE):
                self.server.let_through(len(piece))
                outputfile.write(piece)

    def log_request(self, code="-", size="-"):
        self.server.requests += 1

    def log_message(self, format, *args):
        pass


class Host(ThreadingHTTPServer):
    """``max_age``: seconds for which browsers may keep a file. ``speed``: bytes a second, of all together.
    ``dies_after``: so many bytes, and breaks off whatever it sends. ``headers``: sent with every answer.
    """

    def __init__(self, folder, max_age=0, speed=math.inf, dies_after=math.inf, headers=MappingProxyType({})):
        super().__init__(("127.0.0.1", 0), partial(Handler, directory=folder))
        self.address = f"http://127.0.0.1:{self.server_port}/"
        self.max_age, self.speed, self.headers, self.dies_after = max_age, speed, headers, dies_after
        self.bytes = self.requests = 0
        self._line = threading.Lock()

    def let_through(self, size):
        """Count these bytes, and wait until they have gone through the line, one after the other."""
        with self._line:
            if self.bytes > self.dies_after:
                raise ConnectionAbortedError
            time.sleep(size / self.speed)
            self.bytes += size


@cache  # by content: a copy of a site is not compressed once more
def compressed(content):
    return gzip.compress(content, 6)


@contextmanager
def run(folder, **habits):
    """A ``Host`` that serves these files as they are now."""
    with Host(folder, **habits) as host:
        thread = threading.Thread(target=host.serve_forever)
        thread.start()
        try:
            yield host
        finally:
            host.shutdown()
            thread.join()


@contextmanager
def served(folder, **habits):
    """Its address."""
    with run(folder, **habits) as host:
        yield host.address

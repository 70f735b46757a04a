"""Chromium, driven by its own DevTools protocol: nothing listens in while something is timed."""

import itertools
import json
import subprocess
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import websocket

from tools import lab

KEYS = {"ArrowLeft": 37, "ArrowRight": 39}


@contextmanager
def start(width=1400, height=900):
    """A headless Chromium with a profile of its own; it ends with the ``with`` block."""
    program = lab.find_chromium()
    if program is None:
        raise RuntimeError("found no Chromium and no Chrome on this computer")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        options = [
            "--headless",
            *lab.CHROMIUM_ARGUMENTS,
            f"--window-size={width},{height}",
            f"--user-data-dir={profile}",
            "--remote-debugging-port=0",
        ]
        silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        process = subprocess.Popen([program, *options, "about:blank"], **silent)
        try:
            yield Chrome(_port(process, Path(profile)))
        finally:
            lab.end(process)


class Chrome:
    """A browser that listens on ``port``."""

    def __init__(self, port):
        self.address = f"http://127.0.0.1:{port}/json"

    def open(self, url):
        """A new tab that begins to load ``url``."""
        return Page(self._ask(f"new?{url}", method="PUT")["webSocketDebuggerUrl"])

    @property
    def version(self):
        return self._ask("version")["Browser"]

    def _ask(self, path, method="GET"):
        request = urllib.request.Request(f"{self.address}/{path}", method=method)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)


class Page:
    """A tab. Keys and mouse are trusted events, as from a hand."""

    def __init__(self, address):
        self.socket = websocket.create_connection(address, suppress_origin=True, timeout=60)
        self.numbers = itertools.count()

    def post(self, method, **parameters):
        """Send a command and do not wait for its answer; its number."""
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        return number

    def send(self, method, **parameters):
        """Send a command; its result."""
        number = self.post(method, **parameters)
        while (answer := json.loads(self.socket.recv())).get("id") != number:
            pass  # an answer to what was posted
        if "error" in answer or "exceptionDetails" in answer["result"]:
            raise RuntimeError(f"{method}: {answer.get('error') or answer['result']['exceptionDetails']}")
        return answer["result"]

    def evaluate(self, expression):
        """The value of a JavaScript expression, or of the promise that it is."""
        answer = self.send("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        return answer["result"].get("value")

    def wait_for(self, expression, seconds=60):
        """Wait until an expression is true, across a change of page; TimeoutError if it never is."""
        give_up = time.monotonic() + seconds
        while time.monotonic() < give_up:
            try:
                if self.evaluate(f"Boolean({expression})"):
                    return
            except RuntimeError:  # the old page has gone and the new one is not there yet
                pass
            time.sleep(0.1)
        raise TimeoutError(f"after {seconds} s still not true: {expression}")

    def to_front(self):
        self.send("Page.bringToFront")

    def press(self, key):
        for kind in ("rawKeyDown", "keyUp"):
            self.send("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=KEYS[key])

    def mouse(self, kind, x, y):
        """``kind``: mousePressed, mouseMoved (with the button down) or mouseReleased. Does not wait."""
        self.post("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", buttons=1, clickCount=1)


def _port(process, profile, seconds=30):
    """The port it chose: it writes it into its profile's folder."""
    file, give_up = profile / "DevToolsActivePort", time.monotonic() + seconds
    while time.monotonic() < give_up and process.poll() is None:
        if file.exists() and len(lines := file.read_text().splitlines()) == 2:
            return int(lines[0])
        time.sleep(0.05)
    raise RuntimeError("Chromium did not start")

"""A JupyterLab of one's own on 127.0.0.1, opened in a browser: for tests and benchmarks."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import nbformat

from course_lib.course.lab import SETTINGS

CHROMIUM_ARGUMENTS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),  # as root it has no sandbox
]


CHROMIUM_NAMES = [
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
]
NBGRADER = [  # what it adds to a teacher's server, and is slow to load
    f"nbgrader.server_extensions.{name}"
    for name in ("formgrader", "validate_assignment", "assignment_list", "course_list")
]
PATIENCE = 180  # seconds that a server has to answer, however busy the machine is


def find_chromium():
    """The path of an installed Chromium or Chrome, or None."""
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def free_port():
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serve(folder, cwd=None):
    """Serve ``folder`` in a JupyterLab with settings of its own; yields the address, ends it afterwards.

    ``cwd``: where it is started; there it looks for nbgrader_config.py. Without, it is a learner's, who
    has no nbgrader.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        url, command = _command(folder)
        if cwd is None:
            command += [f"--ServerApp.jpserver_extensions={dict.fromkeys(NBGRADER, False)}"]
        log = Path(home, "log.txt")
        with log.open("w") as stderr:
            server = subprocess.Popen(
                command, cwd=cwd, env=_environment(Path(home)), stdout=stderr, stderr=stderr
            )
        try:
            _wait_until_it_answers(server, url, log)
            yield url
        finally:
            end(server)


def wait_for_answer(server, url):
    """Wait until a process that was started serves this address; RuntimeError if it does not."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if server.poll() is not None:
            raise RuntimeError("JupyterLab ended before it answered")
        try:
            with urllib.request.urlopen(url, timeout=PATIENCE):
                return
        except OSError:
            time.sleep(0.25)
    raise RuntimeError(f"JupyterLab did not answer within {PATIENCE} s")


def end(process):
    """End a process that was started here, by force if it does not listen."""
    process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def write_notebook(path, *sources):
    """A notebook with a code cell for each source."""
    cells = [nbformat.v4.new_code_cell(source.strip()) for source in sources]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)


def open_notebook(page, url, name):
    """Open a notebook in a JupyterLab that starts anew, and wait until its kernel is there."""
    page.goto(f"{url}/doc/tree/{name}?reset")
    _wait_for_kernel(page)


def open_next_notebook(page, name, own_kernel):
    """Open a notebook in place of the one that is open: in its kernel, or that ends and another starts."""
    page.evaluate(
        """async ([path, ownKernel]) => {
            const last = jupyterapp.shell.currentWidget, { sessionContext } = last;
            const kernel = ownKernel ? undefined : { id: sessionContext.session.kernel.id };
            const ended = ownKernel && sessionContext.shutdown(); // takes as long as the next takes to start
            await jupyterapp.commands.execute("docmanager:open", { path, kernel });
            await ended;
            last.dispose();
        }""",
        [name, own_kernel],
    )
    _wait_for_kernel(page)


def run_all_cells(page):
    """Run every cell of the open notebook, and wait for the last; AssertionError if one raised."""
    page.evaluate("() => jupyterapp.commands.execute('notebook:run-all-cells')")
    outputs = [output for cell in open_model(page).cells for output in cell.get("outputs", [])]
    raised = [f"{output.ename}: {output.evalue}" for output in outputs if output.output_type == "error"]
    assert not raised, f"a cell raised {raised}"


def open_model(page):
    """The open notebook as it stands on the page, outputs and all."""
    model = page.evaluate(
        """() => JSON.stringify(
            jupyterapp.shell.currentWidget.content.model,
            (key, value) => key === "attachments" ? value ?? undefined : value, // null, where a file has none
        )"""
    )
    return nbformat.reads(model, as_version=4)


def _wait_for_kernel(page):
    kernel = "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel"
    page.wait_for_function(f"{kernel}?.connectionStatus === 'connected'")


def _command(folder):
    port = free_port()
    options = [
        "--no-browser",
        "--allow-root",
        "--ip=127.0.0.1",
        f"--port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={folder}",
        "--IdentityProvider.token=",
        "--LabApp.expose_app_in_browser=True",
        "--LabApp.extension_manager=readonly",
        *SETTINGS,
    ]
    return f"http://127.0.0.1:{port}", [sys.executable, "-m", "jupyterlab", *options]


def _environment(home):
    names = ["JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"]
    return os.environ | {name: str(home / name.lower()) for name in names}


def _wait_until_it_answers(server, url, log):
    try:
        wait_for_answer(server, f"{url}/api/status")
    except RuntimeError as error:
        raise RuntimeError(f"{error}:\n{log.read_text()}") from None

"""Notebooks in a real kernel in the real sandbox: what is shown, what is refused, and that nothing stays."""

import base64
import contextlib
import inspect
import itertools
import os
import runpy
import signal
import struct
import subprocess
import sys
import time
import types
from dataclasses import asdict
from pathlib import Path
from unittest.mock import Mock

import nbformat
import psutil
import pytest
from course_grader import kernel, look, sandbox
from course_grader.faults import GraderFault
from course_grader.limits import Limits, MiB
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course_lib import checks

from . import a_course

EXERCISES = sandbox.COURSE.parent / "exercises"
OURS = f"kernel-{os.getpid()}-"  # in the names of our kernels' folders, and so in their command lines
AT_MOST = 60  # seconds for what takes a moment
QUICK = Limits(cell_seconds=1, whole_seconds=600)  # for a cell that never ends; see patient
DRAWS = "import matplotlib.pyplot as plt\nplt.plot([1, 2, 3])"


def display(data):
    return f"from IPython.display import publish_display_data\npublish_display_data({data!r})"


def png(width, height, size=100):
    """What begins as a PNG does, and has as many bytes, in base64."""
    raw = look.PNG + struct.pack(">I4sII", 13, b"IHDR", width, height)
    return base64.b64encode(raw.ljust(size, b"\0")).decode()


PICTURE = display({"image/png": png(1, 1)})


@pytest.fixture(scope="module", autouse=True)
def _bubblewrap():
    reason = sandbox.fault(sandbox.Bubblewrap())
    if reason:
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernel, "PREFIX", OURS)
        yield
    wait_for(lambda: not running())
    assert list(Path("/tmp").glob(f"{OURS}*")) == []


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """Runs code in the one kernel of these tests; what it printed and the name of its error."""
    folder = open_to_all(tmp_path_factory.mktemp("handed_in"))
    (folder / "data.csv").write_text("1,2")
    with kernel.running(Limits(whole_seconds=600), folder) as (manager, client):

        def run(code):
            outputs = []

            def note(message):
                content = message["content"]
                outputs.append(content.get("text") or content.get("ename") or "")

            client.execute_interactive(code, allow_stdin=False, output_hook=note, timeout=AT_MOST)
            return "".join(outputs).strip()

        run.pictures = lambda code: look._shown(manager, client, code, AT_MOST)
        yield run


def open_to_all(folder):
    """pytest's folders are for its own user, and as root the kernel is another one."""
    folder.chmod(0o755)
    return folder


def running():
    """Our kernels' processes: bubblewrap's and Python's."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        if any(OURS in word for word in process.info["cmdline"] or []):
            found.append(process.pid)
    return found


def wait_for(condition):
    """It takes a moment, or on a busy machine a few."""
    deadline = time.monotonic() + AT_MOST
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def shown(*sources, limits=QUICK):
    """For each cell what it showed: the alternative texts of pictures, and sentences."""
    cells = [new_code_cell(source, id=f"cell-{number}") for number, source in enumerate(sources)]
    outputs = look.figures(new_notebook(cells=cells), limits=limits)
    return [[o.get("text") or o.data["text/plain"] for o in outputs.get(cell.id, [])] for cell in cells]


def test_figures_of_a_real_notebook():
    notebook = nbformat.read(EXERCISES / "01_learning_rate" / "01_learning_rate.ipynb", as_version=4)
    notebook.cells.append(new_code_cell(f"%matplotlib inline\n{DRAWS}\nplt.show()", id="shows"))
    notebook.cells.append(new_code_cell(f"{DRAWS}\nprint('below it')", id="ends-with-it"))
    notebook.cells.append(new_code_cell("plt.gcf().axes", id="draws-nothing"))

    outputs = look.figures(notebook)

    assert sorted(outputs) == ["ends-with-it", "shows"]
    for (output,) in outputs.values():
        png = base64.b64decode(output.data["image/png"])
        assert png.startswith(b"\x89PNG")
        width, height = struct.unpack(">II", png[16:24])
        assert width > 300
        assert height > 200
    notebook.cells[-3].outputs = outputs["shows"]
    nbformat.validate(notebook)


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's own
def test_figures_come_into_the_formgrader_where_that_is_wanted(tmp_path):
    course = a_course.opened(a_course.make(tmp_path / "course"))
    a_course.tell_gradebook(course)
    shows = f"display({{'image/png': {png(1, 1)!r}}}, raw=True)"
    draws = f"{a_course.RIGHT['chosen-rate']}\nprint('said')\n{shows}"
    a_course.hand_in(course, "ada", a_course.RIGHT | {"chosen-rate": draws})
    course.config.Look.enabled = True
    done = a_course.api(course).autograde(a_course.NAME, "ada")
    assert done["success"], done
    path = course.grading / "autograded" / "ada" / a_course.NAME / f"{a_course.NAME}.ipynb"
    outputs = {cell.id: cell.get("outputs") for cell in nbformat.read(path, as_version=4).cells}
    assert [output.output_type for output in outputs["chosen-rate"]] == ["stream", "display_data"]
    assert a_course.scores(course) == {"ada": 12}


def test_what_was_handed_in_beside_it_is_there_and_checks_are_not_run():
    """A file there takes the place of no module that the kernel needs at its start."""
    files = dict.fromkeys(("ipykernel.py", "zmq.py", "numpy.py", "json.py", "ast.py"), b"raise SystemExit")
    files |= {"data/heights.txt": b"1 4 9", "helper.py": b"path = 'data/heights.txt'"}
    checks = "from course_lib.checks import check\nimport course_lib\ncheck('a', print)"
    cells = [
        new_markdown_cell("text"),
        new_code_cell(f"import helper\nassert open(helper.path).read() == '1 4 9'\n{PICTURE}"),
        new_code_cell(f"{checks}\n{PICTURE}"),
        new_code_cell(PICTURE, metadata={"nbgrader": {"grade": True, "solution": False}}),
        new_code_cell(f"assert course_lib.checks.check is check\n{PICTURE}"),
    ]
    outputs = look.figures(new_notebook(cells=cells), files)
    assert outputs.keys() == {cells[place].id for place in (1, 2, 4)}


ENDS = {
    "exits": ("import os\nos._exit(0)", "this cell ended the kernel"),
    "kills itself": ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "this cell ended the kernel"),
    "swallows": (
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
        "this cell did not end within 1 s",
    ),
    "stops itself": (
        "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
        "this cell did not end within 1 s",
    ),
    "forges its end": (
        "kernel = get_ipython().kernel\n"
        "kernel.session.send(kernel.iopub_socket, 'status', {}, parent=kernel.get_parent())",
        "this cell's kernel sent what cannot be read (KeyError)",
    ),
    "sends junk": (
        "get_ipython().kernel.iopub_socket.send_multipart([b'junk'])",
        "this cell's kernel sent what cannot be read (ValueError)",
    ),
}


@pytest.fixture
def patient(monkeypatch):
    """``patient([source])``: all other cells have as long as they may need on a busy machine."""
    show = look._shown

    def patient(endless):
        def shown(manager, client, source, seconds):
            return show(manager, client, source, seconds if source in endless else AT_MOST)

        monkeypatch.setattr(look, "_shown", shown)

    return patient


def test_cells_that_end_the_kernel_cost_no_figure_of_another(patient):
    """Each of them needs another kernel for what stands behind it."""
    cells, sentences = zip(*ENDS.values(), strict=True)
    patient([cell for cell, sentence in ENDS.values() if "did not end" in sentence])
    before, *ended, after = shown(PICTURE, *cells, PICTURE)
    left = "; the figures of the other cells were made without it\n"
    assert dict(zip(ENDS, ended, strict=True)) == {
        name: [f"{sentence}{left}"] for name, sentence in zip(ENDS, sentences, strict=True)
    }
    assert before == after == ["figure, 1 x 1"]


def test_an_end_to_everything(monkeypatch):
    """By a clock of its own: each cell takes all of its time, and so does each of the next kernels."""
    now = itertools.count(step=1.5)
    stuck = look._Stuck("this cell did not end within 2 s")
    monkeypatch.setattr(look, "time", types.SimpleNamespace(monotonic=lambda: next(now)))
    monkeypatch.setattr(look, "_shown", Mock(side_effect=stuck))
    monkeypatch.setattr(kernel, "running", lambda *_: contextlib.nullcontext((None, None)))
    outputs = shown(*["while True: pass"] * 9, limits=Limits(cell_seconds=2, whole_seconds=8))
    assert [bool(said) for said in outputs] == [True] * 3 + [False] * 6


def test_a_kernel_ends_when_its_time_is_over():
    manager = kernel.Manager(sandbox_config={"limits": asdict(Limits(whole_seconds=0.5))})
    manager.start_kernel()
    try:
        wait_for(lambda: not manager.is_alive())
    finally:
        manager.shutdown_kernel(now=True)


def test_a_flood_stays_outside(patient):
    rss = psutil.Process().memory_info().rss
    flood = "while True: print('x' * 10**6)"
    huge = "from IPython.display import publish_display_data as show\nshow({'image/png': 'A' * 10**8})"
    too_long = ["this cell did not end within 1 s; the figures of the other cells were made without it\n"]
    patient([flood, huge])
    (flooding, nothing, figure) = shown(flood, huge, PICTURE)
    assert flooding in ([], too_long)  # a quick machine runs out of memory sooner
    assert nothing in ([], too_long)
    assert len(figure) == 1
    assert psutil.Process().memory_info().rss - rss < 60 * MiB


def test_only_pictures_are_shown(said):
    sources = [
        display({"text/html": "<script>alert(1)</script>", "text/plain": "text"}),
        display({"image/svg+xml": "<svg onload='alert(1)'/>"}),
        display({"application/javascript": "alert(1)"}),
        display({"image/png": "not base64!"}),
        display({"image/png": base64.b64encode(b"<script>alert(1)</script>" * 9).decode()}),
        display({"image/png": png(10**5, 10**5)}),
        display({"image/png": png(100, 100, size=look.BYTES + 1)}),
        display({"image/png": png(100, 100), "text/html": "<script>", "text/plain": "<b>"}),
        "for _ in range(100):\n    " + PICTURE.replace("\n", "\n    "),
        PICTURE + "\nfrom IPython.display import clear_output\nclear_output()",
    ]
    assert [[o.get("text") or o.data["text/plain"] for o in said.pictures(code)] for code in sources] == [
        *([], [], []),
        ["a picture that cannot be read is left out\n"],
        ["a picture that is not a PNG is left out\n"],
        ["a picture of 100000 x 100000 pixels and 100 bytes is left out\n"],
        [f"a picture of 100 x 100 pixels and {look.BYTES + 1} bytes is left out\n"],
        ["figure, 100 x 100"],
        ["figure, 1 x 1"] * look.PICTURES,
        [],
    ]


def test_the_alternative_text_is_ours_and_metadata_are_not_kept(said):
    (output,) = said.pictures(display({"image/png": png(1, 1), "text/html": "<script>"}))
    assert sorted(output.data) == ["image/png", "text/plain"]
    assert output.metadata == {}


REFUSED = {
    "the internet": ("import socket; socket.socket().connect(('127.0.0.1', 80))", "PermissionError"),
    "datagrams": ("import socket; socket.socket(type=socket.SOCK_DGRAM)", "PermissionError"),
    "netlink": ("import socket; socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)", "PermissionError"),
    "a command": ("!ls", "OSError"),  # there is no terminal for it
    "many forks": ("import os\nwhile True: os.fork()", "PermissionError"),
    "many threads": (
        "import threading\nover = threading.Event()\n"
        "try:\n    while True: threading.Thread(target=over.wait).start()\nfinally: over.set()",
        "RuntimeError",
    ),
    "much memory": (
        "hog = []\ntry:\n    while True: hog.append(bytes(10**8))\nfinally: hog.clear()",
        "MemoryError",
    ),
    "a large file": ("open('/tmp/large', 'wb').write(bytes(10**8))", "OSError"),
    "many files": (
        "import os\n"
        "try:\n    for n in range(99): open(f'/tmp/{n}', 'wb').write(bytes(10**7))\n"
        "finally: [os.remove(f'/tmp/{n}') for n in range(99) if os.path.exists(f'/tmp/{n}')]",
        "OSError",
    ),
    "a process": ("import subprocess; subprocess.run(['true'])", "PermissionError"),
    "a fork": ("import os; os.fork()", "PermissionError"),
    "another mode": ("import os; os.chmod(os.environ['HOME'], 0o777)", "PermissionError"),
    "the library": ("import course_lib; open(course_lib.__file__, 'a')", "OSError"),
    "a new module": (
        "import os, course_lib; open(os.path.join(os.path.dirname(course_lib.__file__), 'x'), 'w')",
        "OSError",
    ),
    "what was handed in": ("open('data.csv', 'w')", "OSError"),
    "the tasks": ("import course_lib.checks.tasks", "ModuleNotFoundError"),
}


@pytest.mark.parametrize(("code", "error"), REFUSED.values(), ids=REFUSED)
def test_refused(said, code, error):
    assert said(code) in (error, "PermissionError")


def test_files_of_others_are_not_there(said, tmp_path):
    secret = tmp_path / "gradebook.db"
    secret.write_text("secret")
    for path in [
        *(secret, EXERCISES, EXERCISES.parent / "solutions", EXERCISES.parent / "grading"),
        *(Path.home() / ".ssh", "/etc/shadow", "/home", sandbox.COURSE / "checks" / "tasks"),
    ]:
        assert said(f"open({str(path)!r})") in ("FileNotFoundError", "PermissionError")
    assert said("import os; print(os.listdir('.'), open('data.csv').read())") == "['data.csv'] 1,2"


def test_other_processes_and_their_variables_are_not_there(said, monkeypatch):
    monkeypatch.setenv("SECRET", "secret")
    assert said("import os; os.listdir('/proc')") == "FileNotFoundError"
    assert said("print('SECRET' in os.environ)") == "False"
    assert said(f"os.kill({os.getpid()}, 0)") == "ProcessLookupError"


def test_its_folder_of_sockets_is_locked(said):
    folder = next(Path("/tmp").glob(f"{OURS}*/sockets"))
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["connection.json", *(f"socket-{number}" for number in range(1, 6))]
    for code in [
        "open(folder + '/new', 'w')",
        "open(folder + '/connection.json', 'a')",
        "os.remove(folder + '/socket-1')",
        "os.rename(folder + '/socket-1', folder + '/socket-9')",
        "os.symlink('/', folder + '/link')",
        "os.chmod(folder, 0o777)",
    ]:
        assert said(f"import os; folder = {str(folder)!r}; {code}") == "PermissionError"
    assert sorted(path.name for path in folder.iterdir()) == names


def test_a_kernel_can_be_started_again():
    with kernel.running(QUICK) as (manager, client):
        manager.restart_kernel(now=True)
        client.wait_for_ready(timeout=AT_MOST)
        assert look._shown(manager, client, PICTURE, AT_MOST)


def test_it_ends_with_the_grader():
    program = (
        "import sys, time; from course_grader import kernel\n"
        f"kernel.PREFIX = {OURS!r}\n"
        "with kernel.running(): print('ready', flush=True); time.sleep(60)"
    )
    before = len(running())
    grader = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    with grader:
        assert grader.stdout.readline() == "ready\n"
        assert len(running()) > before + 1  # the program's own command line has the name too
        grader.send_signal(signal.SIGKILL)
    wait_for(lambda: len(running()) == before)
    for folder in Path("/tmp").glob(f"{OURS}*"):
        if not any(str(folder) in word for pid in running() for word in psutil.Process(pid).cmdline()):
            kernel.shutil.rmtree(folder)


def test_without_bubblewrap_there_is_a_sentence(monkeypatch):
    monkeypatch.setattr(kernel, "_reason_against_bubblewrap", lambda: "it is not installed.")
    with pytest.raises(GraderFault, match=r"a kernel needs bubblewrap: it is not installed. .*--figures"):
        shown("1")


def test_a_kernel_that_does_not_start_is_our_fault():
    with pytest.raises(GraderFault, match=r"The kernel in the sandbox did not start\. It said: .*") as fault:
        shown("1", limits=Limits(open_files=4))
    assert "Too many open files" in str(fault.value)


def test_the_sandbox_has_all_that_an_exercise_imports_from_the_checks():
    there = runpy.run_path(str(Path(sandbox.__file__).parent / "inside" / "instead" / "checks.py"))
    for name in checks.__all__:
        theirs, ours = (
            inspect.signature(function).parameters for function in (there[name], vars(checks)[name])
        )
        assert theirs.keys() == ours.keys()

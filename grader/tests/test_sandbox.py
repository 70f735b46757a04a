"""What a student's process can reach behind the walls, and what is chosen where."""

from pathlib import Path

import pytest
from course_grader import sandbox
from course_grader.faults import GraderFault
from course_grader.limits import Limits, MiB
from course_grader.session import Session

import course_lib


@pytest.fixture(scope="module")
def tried(walls):
    """Runs a cell behind the walls and gives its error."""
    with Session(walls, Limits(memory=1024 * MiB)) as session:
        yield lambda source: session.run("tried", source).error


@pytest.mark.parametrize(
    ("source", "errors"),
    [
        ("import socket; socket.create_connection(('127.0.0.1', 80), 1)", ["PermissionError"]),
        ("import socket; socket.socket(socket.AF_UNIX)", ["PermissionError"]),
        ("import os; os.fork()", ["PermissionError"]),
        ("import subprocess; subprocess.run(['true'])", ["PermissionError"]),
        ("import os; os.memfd_create('hidden')", ["PermissionError"]),
        ("import os; os.setuid(0)", ["PermissionError"]),
        ("import os; os.chmod('/tmp', 0)", ["PermissionError"]),
        ("open('/etc/passwd').read()", ["FileNotFoundError", "PermissionError"]),
        (f"open({__file__!r}).read()", ["FileNotFoundError", "PermissionError"]),
        (f"open({course_lib.__file__!r}, 'a')", ["OSError", "PermissionError"]),
        ("from course_lib.checks import tasks", ["ImportError"]),
        ("import course_lib.checks.tasks", ["ModuleNotFoundError"]),
        ("import numpy as np; np.ones(2 * 2**30, np.uint8)", ["MemoryError", "_ArrayMemoryError"]),
    ],
)
def test_what_is_refused(tried, source, errors):
    assert tried(source).split(":")[0] in errors


@pytest.mark.parametrize(
    "source",
    [
        "import os; assert os.getuid() != 0",
        "import os; assert not [name for name in os.environ if 'KEY' in name or 'TOKEN' in name]",
        "import threading; thread = threading.Thread(target=print); thread.start(); thread.join()",
        "from course_lib import losses, optimizers; from course_lib.checks import check, hint, progress",
        "import course_lib; assert course_lib.checks.check('sgd_step', print) == 0.0",
        "import course_lib.checks; course_lib.checks.hint('sgd_step'); course_lib.checks.progress()",
        "import matplotlib.figure; matplotlib.figure.Figure().savefig('/dev/null', format='png')",
    ],
)
def test_what_is_allowed(tried, source):
    assert tried(source) == ""


def test_bubblewrap_comes_first(walls):
    works = not sandbox.fault(sandbox.Bubblewrap())
    assert (walls.name == "bubblewrap") == works


def test_the_doctor_is_told_what_the_walls_keep_apart(walls, monkeypatch):
    assert sandbox.describe() == walls.words != ""
    monkeypatch.setattr(sandbox, "choose", _none)
    assert sandbox.describe() == ""


def _none():
    raise GraderFault("none")


def test_one_owns_code_needs_no_walls():
    assert sandbox.choose(trusted_code=True).name == "none (trusted code)"


def test_without_any_wall_it_refuses_and_says_why(monkeypatch):
    monkeypatch.setattr(sandbox.shutil, "which", lambda name: None)
    monkeypatch.setattr(sandbox.landlock, "abi", lambda: 0)
    with pytest.raises(GraderFault) as refused:
        sandbox.choose.__wrapped__()
    assert "apt install bubblewrap" in str(refused.value)
    assert "this kernel has 0" in str(refused.value)
    assert "--trusted-code" in str(refused.value)


@pytest.mark.parametrize("system", ["darwin", "win32"])
def test_other_systems_are_refused(monkeypatch, system):
    monkeypatch.setattr(sandbox.sys, "platform", system)
    with pytest.raises(GraderFault, match=f"needs Linux, and this is {system}"):
        sandbox.choose.__wrapped__()


def test_what_others_hand_in_on_this_machine_is_hidden(walls, monkeypatch):
    place = next(path for path in Path("/usr/share").iterdir() if path.is_dir() and any(path.iterdir()))
    monkeypatch.setattr(sandbox, "EXCHANGE", place)
    with Session(walls) as session:
        error = session.run("a", f"import os; assert os.listdir({str(place)!r}) == []").error
    assert error == "" or error.startswith("PermissionError")

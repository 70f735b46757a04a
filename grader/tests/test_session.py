"""One notebook in its sandbox: cells, calls, and what becomes of a process that ends or never answers."""

import os
import time

import numpy as np
import pytest
from course_grader.faults import GraderFault
from course_grader.limits import Limits
from course_grader.sandbox import Sandbox
from course_grader.session import Session

from course_lib.checks import running

AT_MOST = 60  # seconds for what takes a moment, however busy the machine is
SOON = Limits(cell_seconds=0.2)  # for what never ends


@pytest.fixture
def session(walls):
    with Session(walls, Limits(grace=AT_MOST)) as session:
        yield session


def test_a_function_of_the_notebook_is_called_with_the_cases_arguments(session):
    session.run("a", "import numpy as np\nrate = 0.5")
    session.run("b", "def step(w, g):\n    return w - rate * g, {'lr': rate}")
    result = session.call("step", {"w": np.ones(2), "g": np.array([1.0, 2.0])}, AT_MOST)
    weights, settings = result.value
    np.testing.assert_array_equal(weights, [0.5, 0.0])
    assert settings == {"lr": 0.5}
    assert (result.failure, result.changed) == ("", ())


def test_what_a_cell_prints_and_its_error(session):
    ran = session.run("a", "print('so far')\n1 / 0")
    assert ran.printed == "so far\n"
    assert ran.error == "ZeroDivisionError: division by zero (line 2: 1 / 0)"
    assert "SyntaxError" in session.run("b", "def f(:").error
    assert session.run("c", "print('x' * 10**6)").printed == "x" * 10_000


def test_notebooks_own_syntax_does_nothing_here(session):
    source = (
        "%matplotlib inline\n!echo hello\nfiles = !ls\nnp?\nimport asyncio\nawait asyncio.sleep(0)\nw = 3"
    )
    assert session.run("a", source).error == ""
    assert session.run("b", "assert w == 3\ndisplay(w)").error == ""


def test_what_was_handed_in_beside_it_may_have_any_name(walls, tmp_path):
    """The worker's own modules stand in nobody's way."""
    tmp_path.chmod(0o755)
    for name in ("wire", "running", "checks", "worker"):
        (tmp_path / f"{name}.py").write_text(f"me = {name!r}")
    source = "import wire, running, checks, worker\nprint(wire.me, running.me, checks.me, worker.me)"
    with Session(walls, folder=tmp_path) as session:
        assert session.run("a", source).printed == "wire running checks worker\n"


def test_an_argument_that_was_changed_is_noticed_outside(session):
    session.run("a", "def f(w, g):\n    w += g\n    return w")
    result = session.call("f", {"w": np.zeros(2), "g": np.ones(2)}, AT_MOST)
    assert result.changed == ("w",)


@pytest.mark.parametrize(
    ("body", "failure"),
    [
        ("raise ValueError('no')", "ValueError: no"),
        ("return undefined", "NameError: name 'undefined' is not defined"),
        ("return {1, 2}", "its answer is refused: a set cannot be marked"),
        ("return 'x' * 10**7", "its answer is refused: it is too large"),
        ("raise SystemExit", "SystemExit"),
    ],
)
def test_why_there_is_no_value(session, body, failure):
    session.run("a", f"def f():\n    {body}")
    result = session.call("f", {}, AT_MOST)
    assert result.failure.startswith(failure)
    assert not session.killed


def test_a_name_that_is_not_there(session):
    assert session.call("f", {}, AT_MOST).failure == "NameError: name 'f' is not defined"


def test_the_stub_is_seen_to_be_one(session):
    session.run("a", "def f():\n    raise NotImplementedError")
    assert session.call("f", {}, AT_MOST).unwritten


def test_an_endless_call_is_ended_and_the_notebook_lives(session):
    session.run("a", "def f():\n    while True:\n        pass\ndef g():\n    return 1")
    assert session.call("f", {}, 0.2).endless
    assert session.call("g", {}, AT_MOST).value == 1
    assert not session.killed


def test_an_answer_that_waits_for_its_turn_is_no_endless_one(session):
    """By the clock on the wall its time is over; it has computed nothing."""
    session.run("a", "import time\ndef f():\n    time.sleep(2.1)\n    return 1")
    result = session.call("f", {}, 2)
    assert result.value == 1
    assert 0.4 < result.seconds < 2


def test_what_an_answer_computes_is_counted_out_here(session):
    session.run("a", "import time\nclock, time.process_time = time.process_time, lambda: 0.0")
    session.run("b", "def f():\n    begin = clock()\n    while clock() < begin + 0.3: pass")
    begin = time.monotonic()
    counted = session.call("f", {}, AT_MOST).seconds
    assert counted - running.PASSING * (time.monotonic() - begin) > 0.1  # 0.24, but for the call itself


@pytest.mark.parametrize(
    "ends",
    [
        "import os\nos._exit(0)",
        "import ctypes\nctypes.string_at(0)",
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
        "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
    ],
)
def test_a_cell_that_ends_the_process_costs_itself_alone(walls, ends):
    with Session(walls) as session:
        session.run("a", "kept = 5")
        session._limits = SOON
        assert "the other cells were run without this one" in session.run("b", ends).error
        session._limits = Limits()
        session.run("c", "def f():\n    return kept")
        assert session.call("f", {}, AT_MOST).value == 5
        assert session.killed


def test_a_call_that_ends_the_process_leaves_the_cells_as_they_were(session):
    session.run("a", "import os\ndef f():\n    os._exit(0)\ndef g():\n    return 7")
    result = session.call("f", {}, AT_MOST)
    assert (result.failure, result.endless) == ("its process ended", True)
    assert session.call("g", {}, AT_MOST).value == 7


def test_a_notebook_that_ends_every_process_ends_itself(walls, monkeypatch):
    monkeypatch.setattr("course_grader.session.ENDS", 2)
    with Session(walls) as session:
        errors = [session.run(str(n), "import os\nos._exit(0)").error for n in range(4)]
    assert ["more than 2 processes" in error for error in errors] == [False] * 3 + [True]


def test_the_whole_has_its_time(walls):
    with Session(walls, Limits(cell_seconds=600, whole_seconds=1.5)) as session:
        errors = [session.run(str(n), "import time; time.sleep(600)").error for n in range(3)]
    assert "1.5 s for the whole notebook are over" in errors[-1]


FORGED = """
import gc, json, socket, struct
(wire,) = [thing for thing in gc.get_objects() if isinstance(thing, socket.socket)]
def send(plain):
    text = json.dumps(plain).encode()
    wire.sendall(struct.pack("<II", len(text), 0) + text)
"""


@pytest.mark.parametrize(
    "sent",
    [
        'send({"dict": [["id", 1], ["value", 3.0]]})',
        "send([1, 2, 3])",
        "wire.sendall(bytes(8))",
        "wire.sendall(bytes([255]) * 8)",
        "wire.sendall(b'junk' * 1000)",
        "wire.shutdown(socket.SHUT_RDWR)",
    ],
)
def test_an_answer_that_nobody_asked_for_is_the_last(session, sent):
    session.run("a", "def f():\n    return 3.0")
    assert "the other cells were run without this one" in session.run("b", FORGED + sent).error
    assert session.call("f", {}, AT_MOST).value == 3.0


def test_all_that_its_processes_send_has_a_bound(walls, monkeypatch):
    monkeypatch.setattr("course_grader.session.RECEIVED", 50_000)
    with Session(walls) as session:
        said = [session.run(str(n), "print('x' * 9000)") for n in range(8)]
        assert [ran.printed for ran in said[:5]] == ["x" * 9000 + "\n"] * 5
        assert "its processes have sent more than 0 MiB" in said[-1].error
        assert "have sent more than" in session.call("f", {}, AT_MOST).failure


def test_nothing_is_left_running(walls):
    with Session(walls) as session:
        session.run("a", "import threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start()")
        process = session._worker._process
        children = {int(pid) for pid in _descendants(process.pid)}
        assert children or walls.name != "bubblewrap"
    deadline = time.monotonic() + AT_MOST
    while any(os.path.exists(f"/proc/{pid}") for pid in children) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not [pid for pid in children if os.path.exists(f"/proc/{pid}")]


def _descendants(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as children:
        for child in children.read().split():
            yield child
            yield from _descendants(child)


def test_a_sandbox_that_does_not_start_is_our_fault():
    class Broken(Sandbox):
        def command(self, arguments, limits, visible=None, sockets_of_its_own=False):
            return ["/bin/sh", "-c", "echo no such wall >&2; exit 1"], {}

    with (
        Session(Broken()) as session,
        pytest.raises(GraderFault, match=r"did not start .* no such wall.*grader doctor"),
    ):
        session.run("a", "w = 1")

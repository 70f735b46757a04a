"""What a process that restricted itself can still do, tried in child processes on the real kernel."""

import errno
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from course_grader.inside import landlock
from hypothesis import given, settings
from hypothesis import strategies as st

INSIDE = Path(landlock.__file__).parent
AT_MOST = 120  # seconds for what takes a moment, however busy the machine is
IN_CHILD = """
import errno, json, os, signal, socket, sys
sys.path.insert(0, sys.argv[1])
import landlock
allowed, things = json.loads(sys.argv[2])
landlock.restrict(**allowed)
try:
    exec(sys.argv[3], globals(), things)
except OSError as error:
    print(errno.errorcode[error.errno])
else:
    print("done")
"""


@pytest.fixture(scope="module", autouse=True)
def _landlock():
    if landlock.abi() < landlock.SCOPES_SINCE:
        reason = f"Landlock ABI {landlock.SCOPES_SINCE} (Linux 6.12) is needed here, got {landlock.abi()}"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)


@pytest.fixture
def places(tmp_path):
    """A folder that may be read, one that may be written, and one that is not named."""
    for folder in ("readable", "writable", "hidden"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "file").write_text("secret")
    return tmp_path


def outcome(places, code, **things):
    """What came of ``code`` in a child that may use two of the places: "done", or the error's name."""
    allowed = {"read": [str(places / "readable")], "write": [str(places / "writable")]}
    return run(allowed, code, places=str(places), **things)


def run(allowed, code, **things):
    arguments = [str(INSIDE), json.dumps([allowed, things]), code]
    command = [sys.executable, "-I", "-S", "-c", IN_CHILD, *arguments]
    child = subprocess.run(command, capture_output=True, text=True, timeout=AT_MOST)
    assert child.stderr == ""
    return child.stdout.strip()


ALLOWED = {
    "reads": "assert open(f'{places}/readable/file').read() == 'secret'",
    "lists": "assert os.listdir(f'{places}/readable') == ['file']",
    "reads what it may write": "assert open(f'{places}/writable/file').read() == 'secret'",
    "writes": "open(f'{places}/writable/new', 'w').write('text')",
    "makes a folder": "os.mkdir(f'{places}/writable/folder')",
    "shortens": "os.truncate(f'{places}/writable/file', 1)",
    "renames": "os.rename(f'{places}/writable/file', f'{places}/writable/other')",
    "moves to a folder": (
        "os.mkdir(f'{places}/writable/folder')\n"
        "os.rename(f'{places}/writable/file', f'{places}/writable/folder/file')"
    ),
    "deletes": "os.remove(f'{places}/writable/file')",
    "makes a link": "os.symlink('file', f'{places}/writable/link')",
    "signals itself": "os.kill(os.getpid(), 0)",
    "talks to itself": "one, other = socket.socketpair(); one.send(b'1'); assert other.recv(1) == b'1'",
}

DENIED = {
    "reads another": "open(f'{places}/hidden/file')",
    "lists another": "os.listdir(f'{places}/hidden')",
    "lists what is above": "os.listdir(places)",
    "goes round with dots": "open(f'{places}/readable/../hidden/file')",
    "reads through a link": (
        "os.symlink(f'{places}/hidden/file', f'{places}/writable/link')\nopen(f'{places}/writable/link')"
    ),
    "takes a second name": "os.link(f'{places}/hidden/file', f'{places}/writable/file2')",
    "takes a second name of what it reads": "os.link(f'{places}/readable/file', f'{places}/writable/file2')",
    "reads through a descriptor": (
        "place = os.open(f'{places}/hidden', os.O_PATH)\nos.open('file', os.O_RDONLY, dir_fd=place)"
    ),
    "enters and reads": "os.chdir(f'{places}/hidden')\nopen('file')",
    "writes what is readable": "open(f'{places}/readable/file', 'a')",
    "makes a file there": "open(f'{places}/readable/new', 'w')",
    "makes a file in another": "open(f'{places}/hidden/new', 'w')",
    "makes a folder in another": "os.mkdir(f'{places}/hidden/new')",
    "makes a link in another": "os.symlink('file', f'{places}/hidden/new')",
    "deletes what is readable": "os.remove(f'{places}/readable/file')",
    "deletes in another": "os.remove(f'{places}/hidden/file')",
    "deletes a folder": "os.rmdir(f'{places}/hidden')",
    "shortens what is readable": "os.truncate(f'{places}/readable/file', 0)",
    "shortens another": "os.truncate(f'{places}/hidden/file', 0)",
    "moves out": "os.rename(f'{places}/writable/file', f'{places}/hidden/new')",
    "moves in": "os.rename(f'{places}/hidden/file', f'{places}/writable/new')",
    "makes a device": "os.mknod(f'{places}/writable/device', 0o20666, os.makedev(1, 1))",
    "makes a socket": "socket.socket(socket.AF_UNIX).bind(f'{places}/writable/socket')",
    "runs what it wrote": (
        "open(f'{places}/writable/script', 'w').write('#!/bin/sh')\n"
        "os.chmod(f'{places}/writable/script', 0o755)\n"
        "os.execv(f'{places}/writable/script', ['script'])"
    ),
    "runs a program that was not named": "os.execv('/bin/true', ['true'])",
    "looks at its parent's variables": "open(f'/proc/{os.getppid()}/environ')",
    "looks at its parent's files": "os.listdir(f'/proc/{os.getppid()}/fd')",
}


@pytest.mark.parametrize("code", ALLOWED.values(), ids=ALLOWED)
def test_allowed(places, code):
    assert outcome(places, code) == "done"


@pytest.mark.parametrize("code", DENIED.values(), ids=DENIED)
def test_denied(places, code):
    assert outcome(places, code) in {"EACCES", "EPERM", "EXDEV"}
    assert sorted(os.listdir(places / "hidden")) == sorted(os.listdir(places / "readable")) == ["file"]
    assert (places / "hidden" / "file").read_text() == (places / "readable" / "file").read_text() == "secret"


def test_no_connection_to_a_local_server(places):
    with socket.create_server(("127.0.0.1", 0)) as server:
        code = "socket.create_connection(('127.0.0.1', port), timeout=5)"
        assert outcome(places, code, port=server.getsockname()[1]) == "EACCES"


def test_no_server(places):
    assert outcome(places, "socket.create_server(('127.0.0.1', 0))") == "EACCES"


def test_no_signal_to_the_parent(places):
    received = []
    before = signal.signal(signal.SIGUSR1, lambda *_: received.append(True))
    try:
        assert outcome(places, "os.kill(os.getppid(), signal.SIGUSR1)") == "EPERM"
        assert outcome(places, "os.kill(parent, signal.SIGUSR1)", parent=os.getpid()) == "EPERM"
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert received == []


def test_no_abstract_socket_of_the_parent(places):
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(f"\0grader-test-{os.getpid()}")
        server.listen()
        code = "socket.socket(socket.AF_UNIX).connect(name)"
        assert outcome(places, code, name=server.getsockname().decode()) == "EPERM"


def test_python_can_import_what_lies_in_its_prefixes():
    named = [sys.prefix, sys.base_prefix, "/usr", "/lib", "/lib64"]
    allowed = {"read": named, "optional": ["/lib", "/lib64"]}
    code = "sys.path += search\nimport decimal, sqlite3, numpy\nassert numpy.ones(3).sum() == 3"
    assert run(allowed, code, search=[path for path in sys.path if "site-packages" in path]) == "done"


def test_children_are_restricted_too(places):
    code = (
        "child = os.fork()\n"
        "if child == 0:\n"
        "    try: open(f'{places}/hidden/file')\n"
        "    except OSError as error: os._exit(error.errno)\n"
        "    os._exit(0)\n"
        "raise OSError(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), '')"
    )
    assert outcome(places, code) == "EACCES"


def test_it_cannot_be_undone(places):
    code = "landlock.restrict(read=[f'{places}/readable', f'{places}'])\nopen(f'{places}/hidden/file')"
    assert outcome(places, code) == "EACCES"


def test_no_new_privileges(places):
    code = "assert 'NoNewPrivs:\\t1' in open('/proc/self/status').read()"
    assert run({"read": ["/proc"]}, code) == "done"


LOOK_AT_PARENT = """
import ctypes, os, sys
sys.path.insert(0, sys.argv[1])
import landlock
if os.geteuid() == 0:  # who may administer the system may look anywhere
    os.setgid(65534)
    os.setuid(65534)
    ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)  # the parent can be looked at
for restricted in (False, True):
    if os.fork() == 0:
        if restricted:
            landlock.restrict(read=["/proc"])
        for what in ("environ", "maps", "auxv", "mem", "root/"):
            try:
                os.close(os.open(f"/proc/{os.getppid()}/{what}", os.O_RDONLY))
                print(what, "opened", flush=True)
            except PermissionError:
                print(what, "denied", flush=True)
        os._exit(0)
    os.wait()
"""


def test_a_process_outside_is_closed_even_where_proc_is_visible():
    command = [sys.executable, "-I", "-S", "-c", LOOK_AT_PARENT, INSIDE]
    child = subprocess.run(command, capture_output=True, text=True, timeout=AT_MOST)
    assert child.stderr == ""
    said = child.stdout.split()[1::2]
    assert said == ["opened"] * 5 + ["denied"] * 5


def test_listed_shows_names_and_no_contents(places):
    allowed = {"listed": [str(places)]}
    listing = "assert sorted(os.listdir(places)) == ['hidden', 'readable', 'writable']"
    assert run(allowed, listing, places=str(places)) == "done"
    assert run(allowed, "open(f'{places}/hidden/file')", places=str(places)) == "EACCES"


def test_a_folder_inside_a_visible_one_is_hidden(places):
    hidden = [str(places / "hidden"), str(places / "readable" / "file")]
    allowed = {"read": landlock.allowed_around(places, hidden), "listed": [str(places)]}
    assert allowed["read"] == [str(places.resolve() / "writable")]
    assert run(allowed, "open(f'{places}/writable/file')", places=str(places)) == "done"
    for path in ("hidden/file", "readable/file"):
        assert run(allowed, "open(path)", path=str(places / path)) == "EACCES"


@pytest.mark.parametrize("listed", [[], ["missing"]])
def test_a_missing_path_is_an_error_that_names_it(places, listed):
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import landlock\n"
        f"landlock.restrict(read=['/nowhere/at/all'], optional=[], listed={listed})"
    )
    child = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, INSIDE], capture_output=True, text=True, timeout=AT_MOST
    )
    assert child.returncode == 1
    assert "Landlock, allowing a path: No such file or directory: '/nowhere/at/all'" in child.stderr


def test_a_missing_path_may_be_optional(places):
    assert run({"read": ["/nowhere/at/all"], "optional": ["/nowhere/at/all"]}, "pass") == "done"


def test_a_second_thread_is_an_error():
    code = (
        "import sys, threading; sys.path.insert(0, sys.argv[1]); import landlock\n"
        "threading.Thread(target=threading.Event().wait, daemon=True).start()\n"
        "landlock.restrict()"
    )
    child = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, INSIDE], capture_output=True, text=True, timeout=AT_MOST
    )
    assert "Landlock holds for one thread only" in child.stderr


def test_a_kernel_without_it_is_an_error(monkeypatch):
    monkeypatch.setattr(landlock, "CREATE_RULESET", 1023)  # no system call has this number
    assert landlock.abi() == 0
    with pytest.raises(OSError, match="This kernel has no Landlock"):
        landlock.restrict()


def test_what_the_kernel_refuses_is_an_error():
    with pytest.raises(OSError, match="Landlock, restricting this process: Bad file descriptor") as raised:
        landlock._call(landlock.RESTRICT_SELF, "restricting this process", -1, 0)
    assert raised.value.errno == errno.EBADF


NAMES = st.sampled_from("ab")
PATHS = st.lists(NAMES, min_size=1, max_size=4).map(tuple)


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(files=st.sets(PATHS, max_size=8), hidden=st.sets(PATHS, max_size=3), links=st.sets(PATHS, max_size=2))
def test_allowed_around_covers_all_but_the_hidden(tmp_path_factory, files, hidden, links):
    root = tmp_path_factory.mktemp("root").resolve()
    for parts in sorted(files):
        place = root.joinpath(*parts[:-1], "folder")
        place.mkdir(parents=True, exist_ok=True)
        place.joinpath(f"{parts[-1]}.txt").write_text("")
    for parts in links:
        if root.joinpath(*parts[:-1]).is_dir() and not root.joinpath(*parts).exists():
            root.joinpath(*parts).symlink_to(root)
    hidden = [root.joinpath(*parts) for parts in hidden]

    visible = [Path(path) for path in landlock.allowed_around(root, hidden)]

    assert not any(path.is_symlink() for path in visible)
    for file in root.rglob("*.txt"):
        covering = [path for path in visible if file.is_relative_to(path)]
        assert len(covering) == (not any(file.is_relative_to(place.resolve()) for place in hidden))


def test_allowed_around_a_link_hides_what_it_leads_to(tmp_path):
    (tmp_path / "data" / "secret").mkdir(parents=True)
    (tmp_path / "data" / "open").mkdir()
    (tmp_path / "name").symlink_to("data/secret")
    assert landlock.allowed_around(tmp_path / "data", [tmp_path / "name"]) == [
        str(tmp_path.resolve() / "data" / "open")
    ]


def test_allowed_around_everything_or_nothing(tmp_path):
    assert landlock.allowed_around(tmp_path, []) == [str(tmp_path.resolve())]
    assert landlock.allowed_around(tmp_path, [tmp_path]) == []
    assert landlock.allowed_around(tmp_path, [tmp_path.parent]) == []
    assert landlock.allowed_around(tmp_path, [f"{tmp_path}-other"]) == [str(tmp_path.resolve())]

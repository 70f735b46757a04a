"""Ways out of the sandboxes, tried in each of them, and as an ordinary user too if root runs the tests."""

import base64
import json
import os
import platform
import stat
import struct
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from course_grader import look, sandbox
from course_grader.inside import seccomp

HERE = Path(__file__).parent
ROOT = os.geteuid() == 0
NOBODY = 65534
WALLS = {
    **(
        {"bubblewrap, by root": ("Bubblewrap", False), "Landlock, by root": ("Landlock", False)}
        if ROOT
        else {}
    ),
    "bubblewrap, by a user": ("Bubblewrap", True),
}

ERRORS = {
    *("OSError", "PermissionError", "FileNotFoundError", "ProcessLookupError", "ConnectionRefusedError"),
    *("ValueError", "MemoryError", "RuntimeError", "BlockingIOError"),
}
HEAD = """
import contextlib, ctypes, errno, fcntl, mmap, os, resource, signal, socket, struct, sys
import threading
import course_lib, numpy

libc = ctypes.CDLL(None, use_errno=True)


def call(name, *arguments):
    if numbers[name] is None:
        raise OSError("there is no such call here")
    values = [ctypes.c_long(value) if isinstance(value, int) else value for value in arguments]
    if libc.syscall(ctypes.c_long(numbers[name]), *values) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def lock(kind):
    \"\"\"A lock of this kind on a file that everybody has, for reading.\"\"\"
    with open(course_lib.__file__) as file:
        fcntl.fcntl(file, kind, struct.pack("hhqqi4x", fcntl.F_RDLCK, 0, 0, 0, 0))


def attempt(source):
    \"\"\"Says "out" if it can be done, and else which error it had.\"\"\"
    try:
        exec(source, globals())
        print("out")
    except (OSError, ValueError, MemoryError, RuntimeError) as error:
        print(type(error).__name__)
"""

READS = {
    "reads the gradebook": "open(gradebook).read()",
    "reads it through a link": (
        "path = f'/tmp/link{os.getpid()}'; os.symlink(gradebook, path); open(path).read()"
    ),
    "reads it through another root": "open('/proc/1/root' + gradebook).read()",
    "reads it through the folder of a process": "open(f'/proc/{grader}/cwd' + gradebook).read()",
    "lists the course": "os.listdir(os.path.dirname(gradebook))",
    "reads the tasks": "open(os.path.join(os.path.dirname(course_lib.__file__), 'checks', 'task.py'))",
    "reads the users of the system": "open('/etc/shadow').read()",
    "reads the grader's variables": "open(f'/proc/{grader}/environ', 'rb').read()",
    "reads the grader's memory": "open(f'/proc/{grader}/mem', 'rb')",
    "sees the grader's files": "os.listdir(f'/proc/{grader}/fd')",
    "reads the kernel's log": "open('/dev/kmsg'); call('syslog', 10, 0, 0)",
}
WRITES = {
    "writes to the gradebook": "open(gradebook, 'a')",
    "truncates it": "os.truncate(gradebook, 0)",
    "deletes it": "os.remove(gradebook)",
    "moves it": "os.rename(gradebook, '/tmp/taken')",
    "takes another name of it": "os.link(gradebook, '/tmp/taken')",
    "closes it to its owner": "os.chmod(gradebook, 0)",
    "gives it away": "os.chown(gradebook, 1, 1)",
    "changes its time": "os.utime(gradebook)",
    "marks it": "os.setxattr(gradebook, 'user.mark', b'1')",
    "changes its flags": "call('file_setattr', -100, gradebook.encode(), bytes(24), 24, 0)",
    "writes to what was handed in": "open('handed_in.txt', 'a')",
    "makes a file there": "open('new', 'w')",
    "writes to the library": "open(course_lib.__file__, 'a')",
    "replaces the library": "os.rename(course_lib.__file__, course_lib.__file__ + '.old')",
    "adds to Python": "open(os.path.join(sys.prefix, 'new'), 'w')",
    "writes to numpy": "open(numpy.__file__, 'a')",
    "writes to the system": "open('/usr/new', 'w')",
    "changes the kernel's settings": "open('/proc/sys/kernel/core_pattern', 'w')",
    "asks to be spared": "open('/proc/self/oom_score_adj', 'w')",
    "makes a device": "os.mknod('/tmp/device', 0o20666, os.makedev(1, 1))",
    "writes a large file": "open('/tmp/large', 'wb').write(bytes(10**8))",
}
PROCESSES = {
    "signals the grader": "os.kill(grader, signal.SIGKILL)",
    "signals another process": "os.kill(sleeper, signal.SIGKILL)",
    "has another process signalled": (
        "one, other = socket.socketpair()\n"
        "fcntl.fcntl(one, fcntl.F_SETOWN, sleeper); fcntl.fcntl(one, 10, signal.SIGKILL)\n"
        "fcntl.fcntl(one, fcntl.F_SETFL, fcntl.fcntl(one, fcntl.F_GETFL) | os.O_ASYNC)\n"
        "other.send(b'1')\nraise OSError('whether it came is seen outside')"
    ),
    "limits the grader": "resource.prlimit(grader, resource.RLIMIT_CPU, (1, 1))",
    "slows another process": "os.setpriority(os.PRIO_PROCESS, sleeper, 19)",
    "moves another process": "os.sched_setaffinity(sleeper, {0})",
    "traces the grader": "call('ptrace', 16, grader, 0, 0)",
    "traces the first process": "call('ptrace', 16, 1, 0, 0)",
    "reads another's memory": "call('process_vm_readv', sleeper, 0, 0, 0, 0, 0)",
    "writes to the first process": "open('/proc/1/mem', 'r+b')",
    "takes a file from another": "call('pidfd_open', 1, 0)",
    "forks": "os.fork()",
    "forks by another name": "call('vfork')",
    "clones": "call('clone', 17, 0, 0, 0, 0)",
    "clones into a new name space": "call('clone', 0x10000000 | 17, 0, 0, 0, 0)",
    "clones in the new way": "call('clone3', bytes(88), 88)",
    "starts a program": "os.posix_spawn('/bin/true', ['true'], {})",
    "becomes a program": "os.execv('/bin/true', ['true'])",
    "has many threads": (
        "over = threading.Event()\n"
        "try:\n    while True: threading.Thread(target=over.wait).start()\nfinally: over.set()"
    ),
    "outlives the grader": "call('prctl', 1, 0)",
}
POWERS = {
    "is root again": "os.setuid(0)",
    "is root of a group": "os.setgroups([0])",
    "has a user name space": "call('unshare', 0x10000000)",
    "enters a name space": "call('setns', 0, 0)",
    "mounts": "call('mount', b'none', b'/tmp', b'tmpfs', 0, 0)",
    "unmounts": "call('umount2', b'/tmp', 2)",
    "mounts in the new way": "call('fsopen', b'tmpfs', 0)",
    "has another root": "os.chroot('/tmp')",
    "opens by a handle": "call('open_by_handle_at', 0, bytes(100), 0)",
    "raises its limits": "resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY,) * 2)",
    "has much memory": "bytes(3 * 10**9)",
    "has memory that is not counted": "os.memfd_create('x')",
    "has shared memory": "call('shmget', 0, 4096, 0o1600)",
    "has large buffers": ("socket.socketpair()[0].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2**30)"),
    "has a message queue": "call('mq_open', b'x', os.O_CREAT | os.O_RDWR, 0o600, 0)",
    "has an io_uring": "call('io_uring_setup', 4, bytes(120))",
    "handles page faults": "call('userfaultfd', 0)",
    "loads a program into the kernel": "call('bpf', 0, 0, 0)",
    "keeps a key": "call('add_key', b'user', b'a', b'b', 1, -3)",
    "counts events": "call('perf_event_open', 0, 0, 0, 0, 0)",
    "types into a terminal": "fcntl.ioctl(0, 0x5412, b'x')",
    "opens the terminal": "os.open('/dev/tty', os.O_RDWR)",
}
SOCKETS = {
    "connects to a server": "socket.create_connection(('127.0.0.1', port))",
    "sends a datagram": "socket.socket(type=socket.SOCK_DGRAM)",
    "speaks to the kernel": "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
    "speaks to a virtual machine": "socket.socket(40, socket.SOCK_STREAM)",
    "connects to a local server": "socket.socket(socket.AF_UNIX).connect(named)",
    "sends to a local server": "socket.socketpair(type=socket.SOCK_DGRAM)[0].sendto(b'in', named)",
    "sends to an abstract name": "socket.socketpair(type=socket.SOCK_DGRAM)[0].sendto(b'in', abstract)",
    "uses what the grader left open": (
        "for number in range(256):\n"
        "    with contextlib.suppress(OSError):\n"
        "        assert (os.fstat(number).st_dev, os.fstat(number).st_ino) != identity\n"
        "raise OSError('there is nothing')"
    ),
}
SHARED = {  # by all processes of a user, or of the machine
    "removes shared memory": "call('shmctl', memory, 0, 0)",
    "removes semaphores": "call('semctl', semaphores, 0, 0, 0)",
    "raises a semaphore": "call('semop', semaphores, struct.pack('Hhh', 0, 1, 0), 1)",
    "removes messages": "call('msgctl', messages, 0, 0)",
    "sends a message": "call('msgsnd', messages, struct.pack('q8x', 1), 8, 0)",
    "makes messages": "call('msgget', 0, 0o1600)",
    "removes a queue": "call('mq_unlink', queue[1:])",
    "watches files": "call('inotify_init1', 0)",
    "watches files as of old": "call('inotify_init')",
    "watches a folder": (
        "fcntl.fcntl(os.open(os.path.dirname(course_lib.__file__), os.O_RDONLY), fcntl.F_NOTIFY, 2)"
    ),
    "has timers": "call('timer_create', 1, 0, bytes(8))",
    "has timers that are files": "call('timerfd_create', 1, 0)",
    "fills its user's queue of signals": (
        "signal.pthread_sigmask(signal.SIG_BLOCK, [40])\n"
        "for _ in range(10_000):\n"
        "    if libc.sigqueue(os.getpid(), 40, None): raise OSError(ctypes.get_errno(), '')"
    ),
    "locks memory": "if libc.mlock(ctypes.create_string_buffer(10**6), 10**6): raise OSError",
    "has large pipes": "fcntl.fcntl(os.pipe()[1], fcntl.F_SETPIPE_SZ, 2**20)",
    "locks a file": "fcntl.flock(open(course_lib.__file__), fcntl.LOCK_SH)",
    "locks a part of a file": "lock(fcntl.F_SETLK)",
    "asks who locks": "lock(fcntl.F_GETLK)",
    "locks for the open file": "lock(37)",
    "leases a file": "fcntl.fcntl(open(course_lib.__file__), fcntl.F_SETLEASE, fcntl.F_RDLCK)",
    "sees what is in memory of a file": "call('mincore', 0, 0, 0)",
    "writes all files of the machine out": "call('sync')",
}
NAMES = {
    "binds an abstract name": "socket.socketpair()[0].bind('\\0hostile')",
    "is called": "socket.socketpair()[0].listen()",
    "asks for its name": "socket.socketpair()[0].getsockname()",
    "asks for the other's name": "socket.socketpair()[0].getpeername()",
    "asks who the other is": ("socket.socketpair()[0].getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)"),
    "hands a file over": "socket.send_fds(socket.socketpair()[0], [b'1'], [0])",
    "asks for the interfaces": "fcntl.ioctl(socket.socketpair()[0], 0x8912, bytearray(16))",
    "asks for an address": "fcntl.ioctl(socket.socketpair()[0], 0x8915, struct.pack('16s24x', b'lo'))",
    "knows the grader": "if os.getppid() != grader: raise OSError",
    "finds processes": (
        "for number in (grader, 2**22 - 1):\n"
        "    try: os.kill(number, 0)\n"
        "    except PermissionError: continue\n"
        "    except ProcessLookupError: break\n"
        "else: raise OSError('all are alike')"
    ),
    "asks for a group": "os.getpgid(grader)",
    "asks for a priority": "os.getpriority(os.PRIO_PROCESS, sleeper)",
    "looks the key up": "os.stat(key)",
    "asks whether the key is there": "if not os.path.exists(key): raise OSError",
    "reads the gradebook's attributes": "os.listxattr(gradebook)",
    "reads its flags": "call('file_getattr', -100, gradebook.encode(), bytes(24), 24, 0)",
    "asks how full the disk is": "os.statvfs(os.path.dirname(gradebook))",
}
ATTACKS = READS | WRITES | PROCESSES | POWERS | SOCKETS | SHARED | NAMES
ALL = "makes every refused call"
REACHES = """
def reaches(name):
    \"\"\"Was there another answer than that it is not permitted?\"\"\"
    try:
        call(name, 0, 0, 0, 0, 0)
    except OSError as error:
        return error.errno not in (None, errno.EPERM)
    return True

print([name for name in {refused} if reaches(name)])
"""
AT_LAST = {  # it ends the process, and the others are run again
    "calls as a 32-bit program": (
        "code = mmap.mmap(-1, 4096, prot=7); code.write(bytes.fromhex('b814000000cd80c3'))\n"
        "ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))()\n"
    )
}


def program(user, *words):
    """Python with arguments, for a ``user`` without privileges or for root.

    Where Python and the course are in folders of root's alone, these are open to everybody for it.
    """
    command = [sys.executable, *map(str, words)]
    if not ROOT:
        return command
    _needed(sandbox.fault(sandbox.Bubblewrap()))
    covered, seen = set(), []
    for path in {Path(sys.prefix), Path(sys.base_prefix), sandbox.COURSE.parent, HERE.parent}:
        above = list(reversed(path.parents))
        closed = [folder for folder in above if not folder.stat().st_mode & stat.S_IXOTH]
        if closed:
            covered.add(closed[0])
            for folder in above[above.index(closed[0]) + 1 :]:
                seen += ["--perms", "755", "--dir", str(folder)]
            seen += ["--ro-bind", str(path), str(path)]
    over = [word for folder in covered for word in ("--perms", "755", "--tmpfs", str(folder))]
    becomes = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"] if user else []
    return ["bwrap", "--dev-bind", "/", "/", *over, *seen, "--cap-add", "ALL", *becomes, *command]


def _needed(fault):
    """What does not work on somebody's machine must work where all tests are run."""
    if fault:
        pytest.fail(fault) if os.environ.get("CI") else pytest.skip(fault)


@pytest.fixture(scope="module", params=WALLS)
def attacked(request):
    """What ``attacked.py`` says after all attacks."""
    walls, user = WALLS[request.param]
    cells = {name: f"attempt({source!r})" for name, source in ATTACKS.items()}
    if platform.machine() == "x86_64":
        cells |= AT_LAST
    column, _ = seccomp.ARCHITECTURES[platform.machine()]
    further = {"clone": seccomp.CLONE, "clone3": seccomp.CLONE3, "prctl": seccomp.PRCTL}
    numbers = {name: values[column] for name, values in (seccomp.REFUSED | further).items()}
    cells[ALL] = REACHES.format(refused=list(seccomp.REFUSED))
    given = {"head": f"numbers = {numbers}\n{HEAD}", "cells": cells}
    command = program(user, HERE / "attacked.py", walls)
    ran = subprocess.run(command, input=json.dumps(given), capture_output=True, text=True, cwd="/")
    assert ran.returncode == 0, ran.stderr
    said = json.loads(ran.stdout)
    _needed(said["fault"])
    assert said["outcomes"]["head"] == ""
    return said


def test_no_way_out(attacked):
    outcomes = {attack: attacked["outcomes"][attack] for attack in ATTACKS}
    assert {attack: outcome for attack, outcome in outcomes.items() if outcome not in ERRORS} == {}


@pytest.mark.skipif(platform.machine() != "x86_64", reason="other processors have no such calls")
@pytest.mark.parametrize("attack", AT_LAST)
def test_no_way_out_alive(attacked, attack):
    assert attacked["outcomes"][attack].startswith("its process ended")


def test_no_harm_was_done(attacked):
    assert attacked["harm"] == []


def test_every_call_is_refused_before_the_kernel_looks_at_it(attacked):
    assert attacked["outcomes"][ALL] == "[]"


SAYS_WHY_NOT = "import sys; from course_grader import sandbox; print(sandbox.fault(sandbox.Landlock()))"


def test_landlock_is_not_enough_for_a_user_who_cannot_become_another():
    """It hides no names, sizes and times, and what Linux counts would be the teacher's."""
    said = subprocess.run(program(True, "-c", SAYS_WHY_NOT), capture_output=True, text=True, cwd="/").stdout
    assert "students' code would run as yourself" in said
    assert "Install bubblewrap; or give the command as root" in said


@pytest.mark.skipif(not ROOT, reason="what is closed to a user of its own is seen by root's grader only")
def test_landlock_says_which_folder_is_closed_to_a_user_of_its_own(monkeypatch, tmp_path):
    tmp_path.chmod(0o755)
    (tmp_path / "closed").mkdir(mode=0o700)
    monkeypatch.setattr(sandbox, "_python", lambda: (tmp_path / "closed" / "python",))
    monkeypatch.setattr(sandbox, "COURSE", tmp_path)
    monkeypatch.setattr(sandbox, "WORKER", ())
    closed = sandbox._closed_to_others()
    assert closed is not None
    assert closed in [*tmp_path.parents, tmp_path / "closed"]
    assert f"cannot enter {closed}, where Python or the course is. Install" in sandbox.fault(
        sandbox.Landlock()
    )


HOLDS_ON = """
import os, sys
from course_grader import sandbox
from course_grader.limits import Limits
from course_grader.session import Session

with Session(getattr(sandbox, sys.argv[1])(), Limits(cell_seconds=60)) as session:
    session.run("first", "import time")
    print(os.getpid(), flush=True)
    session.run("second", "time.sleep(60)")
"""


@pytest.mark.parametrize(("walls", "user"), WALLS.values(), ids=WALLS)
def test_nothing_is_left_of_a_grader_that_was_killed(walls, user):
    with subprocess.Popen(
        program(user, "-c", HOLDS_ON, walls), stdout=subprocess.PIPE, text=True, cwd="/"
    ) as started:
        grader = psutil.Process(int(started.stdout.readline()))
        left = grader.children(recursive=True)
        grader.kill()
    assert len(left) > 0
    assert psutil.wait_procs(left, timeout=60)[1] == []  # it takes a moment


WRITES_TO_ITS_FOLDER = """
import glob
(folder,) = glob.glob("/tmp/kernel-*/sockets")
for path in (folder + "/new", folder + "/connection.json"):
    try:
        open(path, "a")
    except PermissionError:
        continue
    show()
"""
PNG = base64.b64encode(look.PNG + struct.pack(">I4sII", 13, b"IHDR", 1, 1)).decode()  # how one begins
SHOWS = """
import json
import sys
from course_grader import look
from nbformat.v4 import new_code_cell, new_notebook

shows = f"def show(): display({{'image/png': {sys.argv[2]!r}}}, raw=True)"
cells = [shows, "show()", sys.argv[1]]
notebook = new_notebook(cells=[new_code_cell(cell, id=f"cell-{n}") for n, cell in enumerate(cells)])
print(json.dumps({name: len(outputs) for name, outputs in look.figures(notebook).items()}))
"""


def test_a_kernel_of_a_user():
    _needed(sandbox.fault(sandbox.Bubblewrap()))
    ran = subprocess.run(
        program(True, "-c", SHOWS, WRITES_TO_ITS_FOLDER, PNG), capture_output=True, text=True, cwd="/"
    )
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == {"cell-1": 1}

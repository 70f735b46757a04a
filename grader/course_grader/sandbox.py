"""The walls around a student's process, and which of them this machine has.

``choose()`` gives the best that works here, tried out and not guessed: bubblewrap, which gives a process
files, processes and a network of its own; else Landlock, which refuses it those of this machine. Both are
completed from within by ``inside/confine.py``. Where neither works, it raises a GraderFault that says why.
"""

import functools
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import course_lib
from course_grader.faults import GraderFault
from course_grader.inside import landlock
from course_grader.limits import Limits

INSIDE = Path(__file__).with_name("inside")
WORKER = (INSIDE, INSIDE.with_name("wire.py"))
COURSE = Path(course_lib.__file__).parent
RUN = "__import__('runpy').run_path(__import__('sys').argv.pop(1), run_name='inside')"  # __main__ stays empty
PYTHON = (sys.executable, "-I", "-B", "-c", RUN)  # apart from the teacher's settings; it leaves no files
LANDLOCK = 6  # its first version that keeps signals in
EXCHANGE = Path("/usr/local/share/nbgrader")  # where students of one machine hand in
NOBODY = 65534  # a user that owns nothing
LINKED = ("lib", "lib64", "lib32", "libx32", "bin", "sbin")  # folders below / that are links into /usr
SYSTEM = ("/etc/ld.so.cache", "/etc/alternatives", "/etc/fonts", "/etc/localtime", "/var/cache/fontconfig")
ALONE = (
    "--unshare-ipc --unshare-pid --unshare-net --unshare-uts --unshare-cgroup-try --hostname sandbox "
    "--die-with-parent --new-session --clearenv --cap-drop ALL"
)
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "HOME": "/tmp",
    "MPLBACKEND": "agg",
    "MPLCONFIGDIR": "/tmp",
    "PYTHONDONTWRITEBYTECODE": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "COURSE_COMPILED": "0",  # numpy: a compiler wants more memory and more calls than there are inside
}


@dataclass(frozen=True)
class Visible:
    """What a process may see besides Python and the system: ``folder`` is where it starts.

    ``writable``: folders that it may write to. ``environment``: further variables.
    """

    folder: Path | None = None
    writable: tuple[Path, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)


class Sandbox:
    """A way to run ``python ARGUMENTS`` behind walls. ``words``: for a teacher, what it keeps apart."""

    name = words = ""

    def command(self, arguments, limits, visible=Visible(), sockets_of_its_own=False):
        """The command line and its environment.

        ``arguments``: a script and what it is given, or ``-m``, a module and so on. ``sockets_of_its_own``:
        it may have sockets within its sandbox, and start no processes all the same.
        """
        raise NotImplementedError

    def _confined(self, arguments, limits, **further):
        """Python, its last walls, then what is to run."""
        amounts = {
            "AS": limits.memory,
            "FSIZE": limits.file,
            "NOFILE": limits.open_files,
            "NPROC": limits.threads,
            "SIGPENDING": limits.signals,
            "MEMLOCK": 0,
            "MSGQUEUE": 0,
        }
        users = _users() if os.geteuid() == 0 else None
        spec = {"limits": amounts, "cpu_seconds": int(limits.whole_seconds) + 5, "users": users, **further}
        return [*PYTHON, str(INSIDE / "confine.py"), json.dumps(spec), *map(str, arguments)]


class Bubblewrap(Sandbox):
    """Namespaces of its own: files (all read-only), processes, network, users."""

    name = "bubblewrap"
    words = (
        "Students' code has files, processes, a network and a user of its own. Of yours it sees nothing but "
        "Python, the system's programs and the course, and what Linux counts is counted for each student."
    )

    def command(self, arguments, limits, visible=Visible(), sockets_of_its_own=False):
        environment = ENVIRONMENT | visible.environment
        bubblewrap = [
            _path_of_bubblewrap() or "bwrap",
            *ALONE.split(),
            *_user(),
            *(word for name, value in environment.items() for word in ("--setenv", name, value)),
            *_file_system(limits, visible),
            *("--chdir", str(visible.folder or "/tmp"), "--"),
        ]
        confined = self._confined(arguments, limits, sockets_of_its_own=sockets_of_its_own)
        return bubblewrap + confined, {}


class Landlock(Sandbox):
    """The same file system, of which it may open little, and nothing of other processes.

    Names, sizes and times Landlock hides from nobody. So it needs a grader who is root: then the student's
    code is a user of its own, who may look up what everybody may, and has its own share of what is counted.
    """

    name = "Landlock"
    words = (
        "Students' code runs as a user of its own, and opens no file of yours. Names, sizes and times in "
        "folders that everybody may enter can be looked up: in the course's folder give chmod o-rwx . "
        "Bubblewrap hides them all."
    )

    def command(self, arguments, limits, visible=Visible(), sockets_of_its_own=False):
        course = landlock.allowed_around(COURSE, _hidden())
        python = [place for root in (*_python(), Path("/usr")) for place in _around(root)]
        seen = [*course, *python, *WORKER, COURSE / "checks" / "running.py"]
        if visible.folder:
            seen.append(visible.folder)
        rules = {
            "read": [*map(str, seen), *SYSTEM, *(f"/{name}" for name in LINKED)],
            "listed": [str(place) for place in (COURSE, *_python())],
            "write": ["/dev/null", *map(str, visible.writable)],
            "optional": [*SYSTEM, *(f"/{name}" for name in LINKED)],
        }
        return self._confined(arguments, limits, landlock=rules), ENVIRONMENT | visible.environment


class Trusted(Sandbox):
    """No walls at all: for one's own work."""

    name = "none (trusted code)"

    def command(self, arguments, limits, visible=Visible(), sockets_of_its_own=False):
        place = tempfile.gettempdir()
        here = {"PATH": os.environ["PATH"], "HOME": place, "MPLCONFIGDIR": place}
        return [*PYTHON, *map(str, arguments)], ENVIRONMENT | here | visible.environment


@functools.cache
def choose(trusted_code=False):
    """The best sandbox that works on this machine.

    ``trusted_code``: none is needed, it is one's own code. GraderFault, if there is none.
    """
    if trusted_code and sys.platform == "win32":
        raise GraderFault(
            "Trusted code is run on Linux or macOS only: Windows starts no process on a socket."
        )
    if trusted_code:
        return Trusted()
    reasons = []
    for sandbox in (Bubblewrap(), Landlock()):
        reason = fault(sandbox)
        if not reason:
            return sandbox
        reasons.append(f"{sandbox.name}: {reason}")
    raise GraderFault(
        "Students' code is not run here, for there is no sandbox for it. "
        f"{' '.join(reasons)} For your own code alone there is --trusted-code."
    )


def describe():
    """What the walls of this machine keep apart, for a teacher; "" where there are none."""
    try:
        return choose().words
    except GraderFault:
        return ""


def fault(sandbox):
    """Why a sandbox does not work on this machine, as a sentence; "" if it does."""
    if sys.platform != "linux":
        return f"it needs Linux, and this is {sys.platform}."
    if isinstance(sandbox, Bubblewrap) and not _path_of_bubblewrap():
        return "it is not installed (Debian and Ubuntu: apt install bubblewrap)."
    if isinstance(sandbox, Landlock) and landlock.abi() < LANDLOCK:
        return f"it is needed in version {LANDLOCK} (Linux 6.12), and this kernel has {landlock.abi()}."
    if isinstance(sandbox, Landlock) and os.geteuid() != 0:
        return (
            "students' code would run as yourself, and could look up names, sizes and times of your files. "
            "Install bubblewrap; or give the command as root, and students' code is a user of its own."
        )
    if isinstance(sandbox, Landlock) and (closed := _closed_to_others()):
        return (
            f"a user of its own cannot enter {closed}, where Python or the course is. Install them where "
            "everybody may read, such as /opt; or install bubblewrap."
        )
    try:
        command, environment = sandbox.command([INSIDE / "probe.py"], Limits())
        tried = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"it does not start ({error})."
    if tried.returncode == 0 and tried.stdout == "works\n":
        return ""
    said = (tried.stderr.strip().splitlines() or ["it ended without a word"])[-1]
    return f"it does not work here ({said})."


def _closed_to_others():
    """The first folder on the way to what the code needs that only some users may enter; None if none is."""
    needed = {path for place in (*_python(), COURSE, *WORKER) for path in (place, *place.parents)}
    return next((path for path in sorted(needed) if path.is_dir() and not path.stat().st_mode & 0o001), None)


def _path_of_bubblewrap():
    return shutil.which("bwrap")


def _users():
    """Whom the student's code runs as, if the grader is root: a user of this process alone, or nobody.

    Threads are limited for each user, and two students' code may run at a time.
    """
    return [2 * 10**9 + os.getpid(), NOBODY]


def _user():
    """Root makes the walls as root, and inside drops to nobody; others need a user namespace."""
    if os.geteuid() == 0:
        return ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    return ["--unshare-user", "--uid", str(NOBODY), "--gid", str(NOBODY)]


def _file_system(limits, visible):
    """The system, Python and the course, read-only; an empty /tmp; nothing else.

    No /proc: through it bubblewrap's own process inside could be taken over, which has no limits.
    """
    mounts = ["--ro-bind", "/usr", "/usr"]
    for link in (Path("/") / name for name in LINKED):
        if link.is_symlink():
            mounts += ["--symlink", os.readlink(link), str(link)]
        elif link.exists():
            mounts += _seen(link)
    for path in SYSTEM:
        mounts += [*_above(Path(path)), "--ro-bind-try", path, path]
    scratch = ["--perms", "1777", "--size", str(limits.scratch), "--tmpfs"]
    mounts += ["--dev", "/dev", *scratch, "/tmp"]
    for path in (*_python(), COURSE, *WORKER):
        mounts += [*_above(path), *_seen(path)]
    for path in _hidden():
        mounts += ["--size", "65536", "--tmpfs", str(path)]
    mounts += [*_seen(COURSE / "checks" / "running.py"), "--remount-ro", str(COURSE / "checks")]
    if visible.folder:
        mounts += [*_above(visible.folder), *_seen(visible.folder)]
    for path in visible.writable:
        mounts += [*_above(path), "--bind", str(path), str(path)]
    return [*mounts, "--remount-ro", "/dev", "--remount-ro", "/"]


def _seen(path):
    return ["--ro-bind", str(path), str(path)]


def _above(path):
    """The folders on the way to a path, which bubblewrap makes for its own user alone unless told."""
    return [
        word for folder in reversed(path.parents[:-1]) for word in ("--perms", "755", "--dir", str(folder))
    ]


def _hidden():
    """The tasks, with their references; and what others hand in by nbgrader's exchange."""
    return [COURSE / "checks", *(place for place in [EXCHANGE] if place.exists())]


@functools.cache
def _python():
    """The folders of this Python that are not the system's."""
    places = {sys.prefix, sys.base_prefix, *sysconfig.get_paths().values()}
    real = sorted({Path(place).resolve() for place in places if Path(place).exists()})
    outside = [place for place in real if not place.is_relative_to("/usr")]
    return tuple(
        place for place in outside if not any(place.is_relative_to(o) for o in outside if o != place)
    )


def _around(root):
    """A folder of Python's; without the tasks, where the course is installed in it."""
    inside = [path for path in _hidden() if path.is_relative_to(root)]
    return landlock.allowed_around(root, inside) if inside else [root]

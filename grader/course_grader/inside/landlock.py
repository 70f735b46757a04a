"""Landlock: a process gives up, for good, all files and connections that it does not name.

The kernel's own means for processes without privileges: https://docs.kernel.org/userspace-api/landlock.html.
It only ever allows: ``allowed_around`` says what to allow so that a folder inside a visible one stays hidden.

What it does not cover, and seccomp must: chmod, chown, utime and extended attributes on any path that this
user owns; the limits and priorities of other processes; memory, semaphores and queues that are shared by a
name; what counts for the whole user; sockets other than TCP (before ABI 9). Nothing covers stat: names, sizes
and times can be looked up, so who runs behind it must be a user of its own. Who has CAP_SYS_ADMIN or
CAP_PERFMON still reads other processes' variables through /proc: root is dropped first.
"""

import ctypes
import os
import stat

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # the same numbers on every architecture
ASK_FOR_VERSION = 1
BENEATH = 1
PR_SET_NO_NEW_PRIVS = 38

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
REMOVE_DIR, REMOVE_FILE = 1 << 4, 1 << 5
MAKE_CHAR, MAKE_DIR, MAKE_REG, MAKE_SOCK = 1 << 6, 1 << 7, 1 << 8, 1 << 9
MAKE_FIFO, MAKE_BLOCK, MAKE_SYM = 1 << 10, 1 << 11, 1 << 12
REFER, TRUNCATE, IOCTL_DEV, RESOLVE_UNIX = 1 << 13, 1 << 14, 1 << 15, 1 << 16

# The rights that came with each ABI. What is handled is forbidden wherever no rule allows it.
FILE_RIGHTS = {
    1: (1 << 13) - 1,
    2: REFER,
    3: TRUNCATE,
    5: IOCTL_DEV,
    9: RESOLVE_UNIX,
}
TCP, TCP_SINCE = 0b11, 4  # bind, connect
SCOPES, SCOPES_SINCE = 0b11, 6  # abstract unix sockets, signals

TO_LIST = READ_DIR
TO_READ = EXECUTE | READ_FILE | READ_DIR
TO_WRITE = (  # no devices, no sockets, and nothing that was written can be executed
    READ_FILE | READ_DIR | WRITE_FILE | TRUNCATE | REFER
    | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | MAKE_SYM | MAKE_FIFO
)  # fmt: skip
OF_A_FILE = EXECUTE | READ_FILE | WRITE_FILE | TRUNCATE


class _Ruleset(ctypes.Structure):
    _fields_ = [("files", ctypes.c_uint64), ("tcp", ctypes.c_uint64), ("scopes", ctypes.c_uint64)]


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32)]


def abi():
    """The version of Landlock that this kernel offers; 0 if it has none, or none for this process."""
    try:
        return _call(CREATE_RULESET, "asking for Landlock's version", None, 0, ASK_FOR_VERSION)
    except OSError:
        return 0


def restrict(read=(), write=(), optional=(), listed=()):
    """From now on this process and its children may use only these files and folders, with all below them.

    ``read``: to read and execute. ``write``: to read, write, make and delete, but not to execute. ``listed``:
    to see the names of what is there, in all folders below too, but to open nothing; Python imports from no
    folder that it cannot list. ``optional``: those of ``read`` and ``listed`` that need not exist.

    No TCP (from ABI 4), no signals and no abstract unix sockets to processes outside (ABI 6). Open files stay
    usable. Links are followed here, once. It holds for the one thread that there is.

    OSError, with a sentence, if this kernel has no Landlock or refuses, if a path does not exist, or if
    another thread is running. What was restricted before stays so.
    """
    version = abi()
    if version == 0:
        raise OSError("This kernel has no Landlock, or it is switched off: it would come with Linux 5.13.")
    if len(os.listdir("/proc/self/task")) > 1:
        raise OSError("Landlock holds for one thread only, and there are others: call restrict before them.")
    handled = _handled(version)
    ruleset = _new_ruleset(version, handled)
    try:
        for paths, rights in ((read, TO_READ), (write, TO_WRITE), (listed, TO_LIST)):
            for path in paths:
                if os.path.exists(path) or path not in optional:
                    _allow(ruleset, path, rights & handled)
        _no_new_privileges()
        _call(RESTRICT_SELF, "restricting this process", ruleset, 0)
    finally:
        os.close(ruleset)


def allowed_around(root, hidden):
    """The files and folders that together are ``root`` without the ``hidden`` ones; a sorted list of paths.

    Links are resolved in what is given, and not followed below: what is hidden cannot come back through one.
    What is made later beside a hidden path is not in the list. A hard link to a hidden file is another name
    for it, and is not noticed. OSError if a folder on the way to a hidden path cannot be listed.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as root:
    ...     for name in ["lib/theory.py", "lib/checks/tasks.py", "data"]:
    ...         os.makedirs(f"{root}/{name}")
    ...     visible = allowed_around(root, [f"{root}/lib/checks"])
    ...     [os.path.relpath(path, os.path.realpath(root)) for path in visible]
    ['data', 'lib/theory.py']
    """
    return _around(os.path.realpath(root), [os.path.realpath(path) for path in hidden])


def _around(path, hidden):
    if any(_is_within(path, place) for place in hidden):
        return []
    if not any(_is_within(place, path) for place in hidden):
        return [path]
    visible = []
    with os.scandir(path) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if not entry.is_symlink():
                visible += _around(entry.path, hidden)
    return visible


def _is_within(path, folder):
    return path == folder or path.startswith(os.path.join(folder, ""))


def _handled(version):
    return sum(rights for since, rights in FILE_RIGHTS.items() if version >= since)


def _new_ruleset(version, handled):
    attributes = _Ruleset(
        handled,
        TCP if version >= TCP_SINCE else 0,
        SCOPES if version >= SCOPES_SINCE else 0,
    )
    known = 24 if version >= SCOPES_SINCE else 16 if version >= TCP_SINCE else 8  # an older kernel's bytes
    return _call(CREATE_RULESET, "making a ruleset", ctypes.byref(attributes), known, 0)


def _allow(ruleset, path, rights):
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError as error:
        raise OSError(error.errno, f"Landlock, allowing a path: {error.strerror}", path) from None
    try:
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            rights &= OF_A_FILE
        if rights:
            rule = _Beneath(rights, place)
            _call(ADD_RULE, f"allowing {path}", ruleset, BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(place)


def _no_new_privileges():
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        raise _failure("giving up new privileges")


def _call(number, doing, *arguments):
    """A system call's answer; OSError with a sentence if it is negative."""
    syscall = ctypes.CDLL(None, use_errno=True).syscall
    syscall.restype = ctypes.c_long
    whole = [ctypes.c_long(value) if isinstance(value, int) else value for value in arguments]
    answer = syscall(ctypes.c_long(number), *whole)
    if answer < 0:
        raise _failure(doing)
    return answer


def _failure(doing):
    code = ctypes.get_errno()
    return OSError(code, f"Landlock, {doing}: {os.strerror(code)}")

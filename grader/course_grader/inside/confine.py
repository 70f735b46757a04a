"""The last walls, set from within before anything of the student's is read; then the given module is run.

``confine.py SPEC SCRIPT ...`` or ``... SPEC -m MODULE ...``, by sandbox.RUN; SPEC is a JSON text, see
``confine``. Only Python's own library is used up to here.
"""

import ctypes
import json
import os
import resource
import runpy
import signal
import sys


def confine(limits, cpu_seconds, users=None, landlock=None, sockets_of_its_own=False):
    """Limits on this process, another user, the files it may see, the system calls it may make.

    ``limits``: bytes and counts by the name of the limit, such as ``{"AS": 2**31}``. ``users``: if this
    process is root, the numbers of those it may become; the first that exists here is taken. ``landlock``:
    the arguments of ``landlock.restrict``, if there is no other wall.
    """
    if users is not None:
        _become(users)
    _ends_with_its_parent()
    for name, most in (limits | {"CPU": cpu_seconds, "CORE": 0}).items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (most, most))
    if landlock is not None:
        from landlock import restrict

        restrict(**landlock)
    import seccomp

    seccomp.apply(seccomp.program(sockets_of_its_own))


def _become(users):
    """Some containers know few users: then the last of these is tried."""
    os.setgroups([])
    for user in users:
        try:
            os.setresgid(user, user, user)
            os.setresuid(user, user, user)
            return
        except OSError:
            if user == users[-1]:
                raise


def _ends_with_its_parent():
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(1, signal.SIGKILL, 0, 0, 0)


def main(spec, target, *arguments):
    """Set the walls and run ``target``: a script, or ``-m`` and a module."""
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    confine(**json.loads(spec))
    del sys.path[0]
    if target == "-m":
        module, *arguments = arguments
        sys.argv = [module, *arguments]
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    else:
        sys.argv = [target, *arguments]
        runpy.run_path(target, run_name="inside")


if __name__ == "inside":
    main(*sys.argv[1:])

"""ipykernel in the sandbox, with nothing behind course_lib.checks: ``python kernel.py CONNECTION_FILE``."""

import sys
from pathlib import Path

OPTIONS = [
    "--transport=ipc",
    "--IPKernelApp.log_level=40",
    "--HistoryManager.enabled=False",
    "--InteractiveShellApp.ignore_cwd=True",  # no module of the student's until the kernel is asked for it
]


def main(connection_file):
    _without_checks()
    from ipykernel import iostream, kernelapp

    class NoPipe(iostream.IOPubThread):
        """Without the TCP port for what child processes print: there are neither."""

        def __init__(self, socket, pipe=False, session=False):
            super().__init__(socket, pipe=False, session=session)

    setattr(kernelapp, "IOPubThread", NoPipe)  # noqa: B010 - kernelapp has it from iostream
    startup = Path.home() / ".ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "README").touch()  # else IPython copies one and sets its mode, which is refused
    kernelapp.launch_new_instance(argv=["-f", connection_file, *OPTIONS])


def _without_checks():
    sys.path.insert(0, str(Path(__file__).parent))
    import worker

    del sys.path[0]
    import course_lib

    checks = sys.modules["course_lib.checks"] = worker._checks()
    setattr(course_lib, "checks", checks)  # noqa: B010 - as an import would


if __name__ == "__main__":
    main(*sys.argv[1:])

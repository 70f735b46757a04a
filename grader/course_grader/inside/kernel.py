"""ipykernel in the sandbox, with nothing behind course_lib.checks: ``kernel.py CONNECTION_FILE``."""

import sys
from pathlib import Path

from ipykernel import iostream, kernelapp

import course_lib

INSTEAD = Path(__file__).with_name("instead")  # modules that are found here before those of course_lib
OPTIONS = [
    "--transport=ipc",
    "--IPKernelApp.log_level=40",
    "--HistoryManager.enabled=False",
    "--InteractiveShellApp.ignore_cwd=True",  # no module of the student's until the kernel is asked for it
]


class NoPipe(iostream.IOPubThread):
    """Without the TCP port for what child processes print: there are neither."""

    def __init__(self, socket, pipe=False, session=False):
        super().__init__(socket, pipe=False, session=session)


def main(connection_file):
    course_lib.__path__.insert(0, str(INSTEAD))
    setattr(kernelapp, "IOPubThread", NoPipe)  # noqa: B010 - kernelapp has it from iostream, with no choice
    startup = Path.home() / ".ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "README").touch()  # else IPython copies one and sets its mode, which is refused
    kernelapp.launch_new_instance(argv=["-f", connection_file, *OPTIONS])


if __name__ == "inside":
    main(*sys.argv[1:])

"""JupyterHub for a class: a system user each, with the course in their home. docs/hub.md sets it up."""

import grp
import os
import sys
from pathlib import Path

from course_lib.course import contents, lab

HERE = Path(__file__).parent.resolve()
BIN = Path(sys.executable).parent
FOLDER = "losses-and-optimizers"  # in each home
HOUR = 3600

c = get_config()  # noqa: F821 - JupyterHub defines it
c.JupyterHub.bind_url = "http://127.0.0.1:8000"  # a web server in front of it speaks HTTPS
c.PAMAuthenticator.allowed_groups = {"course"}  # of the system, as "teachers" below

# The user's own process brings the lessons up to date, and then becomes their server.
c.Spawner.cmd = [
    *("sh", "-c", f'"{BIN}/losses-and-optimizers" update {FOLDER}; exec "{BIN}/jupyterhub-singleuser" "$@"'),
    "server",  # the shell's name for itself; what JupyterHub adds are the arguments
]
c.Spawner.default_url = f"/lab/tree/{FOLDER}/{contents.START_PAGE}"
c.Spawner.start_timeout = c.Spawner.http_timeout = 120  # many may come at once
c.Spawner.environment = {
    "PATH": os.pathsep.join([str(BIN), os.environ["PATH"]]),
    "COURSE_OPENED": str(HERE / "opened"),  # the exercises whose answers may be read, a name a line
}
ARGUMENTS = [
    "--ServerApp.terminado_settings={'shell_command': ['/bin/bash']}",  # a login shell would forget the PATH
    f"--MappingKernelManager.cull_idle_timeout={HOUR}",  # memory comes back from kernels that nobody looks at
    f"--ServerApp.shutdown_no_activity_timeout={HOUR}",  # ... and then from their servers
]


def settings_of_their_role(spawner):
    """Only teachers have the formgrader, in a frame; each role has a folder of Jupyter settings here."""
    teaches = spawner.user.name in grp.getgrnam("teachers").gr_mem
    framed = {"headers": {"Content-Security-Policy": "frame-ancestors 'self'"}} if teaches else {}
    spawner.args = [*lab.settings(**framed), *ARGUMENTS]
    spawner.environment["JUPYTER_CONFIG_PATH"] = str(HERE / ("teacher" if teaches else "student"))


c.Spawner.pre_spawn_hook = settings_of_their_role

"""Kernels that can be listed from their first moment on."""

from datetime import UTC, datetime

from jupyter_server.services.kernels.kernelmanager import ServerKernelManager


class Listed(ServerKernelManager):
    """A kernel that was last active when it was made, until it is told otherwise.

    jupyter_server lists a kernel a moment before it says when that was last active. To JupyterLab, which asks
    for the list whenever a notebook is opened, it then answered with an error.
    """

    def __init__(self, **options):
        super().__init__(**options)
        self.last_activity = datetime.now(UTC)

"""What a batch does for one student, wherever it runs: plain data go in, a Report comes out.

Workers import this module, so it is quick: nothing here needs nbgrader or nbformat.
"""

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

from course_grader import marking, sandbox
from course_grader.limits import Limits
from course_grader.seeds import Seeds


@dataclass(frozen=True)
class Step:
    """A submission to be marked: the rebuilt ``notebook`` as text, ``files`` by their names, the ``seeds``.

    ``trusted_code``: without a sandbox.
    """

    notebook: str
    files: dict[str, bytes]
    seeds: Seeds
    trusted_code: bool = False
    limits: Limits = Limits()

    @classmethod
    def of(cls, handed_in, seeds, trusted_code=False):
        """For a submission.HandedIn."""
        return cls(json.dumps(handed_in.notebook), handed_in.files, seeds, trusted_code)


WHOLE = Limits().start_seconds + Limits().whole_seconds + marking.OWN
AT_MOST = WHOLE + 60  # seconds that a step takes, if nothing is wrong with the grader itself


def ready(trusted_code=False):
    """Prepare a process for its first step. GraderFault, if there is no sandbox here."""
    sandbox.choose(trusted_code)


def mark(step):
    """The Report of a Step. GraderFault, if it cannot be marked here."""
    notebook = json.loads(step.notebook, object_hook=_Node)
    walls = sandbox.choose(step.trusted_code)
    if not step.files:
        return marking.mark(notebook, step.seeds, walls, step.limits)
    from course_grader.submission import unpack  # it loads nbgrader, and few submissions have further files

    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # whoever the student's code runs as may read it
        unpack(step.files, folder)
        return marking.mark(notebook, step.seeds, walls, step.limits, Path(folder))


class _Node(dict):
    """What nbformat's NotebookNode is to a reader."""

    __getattr__ = dict.__getitem__

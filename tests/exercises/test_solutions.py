"""Every solution gives what is stored in it, cell by cell.

They are run in this process, in IPython's own shell: to start a kernel for each would take longer than all
that they compute. Lessons are run in kernels, by tests/browser, and both in the pages' Python, by tests/site.
"""

import nbformat
import pytest
import refresh
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config


@pytest.fixture
def shell(record_file):
    """The shell that ``get_ipython`` finds, as in a notebook; without the file of what was run."""
    shell = InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    yield shell
    shell.restore_sys_module_state()
    InteractiveShell.clear_instance()


@pytest.mark.parametrize("path", refresh.SOLUTIONS, ids=lambda path: path.stem)
def test_a_solution_gives_what_is_stored(shell, path):
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            shell.run_cell(f"%%capture came\n{cell.source}")
            came, stored = shell.user_ns["came"], cell.outputs
            for stream in ("stdout", "stderr"):
                words = [output.text for output in stored if output.get("name") == stream]
                assert getattr(came, stream) == "".join(words), cell.id
            shown = [known(output.data) for output in came.outputs if output.data]  # some show themselves
            assert shown == [known(output.data) for output in stored if "data" in output], cell.id


def known(data):
    """What was shown, in each of its kinds: of a picture only that there is one, and nothing live."""
    kinds = data.keys() - {refresh.LIVE_VIEW}
    return {kind: "" if kind == "image/png" else data[kind] for kind in kinds}

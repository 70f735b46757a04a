"""Figures give their memory back: when closed, and when their cell is run again in a real kernel."""

import pytest
from jupyter_client.manager import start_new_kernel

from course_lib.explorers import Trajectory

MOST = 30  # MB
PATIENCE = 300  # seconds that a kernel has for a cell, however busy the machine is
AGAIN = 3  # a figure that is kept costs 7 MB
RESIDENT = """
import psutil
def resident():
    return psutil.Process().memory_info().rss / 1e6
"""
CLOSED = """
def once():
    figure = Momentum()
    figure._repr_mimebundle_()
    figure.close()
    return figure
once(), once()  # from the third on nothing new is needed
kept = []
def left():
    before = resident()
    kept.extend(once() for _ in range(4))
    return resident() - before
print(min(left(), left()))
"""


@pytest.fixture(scope="module")
def execute():
    """Runs a cell in a kernel, as a notebook does, and returns what it prints."""
    manager, client = start_new_kernel()

    def execute(source, cell):
        content = {"code": source, "silent": False, "store_history": True, "allow_stdin": True}
        request = client.session.msg("execute_request", content, metadata={"cellId": cell})
        client.shell_channel.send(request)
        printed = ""
        while True:
            message = client.get_iopub_msg(timeout=PATIENCE)
            if message["parent_header"].get("msg_id") != request["header"]["msg_id"]:
                continue
            assert message["msg_type"] != "error", message["content"]
            printed += message["content"].get("text", "")
            if message["content"].get("execution_state") == "idle":
                client.get_shell_msg(timeout=PATIENCE)
                return printed

    execute(RESIDENT + "import ipywidgets\nfrom course_lib.explorers import Momentum", "set-up")
    yield execute
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def test_figures_that_were_opened_and_closed_leave_little_behind(execute):
    """Sixty may leave MOST behind, and what each leaves is seen at a fifteenth of them.

    What happens but once, as that one of them is freed later, is not in the lesser of two such numbers.
    """
    assert float(execute(CLOSED, "closed")) < MOST / 15


@pytest.mark.parametrize("last", ["figure", "ipywidgets.VBox([figure, ipywidgets.FloatSlider()])"])
def test_a_cell_that_is_run_again_and_again_keeps_one_figure(execute, last):
    for _ in range(2):
        execute(f"figure = Momentum()\n{last}", "again")
    before = float(execute("print(resident())", "measure"))
    for _ in range(AGAIN):
        execute(f"figure = Momentum()\n{last}", "again")
    assert float(execute("print(resident())", "measure")) - before < MOST / 2


@pytest.mark.parametrize("shown", ["old", "ipywidgets.VBox([old])"])
def test_a_figure_that_another_cell_shows_lives_on(execute, shown):
    execute("figure = Momentum()\nfigure", "maker")
    execute(f"old = figure\n{shown}", "other")
    execute("figure = Momentum()\nfigure", "maker")
    assert execute("print(old.comm is not None)", "measure") == "True\n"
    execute("print()", "other")


def test_a_closed_figure_comes_back_where_it_is_shown(execute):
    execute("figure = Momentum()\nfigure", "first")
    execute("mine = figure", "name")
    execute("figure = Momentum()\nfigure", "first")
    assert execute("print(mine.comm is None, ' lr 0.2,' in mine.set(lr=0.2))", "measure") == "True True\n"
    execute("mine", "back")
    assert execute("print(mine.comm is not None)", "measure") == "True\n"


@pytest.mark.usefixtures("painted")
def test_a_closed_figure_still_has_its_picture_and_answers():
    figure, closed = Trajectory(), Trajectory()
    closed.close()
    assert closed.caption == figure.caption
    assert closed.picture() == figure.picture()
    closed.close()
    closed.set(lr=0.5)
    assert (closed.facts.path == Trajectory(lr=0.5).facts.path).all()

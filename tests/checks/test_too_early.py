"""A check before the cell of its function."""

import linecache
import sys
from types import SimpleNamespace

import pytest

from course_lib.checks import too_early


class Shell:
    def __init__(self):
        self.shown, self.watched = [], []

    def showtraceback(self, error, tb_offset=None):
        self.shown.append(error)

    def set_custom_exc(self, kinds, handler):
        self.watched.append((kinds, handler))


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ('check("sgd_step", sgd_step)', "✘ sgd_step does not exist yet. Run the cell that defines it, "),
        ("print(sgd_step)", ""),
    ],
)
def test_what_to_do_is_said_and_the_error_is_shown_as_it_is(code, says, capsys):
    linecache.cache["a cell"] = (len(code), None, [code], "a cell")
    try:
        exec(compile(code, "a cell", "exec"), {"check": None})
    except NameError:
        error, shell = sys.exc_info(), Shell()
        too_early.explained(shell, *error)
        assert shell.shown == [error]
    told = capsys.readouterr().out
    assert told.startswith(says)
    assert bool(told) == bool(says)


def test_a_notebook_watches_and_plain_python_does_not(monkeypatch):
    shell = Shell()
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    too_early.watch()
    assert shell.watched == [((NameError,), too_early.explained)]
    monkeypatch.delitem(sys.modules, "IPython")
    too_early.watch()

"""What docs/dialects.md says is what comes out."""

import re
import shlex
from pathlib import Path

import pytest

from course_lib.__main__ import main
from course_lib.dialects import translate
from course_lib.dialects.libraries import READ
from tests.dialects import page, theirs
from tests.dialects.lines import LINES
from tests.dialects.test_lines import KEPT

TEXT = (Path(__file__).parents[2] / "docs" / "dialects.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("made", [page.words, page.defaults, page.parted])
def test_its_tables_are_computed(made):
    assert made() in TEXT  # python -m tests.dialects.page


def test_its_command_prints_what_it_shows(capsys):
    command, shown = re.search(r"```\n\$ (.*)\n((?:.*\n)*?)```", TEXT).groups()
    main(shlex.split(command)[1:])
    assert capsys.readouterr().out == shown


def test_its_example_of_a_fault_is_the_fault():
    line, shown = re.search(r">>> translate\(\"(.*)\"\)\nValueError: ((?:.*\n)*?)```", TEXT).groups()
    with pytest.raises(ValueError, match="momentun") as caught:
        translate(line)
    assert str(caught.value) == shown.rstrip("\n")


def test_its_versions_and_counts_are_those_of_the_tests():
    for library, package in (("PyTorch", "PyTorch"), ("optax", "optax")):
        version = KEPT[library]["version"].partition("+")[0]
        assert f"{package} {version}" in TEXT
    for library in theirs.RUN:
        assert f"{len(theirs.written(LINES, library))} in {library}" in TEXT
    assert f"{len(LINES)} lines" in TEXT
    assert all(name in TEXT for name in READ)

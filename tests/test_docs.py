"""What the pages in docs/ say of names and defaults must be what the code does."""

import json
import re
from pathlib import Path

import lint_figures
from nbgrader.apps import NbGraderApp

from benchmarks import page, report
from benchmarks.__main__ import BENCHMARKS
from course_lib import losses, schedules
from course_lib.checks import tasks

DOCS = Path(__file__).parents[1] / "docs"


def rows(page, first_cell):
    """The cells of the table rows of a page whose first cell matches."""
    lines = (DOCS / page).read_text(encoding="utf-8").splitlines()
    split = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|"))
    return [cells for cells in split if re.match(first_cell, cells[0])]


def test_the_page_of_losses_lists_every_name_and_alias_once_and_no_other():
    table = rows("losses.md", r"`[a-z_]+`( \(|$)")
    listed = [re.findall(r"`(\w+)`", cells[0]) for cells in table]
    assert sorted(name for names in listed for name in names) == sorted(losses.names())
    for names in listed:
        assert len({losses.names()[name] for name in names}) == 1, names


def test_the_schedules_on_the_page_are_all_there_with_these_settings():
    table = rows("optimizers.md", r"`[A-Z]\w+\(")
    calls = [re.match(r"`(\w+)\((.*?)\)`", cells[0]).groups() for cells in table]
    known = {found.__name__: found for found in schedules.names().values()}
    assert {name for name, _ in calls} == set(known)
    for name, arguments in calls:
        assert known[name].settings() == tuple(arguments.split(", "))


def test_the_example_of_a_figure_runs():
    source = (DOCS / "figures.md").read_text(encoding="utf-8").split("```python\n")[2].split("```")[0]
    names = {}
    exec(source, names)
    figure = names["Line"](slope=0.5)
    assert [*lint_figures.figure_faults(figure)] == []
    assert not figure.reached
    figure.set(slope=2.0)
    assert figure.reached


def test_every_test_that_a_page_names_is_there():
    root = DOCS.parent
    text = "".join(page.read_text(encoding="utf-8") for page in [*root.glob("*.md"), *DOCS.glob("*.md")])
    named = set(re.findall(r"(?:grader/)?tests/[\w/]+\.py", text))
    assert len(named) > 5
    assert [name for name in named if "my_" not in name and not (root / name).exists()] == []


def test_every_command_of_the_page_for_teachers_is_one_of_nbgraders():
    text = (DOCS / "teaching.md").read_text(encoding="utf-8")
    named = set(re.findall(r"nbgrader ([a-z]+_?[a-z]*) (?:01|--)", text))
    assert {"generate_assignment", "autograde", "export"} <= named
    assert named <= NbGraderApp.subcommands.keys()


def test_the_exercises_that_the_page_for_teachers_speaks_of_are_there():
    text = (DOCS / "teaching.md").read_text(encoding="utf-8")
    assert set(re.findall(r"\b\d\d[a-z]?_\w+", text)) <= tasks.BY_LESSON.keys()


def test_the_page_of_performance_is_what_the_results_say():
    assert (DOCS / "performance.md").read_text(encoding="utf-8") == page.text()  # python -m benchmarks --page


def test_every_promise_about_speed_is_on_the_page_with_what_became_of_it():
    said = {(verdict, promise) for verdict, promise, _ in rows("performance.md", r"pass$|\*\*FAIL\*\*$")}
    for file in report.RESULTS.glob("*.json"):
        for bar in json.loads(file.read_text(encoding="utf-8"))["bars"]:
            assert ("pass" if bar["met"] else "**FAIL**", bar["promise"]) in said


def test_the_page_of_performance_knows_every_benchmark():
    assert page.ABOUT.keys() == BENCHMARKS.keys()

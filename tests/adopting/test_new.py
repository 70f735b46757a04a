"""What tools/new.py lays works, and is as clean as the course; where it fails, nothing is left."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import new
import pytest
import rules
from laying import Laying, Refused

NEEDED = ["benchmarks", "course_lib", "docs", "exercises", "lessons", "solutions", "tests", "tools"]
FILES = ["conftest.py", "nbgrader_config.py", "pyproject.toml"]
LAID = ["my_topic", "MyFigure", "my_figure", "MyOptimizer", "my_optimizer"]
SELECTED = f"({' or '.join(LAID)} or that_keras_3) and not random"
TESTED = [
    "tests/base/test_registry.py",
    "tests/checks/test_every_task.py",
    "tests/course/test_contents.py",
    "tests/exercises/test_exercises.py",
    "tests/explorers/test_every_explorer.py",
    "tests/explorers/test_my_figure.py",
    "tests/keras/test_optimizers_agree.py",
    "tests/notebooks/test_glossary.py",
    "tests/questions/test_questions.py",
    "tests/quizzes/test_quizzes.py",
    "tests/test_optimizers.py",
    "course_lib/explorers/my_figure.py",
    "course_lib/optimizers/my_optimizer.py",
]
LAY = """
import sys, new
for words in ("lesson 99_my_topic", "figure my_figure", "optimizer my_optimizer"):
    new.main(words.split())
"""
LINT = """
import lint
from tests.explorers import driving

with driving.unpainted():  # the rules are about words and settings
    print(*lint.faults(), sep="\\n", end="")
"""
USE = """
from course_lib import explorers, optimizers, surfaces, training
from course_lib.checks import check

def my_topic_path(w, lr, curvature, updates):
    return w * (1 - lr * curvature)

check("my_topic_path", my_topic_path)
print(training.run("parabola", optimizers.get("my_optimizer"), steps=3))
print(sorted(explorers.MyFigure()._repr_mimebundle_()[0]))
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A copy of the course in which one of each kind was laid."""
    course = tmp_path_factory.mktemp("course")
    litter = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", "_static")
    for folder in NEEDED:
        shutil.copytree(rules.ROOT / folder, course / folder, ignore=litter)
    for file in FILES:
        shutil.copy(rules.ROOT / file, course)
    python(course, "-c", LAY)
    return course


def python(course, *command):
    """What a command says that is run with the copy's own library and tools."""
    paths = os.pathsep.join([str(course), str(course / "tools")])
    done = subprocess.run(
        [sys.executable, *command],
        cwd=course,
        env=os.environ | {"PYTHONPATH": paths},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_what_is_laid_passes_the_tests_of_its_kind(course):
    said = python(course, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", SELECTED, *TESTED)
    assert "passed" in said
    assert "skipped" not in said


def test_what_is_laid_works_and_keeps_to_the_rules_as_does_the_whole_course(course):
    said = python(course, "-c", USE + LINT)
    assert "✘ my_topic_path(" in said
    assert "MyOptimizer(lr=0.01, beta=0.9, decay=0.0)" in said
    assert said.endswith("'image/png', 'text/plain']\n"), "a fault is told, or no picture"


def test_what_is_laid_has_the_style_of_the_rest(course):
    python(course, "-m", "ruff", "check", "--no-cache", "course_lib", "tests", "lessons", "solutions")
    python(course, "-m", "ruff", "format", "--no-cache", "--check", "course_lib", "tests")


def test_every_file_that_the_page_for_adopters_names_is_there(course):
    page = (rules.ROOT / "docs" / "adopting.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:\w+/)+[\w.]+\.\w+)`", page)
    assert len(named) > 20
    assert [file for file in named if not (course / file).exists()] == []
    links = re.findall(r"\]\(([^)]+)\)", page)
    assert [link for link in links if not (rules.ROOT / "docs" / link).exists()] == []


# What is refused, and what is left then.


@pytest.fixture
def small(tmp_path, monkeypatch):
    """As much of a course as a figure changes."""
    for name in ["course_lib/explorers/__init__.py", "tests/explorers/reaches.py", "docs/figures.md"]:
        (tmp_path / name).parent.mkdir(parents=True)
        shutil.copy(rules.ROOT / name, tmp_path / name)
    shutil.copy(rules.ROOT / "pyproject.toml", tmp_path)
    places = {"new.ROOT": "", "new.LIBRARY": "course_lib", "new.TESTS": "tests", "laying.ROOT": ""}
    for name, folder in places.items():
        monkeypatch.setattr(name, tmp_path / folder)
    return tmp_path


def files(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_every_file_is_told(small, capsys):
    before = files(small)
    new.main(["figure", "my_figure"])
    after = files(small)
    told = {tuple(line.split()) for line in capsys.readouterr().out.splitlines()[:-1]}
    changed = {path for path in before if before[path] != after[path]}
    assert told == {("new", name(path, small)) for path in after.keys() - before.keys()} | {
        ("changed", name(path, small)) for path in changed
    }


def name(path, folder):
    return path.relative_to(folder).as_posix()


@pytest.mark.parametrize("failure", [RuntimeError("the disk is full"), KeyboardInterrupt()])
def test_where_it_fails_all_is_as_before(small, monkeypatch, failure):
    before = files(small)

    def fail(paths):
        assert all(path.exists() for path in paths), "it is all but done"
        raise failure

    monkeypatch.setattr(new, "tidy", fail)
    with pytest.raises(type(failure)):
        new.main(["figure", "my_figure"])
    assert files(small) == before


def test_a_page_without_its_table_is_told_and_nothing_laid(small):
    (small / "docs" / "figures.md").write_text("no table")
    before = files(small)
    with pytest.raises(
        SystemExit, match=r"docs/figures.md has no table that begins \| figure \|. Nothing was"
    ):
        new.main(["figure", "my_figure"])
    assert files(small) == before


PLACES = {"figure": "explorers", "optimizer": "optimizers", "exercise": "checks/tasks", "lesson": "quizzes"}


@pytest.mark.parametrize(
    ("kind", "asked", "says"),
    [
        ("figure", "MyFigure", "the name must be that of a module, as in my_figure; got 'MyFigure'"),
        ("figure", "../my_figure", "the name must be that of a module"),
        ("figure", "lambda", "the name must be that of a module"),
        ("figure", "momentum", "course_lib/explorers/momentum.py is there already"),
        ("figure", "live", "course_lib/explorers/live.py is there already"),
        ("figure", "stability__map", "the name must be that of a module"),
        ("figure", "adam_family", "course_lib.explorers has a AdamFamily already"),
        ("figure", "slider", "every such module uses the word Slider; take another name"),
        ("optimizer", "base", "course_lib/optimizers/base.py is there already"),
        ("optimizer", "a_dam", "course_lib.optimizers has a Adam already"),
        ("exercise", "my_topic", "the name must be a number and a topic, as in 99_my_topic; got 'my_topic'"),
        ("exercise", "00_my_topic", "the name must be a number and a topic"),
        ("exercise", "05B_my_topic", "the name must be a number and a topic"),
        ("exercise", "05bb_my_topic", "the name must be a number and a topic"),
        ("exercise", "05_my_topic", "number 05 is that of 05_momentum; take one that is free"),
        ("exercise", "99_conditioning", "course_lib/checks/tasks/conditioning.py is there already"),
        ("exercise", "99_ravine", "there is a task ravine_settings already; take another topic"),
        ("lesson", "05_momentum", "lessons/05_momentum.ipynb is there already"),
        ("lesson", "99_my topic", "the name must be a number and a topic"),
    ],
)
def test_what_cannot_be_laid_is_refused(kind, asked, says):
    folder = rules.ROOT / "course_lib" / PLACES[kind]
    before = {path.name for path in folder.iterdir()}
    with pytest.raises(SystemExit) as refused:
        new.main([kind, asked])
    assert str(refused.value).startswith(says)
    assert str(refused.value).endswith(". Nothing was laid.")
    assert {path.name for path in folder.iterdir()} == before


def test_nothing_is_written_over(tmp_path):
    path = tmp_path / "mine"
    path.write_text("mine")
    with pytest.raises(Refused, match="is there already; take another name, or remove it"):
        Laying().lay(path, "yours")
    assert path.read_text() == "mine"


def test_folders_that_were_made_are_taken_back(tmp_path):
    laying = Laying()
    laying.lay(tmp_path / "one" / "two" / "file", "text")
    (tmp_path / "one" / "two" / "litter").touch()
    laying.undo()
    assert not [*tmp_path.iterdir()]


def test_a_stub_takes_the_words_of_the_table_so_that_a_translated_course_lays_translated_ones(monkeypatch):
    monkeypatch.setitem(new.WORDS, "predict", "Vorhersagen")
    monkeypatch.setitem(new.WORDS, "goal", "Ziel")
    laid = new.notebook("lesson", new.words_of("99_my_topic"))
    assert "## Vorhersagen" in laid
    assert "**Ziel.**" in laid
    assert "## Predict" not in laid


def test_a_seed_that_no_task_has():
    assert not [
        path for path in new.refresh.SOLUTIONS if f"seed={new.free_seed()})" in path.read_text("utf-8")
    ]


def test_a_lesson_between_two_others_has_a_letter():
    words = new.words_of("05b_my_topic")
    assert (words["number"], words["before_number"]) == ("5b", "5")
    assert new.last_lesson("05b_my_topic") == "05_momentum.ipynb"


def test_the_list_of_lessons_takes_one_between_two_others(tmp_path, monkeypatch):
    page = tmp_path / "lessons" / f"{rules.START_PAGE}.ipynb"
    page.parent.mkdir()
    shutil.copy(rules.ROOT / "lessons" / page.name, page)
    monkeypatch.setattr(new, "ROOT", tmp_path)
    new.list_lesson(Laying(), new.words_of("05b_my_topic"))
    numbers = re.findall(r"\| (\d+\w?) \| \[", page.read_text(encoding="utf-8"))
    at = numbers.index("5b")
    assert numbers[at - 1 : at + 2] == ["5", "5b", "6"]


def test_an_exercise_without_a_lesson_leads_to_the_one_before():
    last = sorted(path.name for path in (rules.ROOT / "lessons").glob("[0-9]*.ipynb"))[-1]
    assert new.own_or_last_lesson("99_my_topic") == new.last_lesson("99_my_topic") == last
    assert new.own_or_last_lesson("05_momentum") == "05_momentum.ipynb"
    assert Path(rules.ROOT / "lessons" / new.last_lesson("00_x")).exists()

"""What the lint says of each fault: where it is and what to do. Of the course as it stands: test_new."""

import copy
import math
import re
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import lint_exercises
import lint_figures
import lint_optimizers
import lint_questions
import lint_quizzes
import nbformat
import pytest
import rules

from course_lib import explorers, questions
from course_lib.checks import tasks
from course_lib.explorers import LearningRate
from course_lib.explorers.live.engine import Frame
from course_lib.optimizers import SGD
from course_lib.quizzes import Choice, Number

LESSON = "05_momentum"
LISTED = tasks.BY_LESSON[LESSON]
STEP, _, GUESS, GOAL = LISTED
SOLUTION = nbformat.read(lint_exercises.solution(LESSON), as_version=4)


def test_a_fault_is_told_with_its_file_and_line(tmp_path):
    path = tmp_path / "notes.md"
    path.write_text("one\ntwo\nthree\n")
    assert str(rules.fault(path, "it is wrong; mend it", at="two")) == f"{path}:2: it is wrong; mend it"
    assert str(rules.fault(path, "so it is", at="four")) == f"{path}:1: so it is"
    missing = rules.ROOT / "docs" / "none.md"
    assert str(rules.fault(missing, "write it")) == "docs/none.md:1: write it"


@pytest.mark.parametrize(
    ("number", "bounds", "says"),
    [
        (3, (3, 4), ""),
        (2, (3, 4), "2 tasks, where 3 to 4 are asked for (rules.toml says so)"),
        (2, (1, 1), "2 tasks, where 1 are asked for (rules.toml says so)"),
    ],
)
def test_a_count_is_held_to_the_table(number, bounds, says):
    assert rules.counted(number, bounds, "tasks") == says


# Tasks.


def told_of(task, **changes):
    """What is said of a task with these changes."""
    return [*lint_exercises.task_faults(replace(task, **changes))]


def test_how_many_tasks_and_of_which_kinds():
    (few,) = lint_exercises.choice_faults([STEP, GUESS])
    assert few.startswith("2 tasks, where 3 to 4 are asked for")
    (plain,) = lint_exercises.choice_faults([replace(STEP, picture=None), GOAL, GOAL])
    assert plain.startswith("no task draws the answer or asks for a prediction")


MISTAKES = dict(list(GUESS.mistakes.items())[:3])
FIRST = next(iter(MISTAKES.values()))
NEVER = dict.fromkeys(GUESS.expected, math.nan)
DOUBLE = {"Twice the step is taken: lr counts once.": STEP.reference}


@pytest.mark.parametrize(
    ("task", "changes", "says"),
    [
        (STEP, {"points": 0}, "points=0; give some"),
        (STEP, {"hints": STEP.hints[:2]}, "give 3 different ones"),
        (STEP, {"hints": [*STEP.hints[:2], "short"]}, "give 3 different ones"),
        (STEP, {"name": "momentum step"}, "cannot be the name of a function"),
        (STEP, {"mistakes": dict(list(STEP.mistakes.items())[:2])}, "2 mistakes; foresee 3 or more"),
        (STEP, {"mistakes": STEP.mistakes | DOUBLE}, "has all the points; add a case in which it is wrong"),
        (GUESS, {"mistakes": MISTAKES | {"no sentence": lambda: (1, 2, 3, 4)}}, "end it with a full stop"),
        (GUESS, {"mistakes": MISTAKES | {"As the first.": FIRST}}, "tells the two apart"),
        (GUESS, {"expected": NEVER}, "its right answer is not right"),
        (STEP, {"cases": [STEP.cases[0]] * 2}, "two cases are the same"),
        (GOAL, {"signs": {}}, "give each mistake a sign"),
    ],
)
def test_what_is_said_of_a_task(task, changes, says):
    assert told_of(task) == []
    assert any(says in told for told in told_of(task, **changes)), told_of(task, **changes)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"points": 1}, "points=1; a task in a lesson has none"),
        ({"mistakes": {}}, "0 mistakes; foresee 2 or more"),
        ({"cases": tasks.IN_LESSONS["lesson 1"].cases[:1]}, "has all the points; add a case"),
    ],
)
def test_what_is_said_of_a_task_in_a_lesson(changes, says):
    task = tasks.IN_LESSONS["lesson 1"]
    assert [*lint_exercises.in_lesson_faults(task)] == []
    assert any(says in told for told in lint_exercises.in_lesson_faults(replace(task, **changes)))


def test_a_name_of_two_tasks_a_module_that_is_not_listed_and_a_solution_that_is_missing(monkeypatch):
    listed, modules = dict(tasks.BY_LESSON), dict(lint_exercises.MODULES)
    del listed["01_learning_rate"], modules["01_learning_rate"]
    listed["13_nothing"], modules["13_nothing"] = [STEP], modules[LESSON]
    monkeypatch.setattr(tasks, "BY_LESSON", listed)
    monkeypatch.setattr(lint_exercises, "MODULES", modules)
    told = "\n".join(map(str, lint_exercises.index_faults()))
    assert "learning_rate is not listed; add" in told
    assert "there is no solutions/13_nothing/13_nothing.ipynb; write it" in told
    assert re.search(
        r"solutions/01_learning_rate/01_learning_rate.ipynb:1: no exercise has it; list it", told
    )
    assert re.search(r"momentum.py:\d+: 05_momentum has a task momentum_step, too; give one of them", told)


def test_a_seed_that_is_used_twice(monkeypatch):
    monkeypatch.setattr(lint_exercises, "SEED", re.compile(r"seed=(\d)"))  # of all, the first digit
    told = [str(fault) for fault in lint_exercises.seed_faults()]
    says = r"seed=\d is that of 01_learning_rate, check-.* already; take another number"
    assert re.fullmatch(rf"solutions/01_.*\.ipynb:\d+: {says}", told[0])


# A solution.


def cell(notebook, name):
    return next(cell for cell in notebook.cells if cell.id == name)


def said(notebook):
    return [*lint_exercises.solution_faults(notebook, LESSON, LISTED)]


def remove(notebook, name):
    notebook.cells.remove(cell(notebook, name))


def replace_in(notebook, name, old, new):
    changed = cell(notebook, name)
    assert old in changed.source
    changed.source = changed.source.replace(old, new)


SPOILED = [  # what is done to a solution, the cell that is named, and what is said
    (lambda n: replace_in(n, "title", "05_momentum", "04_momentum"), "title", "does not link to its lesson"),
    (lambda n: replace_in(n, "title", "17.", "18."), "title", "write **Points.** 17."),
    (lambda n: remove(n, "why-momentum-step"), "", "there is no cell why-momentum-step; add it"),
    (lambda n: n.cells.insert(2, n.cells.pop(6)), "another-momentum-step", "it stands where"),
    (lambda n: remove(n, "swing-in-words"), "", "0 cells answered in words"),
    (lambda n: remove(n, "marking-swing"), "", "nothing says how words are marked"),
    (lambda n: cell(n, "why-momentum-step").metadata.clear(), "why-momentum-step", "give the cell the tag"),
    (lambda n: replace_in(n, "why-momentum-step", "**Why.**", "Why:"), "why-momentum-step", "begin one"),
    (
        lambda n: replace_in(n, "another-momentum-step", '"momentum_step"', '"x"'),
        "another-momentum-step",
        "no other way is shown to pass",
    ),
    (
        lambda n: cell(n, "check-momentum-step").metadata.nbgrader.update(points=2),
        "check-momentum-step",
        "it has 2 points, the task 3; `make exercises` carries the task's over",
    ),
    (
        lambda n: cell(n, "check-momentum-step").metadata.nbgrader.update(grade=False),
        "check-momentum-step",
        "nbgrader does not know it as a check",
    ),
    (
        lambda n: replace_in(n, "check-momentum-step", ", seed=5031", ""),
        "check-momentum-step",
        "hidden cases are drawn for a Function",
    ),
    (
        lambda n: replace_in(n, "check-momentum-step", '"momentum_step"', '"x"'),
        "check-momentum-step",
        "it does not try the answer",
    ),
    (lambda n: cell(n, "check-momentum-step").outputs.clear(), "check-momentum-step", "run `make notebooks`"),
    (
        lambda n: cell(n, "check-momentum-step").outputs[0].update(text="✘ wrong"),
        "check-momentum-step",
        "the stored run has an answer that is not right",
    ),
    (
        lambda n: cell(n, "momentum-step").metadata.nbgrader.update(solution=False),
        "momentum-step",
        "nbgrader does not know it as an answer",
    ),
    (
        lambda n: replace_in(n, "momentum-step", "### BEGIN SOLUTION", "#"),
        "momentum-step",
        "it has no answer to take out",
    ),
    (
        lambda n: cell(n, "momentum-path").metadata.nbgrader.update(grade_id="momentum-step"),
        "momentum-path",
        "let grade_id be momentum-path, too",
    ),
    (lambda n: replace_in(n, "title", "You go on", "The seed: you go on"), "title", "read 'seed', a word of"),
    (
        lambda n: replace_in(n, "task-terminal-steps", "Return", "return 0.5, 5, 5.0, 50"),
        "terminal-steps",
        "every line of the answer stands where a learner reads it",
    ),
    (
        lambda n: replace_in(n, "set-up", "import numpy as np", "import numpy as np\n1 / 0"),
        "set-up",
        "it raises ZeroDivisionError before the answer is written",
    ),
]


@pytest.mark.parametrize(("spoil", "name", "says"), SPOILED, ids=[says for _, _, says in SPOILED])
def test_what_is_said_of_a_solution(spoil, name, says):
    notebook = copy.deepcopy(SOLUTION)
    spoil(notebook)
    assert any(at == name and says in told for at, told in said(notebook)), said(notebook)


def test_a_check_of_no_task():
    told = [*lint_exercises.place_faults(SOLUTION, LISTED[:3])]
    assert [name for name, says in told if "the check belongs to no task" in says] == [
        "check-ravine-settings"
    ]


# Quizzes.


RIGHT = "Because it is so."
CHOICE = Choice("What?", {"a": RIGHT, "b": "No, because of c.", "c": "No, because of b."}, "a")


@pytest.mark.parametrize(
    ("question", "says"),
    [
        (replace(CHOICE, replies={"a": RIGHT, "b": "No, because of c."}), "2 options; give 3 or more"),
        (replace(CHOICE, replies=CHOICE.replies | {"a": "so"}), "end it with a full stop"),
        (replace(CHOICE, replies=CHOICE.replies | {"b": "No."}), "say why it is wrong"),
        (replace(CHOICE, replies=CHOICE.replies | {"b": RIGHT}), "say why it is wrong"),
        (Number("How many?", 3.0, 0.0, RIGHT, "Count them again."), "no tolerance"),
    ],
)
def test_what_is_said_of_a_question(question, says):
    assert [*lint_quizzes.question_faults(CHOICE)] == []
    (told,) = lint_quizzes.question_faults(question)
    assert says in told


def test_what_is_said_of_a_quiz(monkeypatch):
    monkeypatch.setattr(lint_quizzes.quizzes, "load", lambda name: [CHOICE] * 6)
    told = [says for _, says in lint_quizzes.quiz_faults("any")]
    assert told[0].startswith("6 questions, where 3 to 5 are asked for")
    assert told[1].startswith("every right option has the same place")


def test_a_quiz_that_cannot_be_read_is_missing_or_has_no_lesson(monkeypatch, tmp_path):
    monkeypatch.setattr(lint_quizzes, "QUIZZES", tmp_path)
    monkeypatch.setattr(lint_quizzes.quizzes, "names", lambda: ["13_nothing"])
    (tmp_path / "01_learning_rate.toml").touch()
    monkeypatch.setattr(lint_quizzes.quizzes, "load", lambda name: {}["question"])
    told = "\n".join(map(str, lint_quizzes.faults()))
    assert "01_learning_rate.toml:1: it cannot be read, KeyError: 'question'; its form is that of" in told
    assert "02_regression_losses.toml:1: the lesson has no quiz; write one" in told
    assert "13_nothing.toml:1: there is no lesson 13_nothing; name the quiz as its lesson" in told


# Questions that are asked twice.


ASKED = questions.of("01_learning_rate")[0]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"again": {"lr": (0.5, 0.2, 0.3)}}, "2 other numbers; let `again` have 3 or more"),
        ({"again": {"rate": (0.1, 0.2, 0.3)}}, "`again` and `first` have other numbers"),
        ({"beliefs": {}}, "0 beliefs; foresee 1 or more"),
        ({"text": "Where is `w` with {momentum}?"}, "has a place for momentum, which is no number of it"),
        ({"why": "so it is"}, "'so it is' is no sentence"),
        ({"answer": lambda lr: math.nan}, "nan at {'lr': 0.5} is no answer to it"),
        ({"beliefs": {"It is so.": ASKED.answer}}, "as another or the truth; give None there"),
        (
            {"figure": {"lr": 99.0}},
            "LearningRate does not show it, lr must be a number from 0 to 2.5; got",
        ),
        (
            {"figure": {"lr": 0.3}},
            "LearningRate(lr=0.3) opens with its answer, in the learner's copy, too; open it elsewhere",
        ),
        ({"options": ("a", "b")}, "is no answer to it; compute one that is"),
    ],
)
def test_what_is_said_of_a_question_that_is_asked_twice(changes, says):
    figures = [(LearningRate, {"lr": 0.3})]
    assert [*lint_questions.question_faults(ASKED, figures)] == []
    told = [*lint_questions.question_faults(replace(ASKED, **changes), figures)]
    assert any(says in one for one in told), told


def test_a_question_of_another_lesson_of_no_lesson_and_twice(monkeypatch):
    monkeypatch.setattr(questions, "BY_LESSON", {"05_momentum": [ASKED, ASKED], "13_nothing": [ASKED]})
    told = "\n".join(map(str, lint_questions.faults()))
    assert re.search(r"questions/learning_rate.py:\d+: its lesson is 01_learning_rate, and 05_momentum", told)
    assert "another question has its name; give it one of its own" in told
    assert "there is no lesson 13_nothing; name the questions' lesson" in told


# Figures.


class Spoiled(LearningRate):
    """A figure with every fault."""

    goal = "no sentence"
    presets: ClassVar = {"Far": {"lr": 99.0}}

    def frame(self, **values):
        frame = super().frame(**values)
        return Frame(frame.artists, f" :  {'long' * 200}", reached=True, facts=frame.facts)


def test_what_is_said_of_a_figure():
    told = "\n".join(says for _, says in lint_figures.figure_faults(Spoiled()))
    for says in [
        "1 presets, where 3 to 8 are asked for",
        "its goal is no sentence, 'no sentence'; end it with a full stop",
        "the goal is reached before anything was moved; begin elsewhere",
        "a caption of 804 characters; say it in 1 to 300",
        "a space too many in the caption",
        "the preset is refused, lr must be",
        "without controls the caption is",
    ]:
        assert says in told
    (unseen,) = [s for _, s in lint_figures.figure_faults(LearningRate(only=[])) if "presets" in s]
    assert unseen.startswith("none of its presets is on the page")


def test_what_is_said_of_settings_that_shall_reach_a_goal():
    made = LearningRate()
    assert [*lint_figures.goal_faults(made, {"lr": 1.0})] == []

    (missed,) = lint_figures.goal_faults(made, {"lr": 0.9})
    assert missed.startswith("{'lr': 0.9} do not reach the goal")
    (refused,) = lint_figures.goal_faults(made, {"lr": 99.0})
    assert "lr must be" in refused


def test_what_is_said_of_the_page_of_figures(monkeypatch, tmp_path):
    page = lint_figures.PAGE.read_text(encoding="utf-8")
    row = next(line for line in page.splitlines() if line.startswith("| `Decay`"))
    spoiled = page.replace(row, row.replace("| 8 |", "| 2 |").replace("`lr`, ", ""))
    spoiled = re.sub(r"\| `Noise` .*\n", "", spoiled).replace("| `Race` |", "| `Rally` |")
    monkeypatch.setattr(lint_figures, "PAGE", tmp_path / "figures.md")
    lint_figures.PAGE.write_text(spoiled, encoding="utf-8")
    told = "\n".join(map(str, lint_figures.page_faults()))
    line = spoiled[: spoiled.index("| `Decay`")].count("\n") + 1
    assert f"figures.md:{line}: the row must end with `schedule`, `lr`, `decay`, `updates` |" in told
    assert f"figures.md:{line}: lesson 2 does not show Decay; name one that does" in told
    assert "Noise has no row; add | `Noise` | – | what it shows | `lr`, `momentum`" in told
    assert "there is no figure Rally; take the row out" in told


def test_a_figure_that_is_not_listed(monkeypatch):
    monkeypatch.setattr(explorers, "__all__", [*reversed(explorers.__all__[1:])])
    told = [fault.says for fault in lint_figures.index_faults()]
    assert told[0].startswith("the figure of adam.py is not listed; import it")
    assert told[1].startswith("__all__ is not in the order of the alphabet")


# Optimizers.


class Backwards(SGD):
    """An optimizer that no name finds, and whose first setting is not lr."""

    def __init__(self, momentum=0.5, lr=0.1):
        super().__init__(lr, momentum)


def test_what_is_said_of_an_optimizer():
    told = "\n".join(fault.says for fault in lint_optimizers.class_faults(Backwards))
    for says in [
        "Backwards is not in __all__; add it",
        "Backwards is not found by its own name; add names=['backwards']",
        "its first setting is momentum; let it be lr",
        "Backwards has no oracle; add its formula as path, or GOLDEN numbers",
    ]:
        assert says in told


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (["`lr=0.02`", "none", "none"], "the defaults of SGD are others; write `lr=0.01, momentum=0.0,"),
        (["`rate=0.01`", "none", "none"], "the defaults of SGD are others"),
        (["nothing", "none", "none"], "the defaults of SGD are others"),
        (["`lr=0.01`", "the same", "`SGD(rate=1)`"], "the recipe SGD(rate=1) raises TypeError"),
        (["`lr=0.01`", "the same", "`Adam(lr=1)`"], "the recipe Adam(lr=1) makes no SGD"),
    ],
)
def test_what_is_said_of_a_row_of_defaults(row, says):
    assert [*lint_optimizers.row_faults(SGD, ["`lr=0.01, momentum=0.0`", "the same", "`SGD(lr=1)`"])] == []
    (told,) = lint_optimizers.row_faults(SGD, row)
    assert says in told


def test_an_optimizer_that_keras_lacks_is_compared_with_no_keras():
    assert [*lint_optimizers.keras_faults(Backwards, lacks=True)] == []
    told = [fault.says for fault in lint_optimizers.keras_faults(Backwards, lacks=False)]
    assert told[0].startswith("Backwards is not compared with Keras's; add a row to SAME, or say none")
    assert told[1].startswith("Backwards has no row; add one, or say none in docs/optimizers.md")


def test_an_optimizer_without_a_row(monkeypatch, tmp_path):
    page = lint_optimizers.PAGE.read_text(encoding="utf-8")
    monkeypatch.setattr(lint_optimizers, "PAGE", tmp_path / "optimizers.md")
    lint_optimizers.PAGE.write_text(page.replace("| `Lion` |", "| `Tiger` |"), encoding="utf-8")
    told = "\n".join(map(str, lint_optimizers.faults()))
    assert "Lion has no row; add | `Lion` | not in Keras 1; `lr=0.001, beta_1=0.9, beta_2=0.99" in told
    assert "there is no optimizer Tiger; take the row out" in told


def test_a_module_that_nobody_imports(monkeypatch, tmp_path):
    (tmp_path / "__init__.py").touch()
    (tmp_path / "forgotten.py").touch()
    monkeypatch.setattr(lint_optimizers, "INDEX", Path(tmp_path, "__init__.py"))
    told = [fault.says for fault in lint_optimizers.faults()]
    assert told[0] == "forgotten is not imported; import its class, and add it to __all__"

"""Lay a stub that works and is tested, to be changed into what you want.

    python tools/new.py exercise 99_my_topic        # its tasks, its solution, and what learners get of it
    python tools/new.py figure my_figure            # a live figure with its test, MyFigure in a notebook
    python tools/new.py optimizer my_optimizer      # MyOptimizer, with an oracle to be tested against
    python tools/new.py lesson 99_my_topic          # a lesson with its quiz, and an exercise if it has none

Every file that was laid or changed is told. Nothing is overwritten; where something fails, all is as before.
docs/adopting.md says what to do next.
"""

import argparse
import keyword
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from string import Template

import build_exercises
import nbformat
import refresh
from laying import Laying, Refused, add_row, enlist
from lint_exercises import SEED
from rules import GLOSSARY, PAGES, ROOT, RULES, START_PAGE

from course_lib.base.naming import lesson_number
from course_lib.checks.tasks import BY_NAME

STUBS = Path(__file__).with_name("stubs")
LIBRARY, TESTS = ROOT / "course_lib", ROOT / "tests"
TASKS = LIBRARY / "checks" / "tasks"
WORDS = RULES["lessons"]["sections"] | RULES["lessons"]["words"] | RULES["exercises"]["words"]
TOPIC = re.compile(r"((?:0[1-9]|[1-9]\d)[a-z]?)_([a-z][a-z0-9]*(?:_[a-z0-9]+)*)")
MODULE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
NBGRADER = {"schema_version": 3, "grade": False, "locked": False, "solution": False, "task": False}


# What there is to lay.


def exercise(laying, name):
    """The tasks, the solution, and the exercise that is made of it."""
    _, topic = numbered(name)
    taken = [task for task in BY_NAME if re.fullmatch(rf"{topic}_(path|left|settings)", task)]
    if taken:
        raise Refused(f"there is a task {taken[0]} already; take another topic")
    module, solution = TASKS / f"{topic}.py", refresh.ROOT / "solutions" / name / f"{name}.ipynb"
    words = words_of(name) | {"seed": free_seed(), "lesson_link": f"../../lessons/{own_or_last_lesson(name)}"}
    laying.lay(module, stub("tasks.py", words))
    laying.lay(solution, notebook("exercise", words))
    list_module(laying, module, name, "TASKS")
    for file, text in build_exercises.for_those_who_learn_alone().items():
        laying.rewrite(file, text)
    run(laying, solution)
    release(laying, name)


def figure(laying, name):
    """The figure, its test, and its place among the figures."""
    words = plain_words(name)
    module, test = LIBRARY / "explorers" / f"{name}.py", TESTS / "explorers" / f"test_{name}.py"
    laying.lay(module, stub("figure.py", words))
    laying.lay(test, stub("test_figure.py", words))
    index, reaches = LIBRARY / "explorers" / "__init__.py", TESTS / "explorers" / "reaches.py"
    enlist(laying, index, "course_lib.explorers", words)
    laying.change(reaches, "REACHES = {\n", f'REACHES = {{\n    "{words["Class"]}": {{"slope": 2.0}},\n')
    row = f"| `{words['Class']}` | – | a line whose slope follows the slider | `slope` | a slope of 2 |"
    add_row(laying, ROOT / "docs" / "figures.md", "| figure |", row)
    tidy([module, test, index])


def optimizer(laying, name):
    """The optimizer, its oracle, its row of defaults; the glossary prints it, and is run again."""
    words = plain_words(name)
    module, oracle = LIBRARY / "optimizers" / f"{name}.py", TESTS / "oracles" / f"{name}.py"
    laying.lay(module, stub("optimizer.py", words))
    laying.lay(oracle, stub("oracle.py", words))
    index = LIBRARY / "optimizers" / "__init__.py"
    enlist(laying, index, "course_lib.optimizers", words)
    row = f"| `{words['Class']}` | not in Keras 1; `lr=0.01, beta=0.9, decay=0.0` | none | none |"
    add_row(laying, ROOT / "docs" / "optimizers.md", "| optimizer |", row)
    tidy([module, oracle, index])
    run(laying, ROOT / "lessons" / f"{GLOSSARY}.ipynb")


def lesson(laying, name):
    """The lesson, its questions, its quiz, its row on the start page; and its exercise, or the link to it."""
    words = words_of(name)
    path = ROOT / "lessons" / f"{name}.ipynb"
    laying.lay(path, notebook("lesson", words))
    laying.lay(LIBRARY / "quizzes" / f"{name}.toml", stub("quiz.toml", words))
    list_lesson(laying, words)
    asked = LIBRARY / "questions" / f"{words['topic']}.py"
    laying.lay(asked, stub("questions.py", words))
    list_module(laying, asked, name, "QUESTIONS")
    solution = ROOT / "solutions" / name / f"{name}.ipynb"
    if solution.exists():
        text = solution.read_text(encoding="utf-8")
        link = re.compile(r"\(\.\./\.\./lessons/\w+\.ipynb\)")
        laying.rewrite(solution, link.sub(f"(../../lessons/{name}.ipynb)", text, count=1))
        release(laying, name)
    else:
        exercise(laying, name)
    run(laying, path)


KINDS = {kind.__name__: kind for kind in (exercise, figure, optimizer, lesson)}


# Names, and the words that a stub is filled with.


def numbered(name):
    """The number and the topic of "99_my_topic"; Refused for another form, or a number that is taken."""
    form = TOPIC.fullmatch(name)
    if not form or keyword.iskeyword(form[2]):
        raise Refused(f"the name must be a number and a topic, as in 99_my_topic; got {name!r}")
    others = {path.stem for path in [*refresh.LESSONS, *refresh.SOLUTIONS]} - {name, *PAGES}
    taken = sorted(other for other in others if other.startswith(f"{form[1]}_"))
    if taken:
        raise Refused(f"number {form[1]} is that of {taken[0]}; take one that is free")
    return form.groups()


def words_of(name):
    """What fills the stubs of a lesson and of an exercise: names, and the words of the table of choices."""
    _, topic = numbered(name)
    before = last_lesson(name)
    return {
        **WORDS,
        "name": name,
        "topic": topic,
        "dashed": topic.replace("_", "-"),
        "number": lesson_number(name),
        "title": topic.replace("_", " ").capitalize(),
        "lesson_word": RULES["words"]["lessons"][0].capitalize(),
        "minutes": RULES["words"]["minutes"],
        "before_file": before,
        "before_number": lesson_number(before),
        "start_file": f"{START_PAGE}.ipynb",
    }


def last_lesson(name):
    """The file of the lesson before this one; the start page, if there is none."""
    before = [path.name for path in refresh.LESSONS if path.stem not in PAGES and path.stem < name]
    return before[-1] if before else f"{START_PAGE}.ipynb"


def own_or_last_lesson(name):
    """The file of the lesson that an exercise belongs to; where it has none yet, of the one before it."""
    own = ROOT / "lessons" / f"{name}.ipynb"
    return own.name if own.exists() else last_lesson(name)


def plain_words(name):
    """What fills the stubs of a figure and of an optimizer."""
    if not MODULE.fullmatch(name) or keyword.iskeyword(name):
        raise Refused(f"the name must be that of a module, as in my_figure; got {name!r}")
    words = name.split("_")
    return {
        "name": name,
        "Class": "".join(map(str.capitalize, words)),
        "Title": " ".join(words).capitalize(),
    }


def free_seed():
    """A seed of hidden cases that no task has."""
    sources = [path.read_text(encoding="utf-8") for path in refresh.SOLUTIONS]
    return max((int(seed) for seed in SEED.findall("\n".join(sources))), default=0) + 1


def stub(name, words):
    """A stub with its words filled in."""
    text = (STUBS / f"{name}.txt").read_text(encoding="utf-8")
    if "Class" in words and re.search(rf"\b{words['Class']}\b", text):
        raise Refused(f"every such module uses the word {words['Class']}; take another name")
    return Template(text).substitute(words)


def notebook(name, words):
    """A stub of a notebook. Each of its cells begins with a line "%% kind id", of a check with its points."""
    cells = []
    for part in stub(name, words).split("%% ")[1:]:
        head, _, source = part.partition("\n")
        kind, id_, *points = head.split()
        is_prose = kind.endswith(("markdown", "words"))
        new = nbformat.v4.new_markdown_cell if is_prose else nbformat.v4.new_code_cell
        cells.append(new(source.strip(), id=id_, metadata=metadata(kind, id_, *map(float, points))))
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells, metadata=refresh.METADATA)) + "\n"


def metadata(kind, id_, points=None):
    """What nbgrader, and what takes out the teacher's cells, must know of a cell."""
    if kind.startswith("teacher"):
        return {"tags": ["teacher"]}
    graded = {
        "answer": {"solution": True},
        "check": {"grade": True, "locked": True, "points": points},
        "words": {"grade": True, "solution": True, "points": points},
    }
    return {"nbgrader": NBGRADER | {"grade_id": id_} | graded[kind]} if kind in graded else {}


# Places in files that are there.


def list_module(laying, module, name, kind):
    """Add the module of a lesson to those of its package, which has them by lesson."""
    index, topic = module.with_name("__init__.py"), module.stem
    text = index.read_text(encoding="utf-8")
    rows = re.findall(rf'^    "\w+": \w+\.{kind},$', text, re.MULTILINE)
    listed = sorted([*rows, f'    "{name}": {topic}.{kind},'])
    laying.change(index, "\n".join(rows), "\n".join(listed))
    laying.change(index, "import (\n", f"import (\n    {topic},\n")
    tidy([module, index])


def list_lesson(laying, words):
    """Add the lesson to the list on the start page."""
    path = ROOT / "lessons" / words["start_file"]
    start = nbformat.read(path, as_version=4)
    (cell,) = [cell for cell in start.cells if cell.id == "lessons"]
    rows = re.findall(r"^\| \d+[a-z]? \|.*$", cell.source, re.MULTILINE)
    question = "The question that it answers?"
    row = f"| {words['number']} | [{words['title']}]({words['name']}.ipynb) | {question} | 30 |"
    listed = sorted([*rows, row], key=lambda row: re.search(r"\]\((\w+)\.ipynb\)", row)[1])
    cell.source = cell.source.replace("\n".join(rows), "\n".join(listed))
    laying.rewrite(path, nbformat.writes(start) + "\n")


# What must be done with files that were laid.


def tidy(paths):
    """Sort imports and lists, and lay lines as the others have them."""
    ruff = [sys.executable, "-m", "ruff"]
    for command in (["check", "--fix", "--select", "I,RUF022"], ["format"]):
        subprocess.run([*ruff, *command, "--quiet", "--no-cache", *paths], check=True)


def run(laying, path):
    """Run a notebook from top to bottom, and store what it shows."""
    laying.rewrite(path, nbformat.writes(refresh.refreshed(path)) + "\n")


def release(laying, name):
    """Make of the solution what learners get."""
    path = build_exercises.EXERCISES / name / f"{name}.ipynb"
    with tempfile.TemporaryDirectory() as folder:
        build_exercises.build(Path(folder), [name])
        text = (Path(folder) / name / f"{name}.ipynb").read_text(encoding="utf-8")
    if path.exists():
        build_exercises.put_aside(build_exercises.EXERCISES, build_exercises.ANSWERS)
        laying.rewrite(path, text)
    else:
        laying.lay(path, text)


def main(arguments=None):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument("kind", choices=KINDS, metavar="exercise|figure|optimizer|lesson")
    parser.add_argument("name", help="99_my_topic of an exercise or a lesson, my_figure of the others")
    options = parser.parse_args(arguments)
    laying = Laying()
    try:
        KINDS[options.kind](laying, options.name)
    except Refused as reason:
        laying.undo()
        sys.exit(f"{reason}. Nothing was laid.")
    except BaseException:
        laying.undo()
        print("Nothing was laid: all is as it was before.", file=sys.stderr)
        raise
    laying.tell()
    print(
        "Change them into what you want. `make lint` says what is missing; docs/adopting.md what comes next."
    )


if __name__ == "__main__":
    main()

"""Hold the exercises to their grammar: the tasks, and the solutions that the exercises are made from.

Tasks are tried, too: the right answer must have all points, and each mistake be told its own sentence.
"""

import contextlib
import io
import re
from inspect import getfile
from pathlib import Path
from types import ModuleType

import claims
import nbformat
from rules import ROOT, RULES, bold, counted, fault

from course_lib.checks import tasks, words
from course_lib.checks.task import Function, Goal, Prediction

CHOSEN = RULES["exercises"]
WORDS = CHOSEN["words"]
INDEX = Path(getfile(tasks))
SOLUTIONS = ROOT / "solutions"
MODULES = {
    lesson: Path(getfile(module))
    for lesson, listed in tasks.BY_LESSON.items()
    for module in vars(tasks).values()
    if isinstance(module, ModuleType) and getattr(module, "TASKS", None) is listed
}
ANSWER = re.compile(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", re.DOTALL)
HIDDEN = re.compile(r"### BEGIN HIDDEN TESTS\n(.*?)### END HIDDEN TESTS", re.DOTALL)
STUB = "raise NotImplementedError()"
SEED = re.compile(r"seed=(\d+)")
TELLING = re.compile(r"BEGIN|END|HIDDEN|SOLUTION|seed|teacher")
SEEDS = (None, 0, 1, 2)  # which the right answer is tried with


def faults():
    """Everything wrong with the tasks and the solutions."""
    yield from index_faults()
    for lesson, listed in tasks.BY_LESSON.items():
        module = MODULES[lesson]
        yield from (fault(module, says, at="TASKS = [") for says in choice_faults(listed))
        for task in listed:
            yield from (fault(module, says, at=f'name="{task.name}"') for says in task_faults(task))
        path = solution(lesson)
        if path.exists():
            notebook = nbformat.read(path, as_version=4)
            found = solution_faults(notebook, lesson, listed)
            yield from (fault(path, says, at=f'"id": "{cell}"') for cell, says in found)
    yield from seed_faults()
    for name, task in tasks.IN_LESSONS.items():
        yield from (fault(INDEX, f"{name}: {says}") for says in in_lesson_faults(task))


def solution(lesson):
    """The notebook that the exercise of this name is made from."""
    return SOLUTIONS / lesson / f"{lesson}.ipynb"


def graded(cell):
    """What nbgrader knows of the cell."""
    return cell.metadata.get("nbgrader", {})


def is_for_the_teacher(cell):
    return "teacher" in cell.metadata.get("tags", [])


# The files.


def index_faults():
    """Each exercise has its tasks, its solution and no other file; no name is that of two tasks."""
    for path in sorted(INDEX.parent.glob("*.py")):
        if path != INDEX and path not in MODULES.values():
            says = f'{path.stem} is not listed; add "NN_{path.stem}": {path.stem}.TASKS to BY_LESSON'
            yield fault(INDEX, says)
    for lesson in tasks.BY_LESSON:
        if not solution(lesson).exists():
            says = f"there is no {solution(lesson).relative_to(ROOT)}; write it"
            yield fault(INDEX, says, at=f'"{lesson}"')
    expected = {solution(lesson) for lesson in tasks.BY_LESSON}
    for path in sorted(SOLUTIONS.rglob("*")):
        if path.is_file() and path not in expected and ".ipynb_checkpoints" not in path.parts:
            yield fault(path, f"no exercise has it; list it in {INDEX.relative_to(ROOT)}, or remove it")
    owner = {}
    for lesson, listed in tasks.BY_LESSON.items():
        for task in listed:
            if task.name in owner:
                says = f"{owner[task.name]} has a task {task.name}, too; give one of them another name"
                yield fault(MODULES[lesson], says, at=f'name="{task.name}"')
            owner.setdefault(task.name, lesson)


def seed_faults():
    """Hidden cases that two tasks share would tell each other's answers."""
    used = {}
    for lesson in filter(lambda lesson: solution(lesson).exists(), tasks.BY_LESSON):
        for cell in nbformat.read(solution(lesson), as_version=4).cells:
            for seed in SEED.findall(cell.source):
                if seed in used:
                    says = f"seed={seed} is that of {used[seed]} already; take another number"
                    yield fault(solution(lesson), says, at=f'"id": "{cell.id}"')
                used.setdefault(seed, f"{lesson}, {cell.id}")


# The tasks.


def choice_faults(listed):
    """How many tasks there are, and of which kinds."""
    if says := counted(len(listed), CHOSEN["tasks"], "tasks"):
        yield f"{says}; add or leave out some, or choose another number there"
    sees = any(isinstance(task, Prediction) or getattr(task, "picture", None) for task in listed)
    if CHOSEN["picture_or_prediction"] and not sees:
        yield "no task draws the answer or asks for a prediction; give one a picture=, or add a Prediction"


def task_faults(task):
    """What is wrong with one task, by itself and when it is tried."""
    if not task.name.isidentifier():
        yield f"{task.name!r} cannot be the name of a function; use letters, digits and _"
    if task.points <= 0:
        yield f"points={task.points}; give some"
    count = CHOSEN["hints"]
    if not len(task.hints) == len(set(task.hints)) == count or min(map(len, task.hints), default=0) <= 10:
        asked = f"give {count} different ones: a nudge, the formula, the first line"
        yield f"its hints are {list(task.hints)}; {asked}"
    if len(task.mistakes) < CHOSEN["mistakes"]:
        yield f"{len(task.mistakes)} mistakes; foresee {CHOSEN['mistakes']} or more"
    for says in task.mistakes:
        if not says.endswith((".", "?")):
            yield f"a mistake is told no sentence, {says!r}; end it with a full stop or a question mark"
    if isinstance(task, Goal) and task.mistakes.keys() != task.signs.keys():
        yield "mistakes and signs have different sentences; give each mistake a sign, under the same sentence"
    if isinstance(task, Function):
        cases = [*task.cases, *task._drawn(seed=3)]
        if len(set(map(str, cases))) < len(cases):
            yield "two cases are the same; change one, or let draw give another case each time"
    yield from trial_faults(task)


def in_lesson_faults(task):
    """What is wrong with a task that stands in a lesson."""
    if task.points:
        yield f"points={task.points}; a task in a lesson has none"
    least = RULES["lessons"]["mistakes"]
    if len(task.mistakes) < least:
        yield f"{len(task.mistakes)} mistakes; foresee {least} or more"
    yield from trial_faults(task)


def trial_faults(task):
    """What comes of the right answer and of each mistake."""
    for seed in SEEDS:
        verdict = task.judge(task.solved(), seed)
        wrong = [line.text for line in verdict.lines if not line.right]
        if not verdict.right:
            yield f"its right answer is not right, {wrong[:1]}; mend it, or what it is compared with"
            break
    for says, mistake in task.mistakes.items():
        verdict = task.judge(mistake)
        if verdict.right:
            yield f"the mistake {says!r} has all the points; add a case in which it is wrong"
        elif verdict.says != says:
            told = repr(verdict.says) if verdict.says else "nothing"
            yield f"the mistake {says!r} is told {told}; add a case that tells the two apart, or put it first"


# The solution.


def solution_faults(notebook, lesson, listed):
    """Everything wrong with one solution, as pairs: the id of the cell, and what is wrong."""
    yield from title_faults(notebook, lesson, listed)
    yield from place_faults(notebook, listed)
    yield from words_faults(notebook)
    yield from teacher_faults(notebook, listed)
    yield from end_faults(notebook, listed)
    yield from leaks(stripped(notebook), notebook)
    yield from unsolved_faults(notebook)
    cells = {cell.id: cell for cell in notebook.cells}
    for task in listed:
        if (answer := cells.get(dashed(task))) is not None:
            yield from ((answer.id, says) for says in answer_faults(answer))
        if (check := cells.get(f"check-{dashed(task)}")) is not None:
            yield from ((check.id, says) for says in check_faults(check, task))
    for cell in notebook.cells:
        if cell.cell_type == "code" and "✘" in claims.output_text(cell):
            yield cell.id, "the stored run has an answer that is not right; mend it, and run `make notebooks`"


def dashed(task):
    """The task's name as ids of cells have it."""
    return task.name.replace("_", "-")


def title_faults(notebook, lesson, listed):
    """The first cell links to the lesson and says the points."""
    first = notebook.cells[0]
    own = (ROOT / "lessons" / f"{lesson}.ipynb").exists()
    link = f"(../../lessons/{lesson}.ipynb)" if own else "(../../lessons/"
    if link not in first.source:
        what = f"its lesson; add [Lesson]{link}" if own else f"any lesson; add [Lesson]{link}NN_NAME.ipynb)"
        yield first.id, f"the first cell does not link to {what}"
    by_hand = sum(graded(cell).get("points", 0) for cell in by_hand_cells(notebook))
    total = f"{bold(WORDS['points'])} {sum(task.points for task in listed) + by_hand:g}."
    if total not in first.source:
        yield first.id, f"the first cell does not say how many points there are; write {total}"


def end_faults(notebook, listed):
    """Whoever has tried is told how a solution is opened."""
    told = [cell for cell in claims.markdown(notebook) if not is_for_the_teacher(cell)]
    if not any(f'`solution("{task.name}")`' in cell.source for cell in told for task in listed):
        yield (
            "",
            f'no cell says how to open a solution; end with one that does, `solution("{listed[0].name}")`',
        )


def by_hand_cells(notebook):
    """The cells with an answer in words."""
    return [cell for cell in claims.markdown(notebook) if graded(cell).get("grade")]


def place_faults(notebook, listed):
    """The names of the cells, and their order: task by task the question, the answer, its check, the rest."""
    ids = [cell.id for cell in notebook.cells]
    parts = ["task-{}", "{}", "check-{}", "why-{}", "another-{}"]
    expected = [part.format(dashed(task)) for task in listed for part in parts]
    for name in expected:
        if name not in ids:
            a_tasks = ", ".join(parts).format(*["NAME"] * len(parts))
            yield "", f"there is no cell {name}; add it, a task has {a_tasks}, in this order"
    found = [name for name in ids if name in expected]
    asked = [name for name in expected if name in ids]
    for name, other in zip(found, asked, strict=True):
        if name != other:
            yield name, f"it stands where {other} should; move it, the order is that of the tasks"
            break
    for cell in notebook.cells:
        if graded(cell) and graded(cell).get("grade_id") != cell.id:
            yield cell.id, f"nbgrader calls it {graded(cell).get('grade_id')}; let grade_id be {cell.id}, too"
    checked = [cell.id for cell in claims.code(notebook) if graded(cell).get("grade")]
    for name in checked:
        if name not in expected:
            yield name, f"the check belongs to no task of {INDEX.parent.name}; add the task, or take it out"


def answer_faults(cell):
    """nbgrader takes out what stands between two marks, in a cell that it knows as an answer."""
    if not graded(cell).get("solution"):
        yield "nbgrader does not know it as an answer; copy another answer's metadata, with an id of its own"
    if not ANSWER.search(cell.source):
        yield "it has no answer to take out; put it between ### BEGIN SOLUTION and ### END SOLUTION"


def check_faults(cell, task):
    """A check tries its task, with hidden cases where the kind has any, for the points of the task."""
    if f'check("{task.name}", {task.name}' not in cell.source:
        yield f'it does not try the answer; write check("{task.name}", {task.name})'
    if not graded(cell).get("grade"):
        yield "nbgrader does not know it as a check; copy another check's metadata, with an id of its own"
    elif graded(cell).get("points") != task.points:
        has = graded(cell).get("points")
        yield f"it has {has} points, the task {task.points:g}; `make exercises` carries the task's over"
    if (SEED.search(cell.source) is None) == isinstance(task, Function):
        yield "hidden cases are drawn for a Function, and for no other kind; add a seed, or take it out"
    earned = f"{words.points(task.points, task.points)}."
    if earned not in claims.output_text(cell):
        yield "the stored run has not all the points; run `make notebooks`"


def words_faults(notebook):
    """Tasks that are answered in words: so many cells that are graded by hand."""
    count = CHOSEN["in_words"]
    found = by_hand_cells(notebook)
    if says := counted(len(found), (count, count), "cells answered in words, and graded by hand"):
        yield "", f"{says}; a Markdown cell is, with nbgrader's grade and solution both true and some points"


def teacher_faults(notebook, listed):
    """What is for the teacher alone: reasons, another way that passes, and how words are marked."""
    for cell in notebook.cells:
        if cell.id.startswith(("why-", "another-", "marking-")) and not is_for_the_teacher(cell):
            yield cell.id, "a learner would see it; give the cell the tag `teacher`"
        if cell.id.startswith("why-"):
            for mark in (bold(WORDS["why"]), bold(WORDS["other_way"])):
                if cell.source.count(mark) != 1:
                    yield cell.id, f"it does not say {mark} once; begin one paragraph with it"
    ways = "\n".join(cell.source for cell in claims.code(notebook) if is_for_the_teacher(cell))
    for task in listed:
        if f'"{task.name}"' not in ways:
            says = f'no other way is shown to pass; end the cell with check("{task.name}", ...)'
            yield f"another-{dashed(task)}", says
    text = "\n".join(cell.source for cell in claims.markdown(notebook) if is_for_the_teacher(cell))
    if text.count(f"**{WORDS['marking']}, ") != CHOSEN["in_words"]:
        begins = f"**{WORDS['marking']}, 3 points.**"
        yield "", f"nothing says how words are marked; add a cell `marking-...`, which begins {begins}"


# What the learner gets.


def stripped(notebook):
    """The solution without what nbgrader takes out, as pairs: the id of a cell, and its source."""
    for cell in notebook.cells:
        if not is_for_the_teacher(cell):
            written_by_hand = cell in by_hand_cells(notebook)
            source = HIDDEN.sub("", ANSWER.sub(STUB, cell.source))
            yield cell.id, "" if written_by_hand else source


def leaks(released, notebook):
    """What of the solution a learner would read in the released cells, pairs of an id and a source."""
    released = list(released)
    for name, source in released:
        for word in sorted({*TELLING.findall(source)}):
            yield name, f"a learner would read {word!r}, a word of the solution; use another"
    text = "\n".join(source for _, source in released)
    for cell in notebook.cells:
        for answer in ANSWER.findall(cell.source):
            lines = [line.strip() for line in answer.splitlines() if line.strip()]
            if lines and all(line in text for line in lines):
                yield cell.id, "every line of the answer stands where a learner reads it; take it out there"


def unsolved_faults(notebook):
    """Before anything is written the notebook must run, but for its checks. Its cells are plain Python."""
    space = {}
    sources = dict(stripped(notebook))
    for cell in claims.code(notebook):
        if cell.id in sources and not graded(cell).get("grade"):
            try:
                with contextlib.redirect_stdout(io.StringIO()):
                    exec(sources[cell.id], space)
            except Exception as error:
                says = f"it raises {type(error).__name__} before the answer is written"
                yield cell.id, f"{says}; let it call no function that the learner has to write"

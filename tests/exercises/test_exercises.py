"""The exercises: what is released is unsolved, runs, and is made from the solutions.

What a solution must have is said by tools/lint_exercises.py, which tests/adopting holds to the course.
"""

import re
import shutil
from pathlib import Path

import build_exercises
import lint_exercises
import nbformat
import pytest

from course_lib.checks import handing_in, opening, progress, tasks
from course_lib.checks.task import Prediction

LESSONS = list(tasks.BY_LESSON)
every_lesson = pytest.mark.parametrize("lesson", LESSONS)


def read(folder, lesson):
    return nbformat.read(folder / lesson / f"{lesson}.ipynb", as_version=4)


def grading(cell):
    return cell.metadata.get("nbgrader", {})


def checks(notebook):
    """Task -> its check cell."""
    return {
        re.search(r'check\(\s*"(\w+)"', cell.source)[1]: cell
        for cell in notebook.cells
        if cell.cell_type == "code" and grading(cell).get("grade")
    }


def test_there_is_one_notebook_an_exercise_and_nothing_else():
    folder = build_exercises.EXERCISES
    files = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    files = {file for file in files if ".ipynb_checkpoints" not in file}
    assert files == {str(Path(lesson, f"{lesson}.ipynb")) for lesson in LESSONS}


def test_the_exercises_are_made_from_the_solutions_byte_for_byte():
    build_exercises.main(["--check"])


@every_lesson
def test_what_an_exercise_promises_is_what_progress_counts(lesson):
    promised = re.search(r"\*\*Points\.\*\* (\d+)\.", read(build_exercises.EXERCISES, lesson).cells[0].source)
    (row,) = [row for row in progress().rows if row[0] == lesson]
    assert float(promised[1]) == row[3]


@every_lesson
def test_predictions_are_handed_in_by_a_line_that_says_nothing_until_its_hash_is_taken_away(
    lesson, capsys, record_file
):
    notebook = read(build_exercises.EXERCISES, lesson)
    (cell,) = (cell for cell in notebook.cells if cell.id == handing_in.CELL)
    names = {}
    exec("from course_lib.checks import hand_in", names)
    exec(cell.source, names)
    assert capsys.readouterr().out == ""
    exec(cell.source.splitlines()[-1].removeprefix("# "), names)
    assert capsys.readouterr().out == f"{handing_in.NOTHING}\n"
    assert any("hand_in" in cell.source for cell in notebook.cells if cell.id == "set-up")


@every_lesson
def test_a_prediction_says_before_that_the_first_answer_counts(lesson):
    sources = {cell.id: cell.source for cell in read(build_exercises.EXERCISES, lesson).cells}
    for task in tasks.BY_LESSON[lesson]:
        says = "Your first answer counts." in sources[f"task-{lint_exercises.dashed(task)}"]
        assert says == isinstance(task, Prediction)


def test_a_teachers_day_is_handed_out_with_the_exercise(tmp_path, monkeypatch):
    """As nbgrader does it, from a copy of one solution."""
    name = LESSONS[0]
    shutil.copytree(build_exercises.SOLUTIONS / name, tmp_path / "solutions" / name)
    (tmp_path / "solutions" / name / opening.CLOSED).write_text("2026-11-27\n")
    shutil.copy(build_exercises.ROOT / "nbgrader_config.py", tmp_path)
    (tmp_path / "tools").symlink_to(build_exercises.ROOT / "tools")
    monkeypatch.setattr(build_exercises, "ROOT", tmp_path)
    build_exercises.build(tmp_path / "exercises", [name])
    assert (tmp_path / "exercises" / name / opening.CLOSED).read_text() == "2026-11-27\n"


@every_lesson
def test_nothing_of_a_solution_is_left(lesson):
    cells = read(build_exercises.EXERCISES, lesson).cells
    solution = read(build_exercises.SOLUTIONS, lesson)
    released = [(cell.id, cell.source) for cell in cells]
    assert [*lint_exercises.leaks(released, solution)] == []
    text = "\n".join(source for _, source in released)
    assert "**Why.**" not in text
    assert "**Marking" not in text
    assert not any(map(lint_exercises.is_for_the_teacher, cells))
    for cell in lint_exercises.by_hand_cells(solution):
        assert cell.source not in text


@every_lesson
def test_unsolved_it_runs_and_no_check_gives_a_point(lesson, capsys):
    """Its cells are plain Python, so they need no kernel."""
    notebook = read(build_exercises.EXERCISES, lesson)
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in notebook.cells)
    found, space = checks(notebook), {}
    assert found.keys() == {task.name for task in tasks.BY_LESSON[lesson]}
    names = {cell.id: name for name, cell in found.items()}
    for cell in notebook.cells:
        if cell.id in names:
            assert eval(cell.source, space) == 0.0
            assert f"✘ {names[cell.id]} is not written yet." in capsys.readouterr().out
        elif cell.cell_type == "code":
            exec(cell.source, space)


def test_answers_that_stand_in_an_exercise_are_put_aside_before_it_is_made_anew(tmp_path):
    exercises, answers = tmp_path / "exercises", tmp_path / "my_answers"
    folder = exercises / LESSONS[0]
    folder.mkdir(parents=True)
    notebook = read(build_exercises.EXERCISES, LESSONS[0])
    nbformat.write(notebook, folder / f"{LESSONS[0]}.ipynb")
    build_exercises.put_aside(exercises.glob("*/*.ipynb"), answers)
    assert not answers.exists(), "nothing was written into it"
    for round_, text in enumerate(["mine", "mine, later"]):
        next(c for c in notebook.cells if grading(c).get("solution")).source = f"# {text}"
        nbformat.write(notebook, folder / f"{LESSONS[0]}.ipynb")
        build_exercises.put_aside(exercises.glob("*/*.ipynb"), answers)
        kept = sorted(answers.iterdir())
        assert len(kept) == round_ + 1
        assert f"# {text}" in kept[-1].read_text()

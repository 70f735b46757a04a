"""The exercise checker: what is released is unsolved and made from the solutions, and these are whole."""

import re
from pathlib import Path

import build_exercises
import nbformat
import pytest

from course_lib.checks import tasks
from course_lib.checks.task import Function

LESSONS = list(tasks.BY_LESSON)
every_lesson = pytest.mark.parametrize("lesson", LESSONS)


def read(folder, lesson):
    return nbformat.read(folder / lesson / f"{lesson}.ipynb", as_version=4)


def tagged(cell):
    return "teacher" in cell.metadata.get("tags", [])


def grading(cell):
    return cell.metadata.get("nbgrader", {})


def checks(notebook):
    """Task -> its check cell."""
    return {
        re.search(r'check\(\s*"(\w+)"', cell.source)[1]: cell
        for cell in notebook.cells
        if cell.cell_type == "code" and grading(cell).get("grade")
    }


def prose(notebook):
    (cell,) = [c for c in notebook.cells if c.cell_type == "markdown" and grading(c).get("grade")]
    return cell


@pytest.mark.parametrize(
    "folder", [build_exercises.SOLUTIONS, build_exercises.EXERCISES], ids=["solutions", "exercises"]
)
def test_there_is_one_notebook_a_lesson_and_nothing_else(folder):
    files = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    files = {file for file in files if ".ipynb_checkpoints" not in file}
    assert files == {str(Path(lesson, f"{lesson}.ipynb")) for lesson in LESSONS}


def test_the_exercises_are_made_from_the_solutions_byte_for_byte():
    build_exercises.main(["--check"])


@every_lesson
def test_nothing_of_a_solution_is_left(lesson):
    released = "\n".join(cell.source for cell in read(build_exercises.EXERCISES, lesson).cells)
    solution = read(build_exercises.SOLUTIONS, lesson)
    assert not re.search("BEGIN|END|HIDDEN|SOLUTION|seed|teacher", released)
    assert "**Why.**" not in released
    assert "**Marking" not in released
    assert not any(tagged(cell) for cell in read(build_exercises.EXERCISES, lesson).cells)
    for cell in solution.cells:
        for answer in re.findall(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", cell.source, re.DOTALL):
            lines = [line.strip() for line in answer.splitlines() if line.strip()]
            left = [line for line in lines if line in released]  # a task may show code to repair
            assert len(left) < len(lines), left
    assert prose(solution).source not in released


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


@every_lesson
def test_a_solution_is_whole(lesson):
    notebook = read(build_exercises.SOLUTIONS, lesson)
    listed = tasks.BY_LESSON[lesson]
    found = checks(notebook)
    assert list(found) == [task.name for task in listed], "the order of tasks"
    assert "(../../lessons/" + lesson + ".ipynb)" in notebook.cells[0].source
    total = sum(task.points for task in listed) + grading(prose(notebook))["points"]
    assert f"**Points.** {total:g}." in notebook.cells[0].source
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown" and tagged(cell))
    assert text.count("**Why.**") == text.count("**Another way.**") == len(listed)
    assert text.count("**Marking, ") == 1
    printed = [output.get("text", "") for cell in notebook.cells for output in cell.get("outputs", [])]
    assert not any("✘" in text for text in printed), "the stored run"
    for task in listed:
        cell = found[task.name]
        assert grading(cell)["points"] == task.points
        assert ("seed=" in cell.source) == isinstance(task, Function), "hidden cases"
        points = [output for output in cell.outputs if output.output_type == "execute_result"]
        assert float(points[0].data["text/plain"]) == task.points, "the stored run"
        others = [
            c for c in notebook.cells if c.cell_type == "code" and tagged(c) and f'"{task.name}"' in c.source
        ]
        assert others, f"no other way is shown to pass {task.name}"


def test_no_hidden_seed_is_used_twice():
    sources = [c.source for lesson in LESSONS for c in read(build_exercises.SOLUTIONS, lesson).cells]
    seeds = re.findall(r"seed=(\d+)", "\n".join(sources))
    assert len(seeds) == len(set(seeds)) > 0


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

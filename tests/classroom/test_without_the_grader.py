"""A course where the grader is not installed: nbgrader runs the notebooks, as tools/classroom.py has it."""

from pathlib import Path

import nbformat
import pytest

from tools import classroom

EXERCISES = Path(__file__).parents[2] / "exercises"
ASSIGNMENT = "01_learning_rate"


def notebook(*sources):
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return nbformat.v4.new_notebook(cells=cells, metadata=kernel)


def test_cells_that_end_the_kernel_or_want_all_memory_fail_alone(monkeypatch):
    monkeypatch.setattr(classroom, "MEMORY", 3 * 2**29)  # it is sooner used up
    hog = "hog = [0]\nwhile True:\n    hog = hog + hog"
    given = notebook("kept = 3", "import os\nos._exit(0)", hog, "kept + 4")
    done, _ = classroom.Execute(kernel_name="python3").preprocess(given, {})
    first, fatal, greedy, last = done.cells
    assert first.outputs == []
    assert [output.ename for output in fatal.outputs] == ["DeadKernel"]
    assert [output.ename for output in greedy.outputs] == ["MemoryError"]
    assert last.outputs[0].data["text/plain"] == "7"


def test_other_points_than_the_tasks_have_end_the_command(tmp_path):
    given = tmp_path / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    given.parent.mkdir()
    released = (EXERCISES / ASSIGNMENT / given.name).read_text(encoding="utf-8")
    given.write_text(released.replace('"points": 4.0', '"points": 2.0'), encoding="utf-8")
    with pytest.raises(SystemExit, match=r"check-descend has 2 points, and its task 4, .*build_exercises.py"):
        classroom.tidy(ASSIGNMENT, [], tmp_path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_another_name_and_encoding_are_put_right(tmp_path, encoding, capsys):
    text = nbformat.writes(notebook("# é"), ensure_ascii=False)
    given = tmp_path / "ada" / "01_learning_rate" / "01_learning_rate (1).ipynb"
    given.parent.mkdir(parents=True)
    given.write_bytes(text.encode(encoding))
    notebooks = [str(given)]
    classroom.tidy(ASSIGNMENT, notebooks, EXERCISES)
    right = given.with_name("01_learning_rate.ipynb")
    assert notebooks == [str(right)]
    assert right.read_text(encoding="utf-8") == text
    assert given.with_name(f"{given.name}.submitted").read_bytes() == text.encode(encoding)
    assert "was made readable" in capsys.readouterr().out

"""Progress: kept in a file that outlives the kernel, and a damaged file."""

import subprocess
import sys

import pytest

from course_lib.checks import check, progress, record, tasks


@pytest.fixture(autouse=True)
def file(monkeypatch, tmp_path):
    path = tmp_path / "folder" / "progress.json"
    monkeypatch.setenv("COURSE_PROGRESS", str(path))
    return path


def right(w, g, lr):
    return w - lr * g


def test_nothing_is_done_at_first(file):
    assert repr(progress()).splitlines()[0].endswith("0 of 12 points, 0 of 4 tasks")
    assert len(repr(progress()).splitlines()) == len(tasks.BY_LESSON)
    assert not file.exists()


def test_the_best_result_is_kept_and_another_kernel_knows_it():
    check("sgd_step", right)
    check("sgd_step", lambda w, g, lr: w)
    code = "from course_lib.checks import progress; print(repr(progress()))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "3 of 12 points, 1 of 4 tasks" in told.splitlines()[0]


@pytest.mark.parametrize("damage", ["", "{", "[1, 2]", '{"sgd_step": "many"}', "\x00\x00"])
def test_a_damaged_file_is_put_aside_and_the_check_goes_on(file, damage, capsys):
    file.parent.mkdir()
    file.write_text(damage)
    assert check("sgd_step", right) == 3
    assert "was damaged" in capsys.readouterr().out
    assert file.with_name("progress.json.damaged").read_text() == damage
    assert record.read() == {"sgd_step": 3.0}


def test_where_it_cannot_be_written_the_check_says_so_and_goes_on(monkeypatch, tmp_path, capsys):
    (tmp_path / "a_file").touch()
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "a_file" / "progress.json"))
    assert check("sgd_step", right) == 3
    assert "Your progress could not be kept" in capsys.readouterr().out


def test_a_graders_run_is_nobodys_progress(file, monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert check("sgd_step", right) == 3
    assert not file.exists()


def test_the_table_has_a_bar_with_a_name_for_each_lesson():
    check("sgd_step", right)
    table = progress()._repr_html_()
    assert table.count("<progress") == len(tasks.BY_LESSON)
    assert "<progress value='3.0' max='12' aria-label='01_learning_rate'>" in table

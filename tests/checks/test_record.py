"""Progress: kept in a file that outlives the kernel, whatever happens to the file and to those who write."""

import builtins
import json
import os
import pwd
import subprocess
import sys
import types

import pytest

from course_lib.base import events
from course_lib.checks import check, progress, record, tasks


@pytest.fixture(autouse=True)
def file(monkeypatch, tmp_path):
    path = tmp_path / "folder" / "progress.jsonl"
    monkeypatch.setenv("COURSE_PROGRESS", str(path))
    monkeypatch.setattr(events, "unkept", [])
    monkeypatch.setattr(record, "_looked_at", set())
    return path


def right(w, g, lr):
    return w - lr * g


def first_line():
    return repr(progress()).splitlines()[0]


def python(code, **options):
    """A program of its own that has checked nothing yet."""
    words = [sys.executable, "-c", f"from course_lib.checks import check, progress, record\n{code}"]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True, **options)


def test_nothing_is_done_at_first(file):
    assert first_line().endswith("0 of 15 points, 0 of 5 tasks")
    assert len(repr(progress()).splitlines()) == len(tasks.BY_LESSON)
    assert not file.exists()


def test_the_best_result_is_kept_and_another_kernel_knows_it():
    check("sgd_step", right)
    check("sgd_step", lambda w, g, lr: w)
    with python("print(progress())") as other:
        assert "3 of 15 points, 1 of 5 tasks" in other.stdout.readline()


def test_points_are_kept_before_they_are_shown(file, monkeypatch):
    def interrupted(*words):
        raise KeyboardInterrupt

    monkeypatch.setattr(builtins, "print", interrupted)
    with pytest.raises(KeyboardInterrupt):
        check("sgd_step", right)
    monkeypatch.undo()
    assert '"task": "sgd_step", "points": 3.0' in file.read_text()


def test_two_that_write_at_once_lose_nothing(file):
    """Each begins when the other is ready."""
    code = "print('ready', flush=True); input()\nfor n in range(100): record.add(f'NAME{n}', n)"
    both = [python(code.replace("NAME", name), stdin=subprocess.PIPE) for name in "ab"]
    for one in both:
        assert one.stdout.readline() == "ready\n"
    for one in both:
        one.stdin.write("\n")
        one.stdin.flush()
    for one in both:
        with one:
            assert one.wait() == 0
    assert record.read() == {f"{name}{n}": float(n) for name in "ab" for n in range(100)}


def test_one_that_is_killed_while_it_writes_loses_nothing_that_it_had_written():
    code = "for n in range(10**9): record.add(f'task{n}', 1.0); print(n, flush=True)"
    with python(code) as other:
        seen = [int(other.stdout.readline()) for _ in range(20)]
        other.kill()
    record.add("mine", 2.0)
    assert record.read().items() >= ({f"task{n}": 1.0 for n in seen} | {"mine": 2.0}).items()


@pytest.mark.parametrize("length", range(1, 80, 6))
def test_half_a_line_harms_no_other(file, capsys, length):
    record.add("sgd_step", 3.0)
    whole = file.read_bytes()
    file.write_bytes(whole + whole[:length].rstrip())
    record.add("adam_step", 2.0)
    assert record.read() == {"sgd_step": 3.0, "adam_step": 2.0}
    assert ("is damaged" in capsys.readouterr().out) == (length > 1)


@pytest.mark.parametrize(
    "damage",
    [
        "{",
        "[1, 2]",
        '{"sgd_step": "many"}',
        '{"event": "checked"}',
        '{"sgd_step": NaN}',
        "\x00\x00",
        "[" * 10**5,
    ],
)
def test_a_damaged_file_costs_nothing_but_its_damage(file, damage, capsys):
    file.parent.mkdir()
    file.write_text(damage)
    says = f"is damaged; all the rest of {file} counts."
    assert check("sgd_step", right) == 3
    assert capsys.readouterr().out.count(says) == 1
    assert check("sgd_step", right) == 3
    assert says not in capsys.readouterr().out  # once is enough
    assert "3 of 15 points" in first_line()
    assert capsys.readouterr().out.count(says) == 1
    assert file.read_text().startswith(damage)


def test_bytes_that_are_no_text(file, capsys):
    file.parent.mkdir()
    file.write_bytes(b"\xff\xfe")
    assert check("sgd_step", right) == 3
    assert record.read() == {"sgd_step": 3.0}
    assert "is damaged" in capsys.readouterr().out


def test_what_an_earlier_version_wrote_counts(file):
    file.parent.mkdir()
    file.with_suffix(".json").write_text(json.dumps({"sgd_step": 3.0, "descend": 1.5}, indent=1))
    record.add("descend", 4.0)
    assert record.read() == {"sgd_step": 3.0, "descend": 4.0}


def test_what_an_earlier_version_wrote_into_this_very_file_counts(file, monkeypatch):
    older = file.with_suffix(".json")
    monkeypatch.setenv("COURSE_PROGRESS", str(older))
    older.parent.mkdir()
    older.write_text(json.dumps({"sgd_step": 3.0, "descend": 1.5}, indent=1))
    record.add("descend", 4.0)
    assert record.read() == {"sgd_step": 3.0, "descend": 4.0}


def test_what_a_later_version_adds_is_left_alone(file, capsys):
    record.add("sgd_step", 3.0)
    with file.open("a") as log:
        log.write('\n{"event": "predicted", "lesson": 1, "points": []}')
    assert record.read() == {"sgd_step": 3.0}
    assert capsys.readouterr().out == ""


def test_goals_found_in_figures_are_kept_and_counted_once(file):
    assert "oals found" not in repr(progress()) + progress()._repr_html_()
    for figure in ("Momentum", "Decay", "Momentum"):
        events.add(events.FOUND, figure=figure)
    record.add("sgd_step", 3.0)
    with python("print(progress())") as other:
        first, *_, last = other.stdout.read().splitlines()
    assert "3 of 15 points" in first
    assert last == "Goals found by hand in the figures: 2 (Decay, Momentum)"
    assert last in progress()._repr_html_()
    assert events.goals_found() == {"Decay", "Momentum"}


def test_where_it_cannot_be_written_the_kernel_knows_it_until_it_can_be(file, capsys):
    file.parent.touch()
    assert check("sgd_step", right) == 3
    assert capsys.readouterr().out.count("Your progress cannot be kept: ") == 1
    assert "3 of 15 points, 1 of 5 tasks" in first_line()
    file.parent.unlink()
    record.add("descend", 4.0)
    with python("print(progress())") as other:
        assert "7 of 15 points, 2 of 5 tasks" in other.stdout.readline()


def test_a_file_that_cannot_be_read(file, capsys):
    file.mkdir(parents=True)
    check("sgd_step", right)
    assert "Your progress cannot be kept: " in capsys.readouterr().out
    assert "3 of 15 points, 1 of 5 tasks" in first_line()
    assert capsys.readouterr().out.startswith("The file with your progress cannot be read: ")


def test_a_disk_that_is_full_in_the_middle_of_a_line(file):
    small_disk = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (150, 150))\n"
    code = "for task in ('sgd_step', 'descend'): print(record.add(task, 3.5))\nprint(progress())"
    with python(small_disk + code) as other:
        said = other.stdout.read()
    assert "Your progress cannot be kept: [Errno 28] No space left on device" in said
    assert "6.5 of 15 points, 1 of 5 tasks" in said
    record.add("descend", 2.0)
    assert record.read() == {"sgd_step": 3.5, "descend": 2.0}


def test_without_a_home_and_a_name(monkeypatch, capsys):
    for name in ("HOME", "COURSE_PROGRESS", "JUPYTER_DATA_DIR", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)

    def nobody(_):
        raise KeyError

    monkeypatch.setattr(pwd, "getpwuid", nobody)
    assert check("sgd_step", right) == 3
    assert "cannot be kept: there is no home folder; COURSE_PROGRESS may name" in capsys.readouterr().out
    assert "3 of 15 points, 1 of 5 tasks" in first_line()


def test_on_windows_nobody_else_writes_meanwhile(file, monkeypatch):
    done = []

    def locking(number, how, count):
        done.append((how, count, os.fstat(number).st_size > 0))

    windows = types.SimpleNamespace(locking=locking, LK_LOCK="lock", LK_UNLCK="unlock")
    monkeypatch.setitem(sys.modules, "msvcrt", windows)
    monkeypatch.setattr(events.sys, "platform", "win32")
    record.add("sgd_step", 3.0)
    assert done == [("lock", 1, False), ("unlock", 1, True)]
    assert record.read() == {"sgd_step": 3.0}
    assert file.stat().st_size < 200


def test_a_graders_run_is_nobodys_progress(file, monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert check("sgd_step", right) == 3
    assert not file.exists()


def test_the_table_has_a_bar_with_a_name_for_each_lesson():
    check("sgd_step", right)
    table = progress()._repr_html_()
    assert table.count("<progress") == len(tasks.BY_LESSON)
    assert "<progress value='3' max='15' aria-label='01_learning_rate'>" in table

"""Answers in the record: kept whatever happens to the file, the first prediction counts."""

import errno
import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest

from course_lib.base import events
from course_lib.record import answers
from course_lib.record.answers import Answer

pytestmark = pytest.mark.usefixtures("record_file", "clock")


def predicted(item="terminal_step", said="1", right=True, event=answers.PREDICTED):
    return Answer(event, "05_momentum", item, said, right, {"lr": 0.1})


def python(code):
    """Another kernel."""
    setup = "from course_lib.record.answers import Answer, remember, known\n"
    return subprocess.Popen(
        [sys.executable, "-c", setup + code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def remembers(times, item="'one'"):
    one = f"Answer('reviewed', 'lesson', {item}, str(n), True)"
    return f"for n in range({times}): remember({one}); print(n, flush=True)"


def test_what_was_said_is_there_for_the_next_kernel(record_file):
    assert answers.remember(predicted()) == ""
    (kept,) = answers.known()
    assert kept == replace(predicted(), time="2026-03-01T08:00:00+00:00")
    with python("print(known()[0].said, known()[0].right)") as other:
        assert other.stdout.read() == "1 True\n"


def test_the_first_prediction_counts_and_a_skip_is_one(clock):
    answers.remember(predicted(said="3", right=False))
    clock(2)
    answers.remember(predicted())
    answers.remember(predicted("other", "", False, answers.SKIPPED))
    answers.remember(predicted("other"))
    answers.remember(predicted("third", event=answers.REVIEWED))
    first = answers.predictions()
    assert {item: answer.said for item, answer in first.items()} == {"terminal_step": "3", "other": ""}
    assert [answer.day for answer in answers.by_item()["terminal_step"]] == [739676, 739677]


def test_two_windows_at_once_lose_nothing():
    both = [python("print('ready', flush=True); input()\n" + remembers(50, repr(name))) for name in "ab"]
    for one in both:
        assert one.stdout.readline() == "ready\n"
    for one in both:
        one.stdin.write("\n")
        one.stdin.flush()
    for one in both:
        with one:
            one.stdout.read()
            assert one.wait() == 0
    said = {item: [answer.said for answer in listed] for item, listed in answers.by_item().items()}
    assert said == {name: [str(n) for n in range(50)] for name in "ab"}


def test_a_kill_in_the_middle_loses_nothing_that_was_written():
    with python(remembers(10**9)) as other:
        seen = [other.stdout.readline().strip() for _ in range(20)]
        other.kill()
    answers.remember(predicted())
    assert {answer.said for answer in answers.known()} >= {*seen, "1"}


@pytest.mark.parametrize("length", range(1, 160, 22))
def test_half_a_line_harms_no_other(record_file, length):
    answers.remember(predicted(said="2"))
    whole = record_file.read_bytes()
    record_file.write_bytes(whole + whole[:length].rstrip())
    answers.remember(predicted(said="3"))
    assert [answer.said for answer in answers.known()] == ["2", "3"]


DAMAGE = [
    {"event": "predicted", "lesson": 1},
    {"right": "yes"},
    {"numbers": [1]},
    {"said": None},
    {"time": "yesterday"},
    {"time": "2026-03-01T08:00:00"},
    {"event": "guessed"},
]


@pytest.mark.parametrize("damage", DAMAGE, ids=str)
def test_what_is_no_answer_is_left_out(record_file, damage):
    answers.remember(predicted())
    event = json.loads(record_file.read_text())
    with record_file.open("a") as log:
        log.write(f"\n{json.dumps(event | damage)}\n[1, 2]\nnull")
    assert len(answers.known()) == 1


def test_an_older_versions_record_has_no_answers_and_is_no_fault(record_file):
    record_file.parent.mkdir()
    record_file.with_suffix(".json").write_text(json.dumps({"sgd_step": 3.0}))
    answers.remember(predicted())
    assert len(answers.known()) == 1


def test_where_nothing_can_be_written_this_kernel_knows_it_and_it_is_written_later(record_file):
    record_file.parent.touch()
    assert answers.remember(predicted()).startswith("This cannot be kept: ")
    assert [answer.said for answer in answers.known()] == ["1"]
    record_file.parent.unlink()
    assert answers.remember(predicted("other")) == ""
    assert events.unkept == []
    assert len(answers.known()) == 2


def test_a_disk_that_is_read_only(record_file, monkeypatch):
    answers.remember(predicted())
    really_open = type(record_file).open

    def read_only(path, mode="r", *arguments, **options):
        if "r" not in mode:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))
        return really_open(path, mode, *arguments, **options)

    monkeypatch.setattr(type(record_file), "open", read_only)
    assert "Read-only file system" in answers.remember(predicted("other"))
    assert len(answers.known()) == 2


def test_a_file_that_cannot_be_read(record_file):
    record_file.mkdir(parents=True)
    assert answers.remember(predicted()).startswith("This cannot be kept: ")
    assert len(answers.known()) == 1


def test_whoever_listens_is_told_as_long_as_it_lives():
    class Listener:
        heard = 0

    listener, told = Listener(), []
    answers.listen(listener, lambda: told.append(1))
    answers.remember(predicted())
    assert told == [1]
    del listener
    answers.remember(predicted("other"))
    assert told == [1]

"""The record copied and begun anew; what there was stays beside it."""

import json

import pytest

from course_lib.base import events
from course_lib.record import answers, keeping

pytestmark = pytest.mark.usefixtures("clock")


def remember(said):
    answers.remember(answers.Answer("reviewed", "lesson", "item", said, True))


def test_the_export_has_every_event_and_no_damage(record_file, tmp_path):
    remember("1")
    with record_file.open("a") as log:
        log.write("\n{damaged")
    remember("2")
    assert keeping.export(tmp_path / "mine.jsonl") == 2
    lines = (tmp_path / "mine.jsonl").read_text().splitlines()
    assert [json.loads(line)["said"] for line in lines] == ["1", "2"]
    with pytest.raises(ValueError, match=r"mine\.jsonl is there already: give another name"):
        keeping.export(tmp_path / "mine.jsonl")


def test_a_reset_can_be_undone(record_file):
    assert keeping.reset() == []
    remember("1")
    (first,) = keeping.reset()
    assert answers.known() == []
    remember("2")
    (second,) = keeping.reset()
    assert [path.name for path in (first, second)] == [
        "progress.before-reset-1.jsonl",
        "progress.before-reset-2.jsonl",
    ]
    first.rename(record_file)
    assert [answer.said for answer in answers.known()] == ["1"]


def test_an_older_versions_file_is_reset_too(record_file):
    record_file.parent.mkdir()
    record_file.with_suffix(".json").write_text('{"sgd_step": 3.0}')
    remember("1")
    assert len(keeping.reset()) == 2
    assert events.known() == []

"""A goal that a hand has reached is kept with the progress, at no cost to a move. Python finds none."""

import comm
import pytest

from course_lib.base import events
from course_lib.explorers import Momentum, Trajectory
from tests.explorers.reaches import REACHES

REACHED = REACHES["Trajectory"]


@pytest.fixture(autouse=True)
def file(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "progress.jsonl"))
    monkeypatch.setattr(events, "unkept", [])
    return tmp_path / "progress.jsonl"


def test_a_goal_that_a_hand_reaches_is_kept_once_and_known_to_the_next_figure(file):
    figure = Trajectory()
    assert not figure.found
    figure.set_state(REACHED)
    assert figure.reached
    assert figure.found
    figure.reset()
    figure.set_state(REACHED)
    Trajectory().set_state(REACHED)
    assert file.read_text().count('"event": "found", "figure": "Trajectory"') == 1
    assert Trajectory().found
    assert not Momentum().found


def test_what_python_reaches_is_nobodys_find(file):
    figure = Trajectory()
    figure.set(**REACHED)
    assert figure.reached
    figure.set_state({"screen": figure.screen | {"text": 1.2}})  # the page speaks, and moves nothing
    assert not figure.found
    assert not file.exists()


def test_the_find_is_in_the_message_that_answers_the_move(monkeypatch):
    monkeypatch.setattr(comm, "create_comm", comm.DummyComm)  # a kernel that was started here would send none
    figure, messages = Trajectory(), []
    monkeypatch.setattr(figure.comm, "send", lambda data=None, **_: messages.append(data))
    figure.set_state(REACHED)
    figure.set_state({"lr": 0.5})
    assert [sorted(message["state"]) for message in messages] == [["found", "view"], ["view"]]


def test_where_nothing_can_be_kept_the_kernel_knows_it(file):
    file.mkdir()
    Trajectory().set_state(REACHED)
    assert Trajectory().found is False  # the file cannot be read
    file.rmdir()
    assert Trajectory().found

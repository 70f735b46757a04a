"""Marks for notebooks that are right, half right, empty and broken; and a fault of ours is never a mark."""

from pathlib import Path

import nbformat
import pytest
from course_grader import marking
from course_grader.faults import GraderFault, TooLong
from course_grader.limits import Limits

from course_lib.checks import comparing, running, tasks

ROOT = Path(__file__).parents[2]
RELEASED = ROOT / "exercises" / "01_learning_rate" / "01_learning_rate.ipynb"
STEP = "def sgd_step(w, g, lr):\n    return w - lr * g"


@pytest.fixture
def released():
    return nbformat.read(RELEASED, as_version=4)


@pytest.fixture
def marked(walls, released):
    """Marks the released notebook with some answers in it; the points and texts by their check."""

    def mark(answers, **options):
        for cell in released.cells:
            cell.source = answers.get(cell.id, cell.source)
        report = marking.mark(released, lambda name: 11, walls, **options)
        return {mark.grade_id: mark for mark in report.marks}

    return mark


def test_an_empty_notebook_has_nothing(marked):
    marks = marked({})
    assert [mark.points for mark in marks.values()] == [0, 0, 0, 0]
    assert marks["check-sgd-step"].text == "✘ sgd_step is not written yet.\n0 of 3 points."
    assert {mark.state for mark in marks.values()} == {marking.GRADED}
    assert {mark.mistake for mark in marks.values()} == {marking.UNWRITTEN}


def test_the_share_of_right_cases(marked):
    marks = marked({"sgd-step": "def sgd_step(w, g, lr):\n    return w - lr * g if lr < 0.3 else w"})
    mark = marks["check-sgd-step"]
    assert 0 < mark.points < mark.max_points == 3
    assert mark.text.count("✔") == round(mark.points / 3 * 8)


def test_a_known_mistake_is_told(marked):
    wrong = next(iter(tasks.BY_NAME["sgd_step"].mistakes))
    marks = marked({"sgd-step": "def sgd_step(w, g, lr):\n    return w + lr * g"})
    assert f"→ {wrong}" in marks["check-sgd-step"].text
    assert marks["check-sgd-step"].mistake == wrong


def test_an_earlier_check_sees_the_earlier_function(marked, released):
    later = nbformat.v4.new_code_cell("def sgd_step(w, g, lr):\n    return None")
    place = next(n for n, cell in enumerate(released.cells) if cell.id == "check-sgd-step")
    released.cells.insert(place + 1, later)
    assert marked({"sgd-step": STEP})["check-sgd-step"].points == 3


def test_an_answer_that_ends_its_process_costs_its_own_points(marked):
    ends = "import os\ndef sgd_step(w, g, lr):\n    os._exit(0)"
    marks = marked({"sgd-step": ends, "chosen-rate": "def chosen_rate():\n    return 0.125"})
    assert (marks["check-sgd-step"].points, marks["check-sgd-step"].state) == (0, marking.STUDENT_ERROR)
    assert (marks["check-chosen-rate"].points, marks["check-chosen-rate"].state) == (2, marking.GRADED)


def test_an_endless_answer_is_told_so(marked, monkeypatch):
    monkeypatch.setattr(running, "SECONDS", 0.2)
    endless = "def sgd_step(w, g, lr):\n    while True:\n        pass"
    limits = Limits(grace=60)  # until it is ended from outside, however busy the machine is
    assert "did not end within 2 s" in marked({"sgd-step": endless}, limits=limits)["check-sgd-step"].text


def test_what_cells_say(walls, released):
    released.cells.insert(1, nbformat.v4.new_code_cell("print('hello')\nundefined", id="extra"))
    report = marking.mark(released, lambda name: 1, walls)
    said = {said.cell: said for said in report.said}
    assert said["extra"].printed == "hello\n"
    assert said["extra"].error.startswith("NameError: name 'undefined' is not defined")
    assert marking.Report.from_dict(report.to_dict()) == report


def test_the_same_seed_gives_the_same_cases(marked):
    first, again = (marked({"sgd-step": STEP})["check-sgd-step"].text for _ in range(2))
    assert first == again


def test_files_beside_the_notebook_are_there(walls, released, tmp_path):
    (tmp_path / "helper.py").write_text("def step(w, g, lr):\n    return w - lr * g\n")
    tmp_path.chmod(0o755)
    for cell in released.cells:
        if cell.id == "sgd-step":
            cell.source = "from helper import step as sgd_step"
    report = marking.mark(released, lambda name: 11, walls, folder=tmp_path)
    assert report.marks[0].points == 3


def test_a_broken_case_is_nobodys_mark(marked, monkeypatch):
    def broken(rng):
        raise KeyError("lr")

    monkeypatch.setitem(tasks.BY_NAME, "sgd_step", _with(tasks.BY_NAME["sgd_step"], draw=broken))
    with pytest.raises(
        GraderFault, match=r"sgd_step cannot be judged \(KeyError: 'lr'\).*seed of its hidden"
    ):
        marked({"sgd-step": STEP})


def _with(task, **changes):
    return type(task)(**{**vars(task), **changes})


def test_what_takes_the_grader_itself_too_long_is_given_up(marked, monkeypatch):
    def endless(got, expected, *_, **__):
        while True:
            pass

    monkeypatch.setattr(marking, "OWN", 0.3)
    monkeypatch.setattr(comparing, "difference", endless)
    with pytest.raises(TooLong, match=r"more than 0.3 s of the grader's own time"):
        marked({"sgd-step": STEP})


def test_what_a_student_does_is_not_the_graders_time(marked, monkeypatch):
    monkeypatch.setattr(marking, "OWN", 0.6)
    busy = "import time\nwhile time.process_time() < 1:\n    pass"
    assert marked({"set-up": busy, "sgd-step": STEP})["check-sgd-step"].points == 3


def test_what_cells_say_is_kept_up_to_a_bound(walls, released):
    loud = "print('x' * 9000)\nraise ValueError('y' * 900)"
    released.cells[:0] = [nbformat.v4.new_code_cell(loud, id=f"loud{n}") for n in range(20)]
    report = marking.mark(released, lambda name: 1, walls)
    kept = [len(said.printed) + len(said.error) for said in report.said]
    assert kept[:10] == kept[:1] * 10
    assert kept[0] > 9900
    assert kept[11:20] == [marking.ERROR] * 9


def test_a_check_without_a_task_is_nobodys_mark(marked):
    with pytest.raises(GraderFault, match=r"check-sgd-step cannot be marked out here.*Write it as a task"):
        marked({"check-sgd-step": "assert sgd_step(1, 1, 1) == 0"})


def test_the_limits_of_a_cell_are_kept(walls):
    endless = nbformat.v4.new_code_cell("while True:\n    pass")
    notebook = nbformat.v4.new_notebook(cells=[endless])
    (said,) = marking.mark(notebook, lambda name: 11, walls, Limits(cell_seconds=0.3)).said
    assert said.error.startswith("it did not end in time")

"""The tasks in words: write, read the model answer, mark your own; closed where the teacher says so."""

import json

import pytest

from course_lib.base import events
from course_lib.checks import answer_in_words, in_words, opening, progress, record, tasks
from course_lib.checks.own_words import InWords

LESSON = "05_momentum"
TASK = in_words.of(LESSON)


@pytest.fixture(autouse=True)
def _fresh(record_file, clock, tmp_path, monkeypatch):
    """A record and a folder of its own."""
    monkeypatch.chdir(tmp_path)


def close(text):
    with open(opening.CLOSED, "w") as file:
        file.write(text)


def sent(sheet):
    data, _ = sheet._repr_mimebundle_()
    return json.dumps([sheet.asked, sheet.replies, data["text/markdown"], data["text/plain"]])


def test_every_exercise_has_one():
    assert in_words.BY_LESSON.keys() == tasks.BY_LESSON.keys()
    for task in in_words.BY_LESSON.values():
        assert task.points > 0
        assert len(task.answer) > 100
        assert task.marking.startswith(f"Marking, {task.points:g} points.")


def test_before_an_answer_nothing_is_told():
    sheet = InWords(LESSON)
    assert TASK.answer[:30] not in sent(sheet)
    with pytest.raises(ValueError, match="points come after an answer"):
        sheet.answer(2, "3")
    for empty in ("", "  \n"):
        with pytest.raises(ValueError, match="answer must be a few sentences"):
            sheet.answer(1, empty)
    assert record.read() == {}


def test_after_it_the_model_answer_and_the_scheme_are():
    told = InWords(LESSON).answer(1, "It swings.")
    assert told == f"You wrote: It swings.\n\nModel answer. {TASK.answer}\n\n{TASK.marking}"
    assert InWords(LESSON).replies["1"]["words"] == told, "found again"


def test_own_points_are_kept_and_counted():
    assert "0 of 17 points, 0 of 5 tasks" in repr(progress())
    sheet = InWords(LESSON)
    sheet.answer(1, "It swings.")
    sheet.answer(2, "2,5")
    assert sheet.score == InWords(LESSON).score == "2.5 of 3 points."
    assert "2.5 of 17 points, 1 of 5 tasks" in repr(progress())


@pytest.mark.parametrize("points", ["-1", "3.5", "many", "1e9", "nan"])
def test_points_that_the_scheme_does_not_have_are_refused(points):
    sheet = InWords(LESSON)
    sheet.answer(1, "It swings.")
    with pytest.raises(ValueError, match="points must be a number"):
        sheet.answer(2, points)
    assert record.read() == {}


def test_an_endless_answer_is_refused():
    with pytest.raises(ValueError, match="at most 5000 characters"):
        InWords(LESSON).answer(1, "x" * 5001)


@pytest.mark.parametrize("text", ["", "my word", "2026-13-01"])
def test_a_closed_one_keeps_the_answer_until_the_file_is_gone(text, tmp_path):
    close(text)
    sheet = InWords(LESSON)
    told = sheet.answer(1, "It swings.")
    assert told == "You wrote: It swings.\n\nYour teacher keeps the answers closed for now."
    with pytest.raises(ValueError, match="keeps the answers closed"):
        sheet.answer(2, "3")
    assert TASK.answer[:30] not in sent(sheet) + sent(InWords(LESSON))
    (tmp_path / opening.CLOSED).unlink()
    assert TASK.answer in InWords(LESSON).replies["1"]["words"]


def test_it_opens_on_the_teachers_day(clock):
    close("2026-03-03\n")
    InWords(LESSON).answer(1, "It swings.")
    for day, shown in [(1, False), (2, False), (3, True), (9, True)]:
        clock(day)
        words = InWords(LESSON).replies["1"]["words"]
        assert (TASK.answer in words) == shown
        assert ("opens the answers on 2026-03-03" in words) != shown


def test_where_it_cannot_be_kept_that_is_said(record_file):
    record_file.parent.touch()
    sheet = InWords(LESSON)
    assert "This cannot be kept: " in sheet.answer(1, "It swings.")
    assert "cannot be kept" in sheet.answer(2, "1")


@pytest.mark.parametrize("text", [3, None, ["It swings."]])
def test_what_somebody_else_wrote_into_the_record_is_left_out(text):
    events.add(in_words.WRITTEN, task=TASK.name, text=text)
    assert InWords(LESSON).replies == {}


def test_the_exercises_cell_shows_it_only_in_a_notebook(monkeypatch):
    import IPython

    assert answer_in_words(LESSON) is None
    monkeypatch.setattr(IPython, "get_ipython", lambda: "a kernel")
    assert isinstance(answer_in_words(LESSON), InWords)
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert answer_in_words(LESSON) is None


@pytest.mark.parametrize("ask", [InWords, answer_in_words])
def test_a_lesson_without_one_is_told_the_others(ask):
    with pytest.raises(ValueError, match="05_momentum"):
        ask("99_nothing")


def test_in_a_class_it_opens_when_the_lesson_is_in_the_teachers_list(tmp_path, monkeypatch):
    opened = tmp_path / "opened"
    monkeypatch.setenv(opening.CLASS, str(opened))
    InWords(LESSON).answer(1, "It swings.")
    for lines, shown in [
        (None, False),
        ("04_conditioning\n", False),
        (f"04_conditioning\n {LESSON} \n", True),
    ]:
        if lines:
            opened.write_text(lines)
        words = InWords(LESSON).replies["1"]["words"]
        assert (TASK.answer in words) == shown
        assert ("Your teacher has not opened the answers of this exercise yet." in words) != shown
    close("2126-03-03")
    assert "opens the answers on 2126-03-03" in InWords(LESSON).replies["1"]["words"], "the nearer one counts"

"""A learner's folder: laid, renewed, and never at the cost of what they wrote."""

import json

import pytest

from course_lib.course import copies


class Course:
    """A course of notebooks and texts whose next version is to be written."""

    def __init__(self, folder, **files):
        self.folder = folder
        self.files = {"lessons/one.ipynb": notebook("first"), "docs/a.md": b"text"}

    def lay(self):
        return copies.lay(self.folder, list(self.files), self.files.__getitem__)

    def read(self, name):
        return (self.folder / name).read_bytes()

    def names(self):
        return sorted(p.relative_to(self.folder).as_posix() for p in self.folder.rglob("*") if p.is_file())


def notebook(source, **outputs):
    cell = {"cell_type": "code", "source": [source], "outputs": [], "execution_count": None} | outputs
    return json.dumps({"cells": [cell]}).encode()


@pytest.fixture
def course(tmp_path):
    return Course(tmp_path / "Mein Kurs – ß")


def test_it_is_laid_whole_and_a_second_time_nothing_happens(course):
    laid = course.lay()
    assert laid.new == ["lessons/one.ipynb", "docs/a.md"]
    assert str(laid) == "2 files laid."
    assert course.names() == [".course.json", "docs/a.md", "lessons/one.ipynb"]
    assert str(course.lay()) == "Everything is up to date."


def test_what_was_not_touched_is_renewed(course):
    course.lay()
    course.files = {"lessons/one.ipynb": notebook("second"), "docs/a.md": b"other text"}
    laid = course.lay()
    assert str(laid) == "2 files renewed."
    assert course.read("lessons/one.ipynb") == notebook("second")
    assert course.read("docs/a.md") == b"other text"


def test_a_notebook_that_was_only_run_counts_as_not_touched(course):
    course.lay()
    run = notebook("first", execution_count=7, outputs=[{"output_type": "stream", "text": "1"}])
    (course.folder / "lessons/one.ipynb").write_bytes(run)
    assert str(course.lay()) == "Everything is up to date."
    assert course.read("lessons/one.ipynb") == run
    course.files["lessons/one.ipynb"] = notebook("second")
    assert course.lay().renewed == ["lessons/one.ipynb"]


@pytest.mark.parametrize("mine", [notebook("my own"), b"", b"no notebook at all", b'{"cells": 3}'])
def test_what_the_learner_changed_stays_and_the_new_version_lies_beside_it(course, mine):
    course.lay()
    (course.folder / "lessons/one.ipynb").write_bytes(mine)
    assert str(course.lay()) == "Everything is up to date."  # there is no newer version to tell of
    course.files["lessons/one.ipynb"] = notebook("second")
    (remark,) = course.lay().remarks
    assert remark == "lessons/one.ipynb stays as you left it; its new version is beside it: one.new.ipynb"
    assert course.read("lessons/one.ipynb") == mine
    assert course.read("lessons/one.new.ipynb") == notebook("second")
    assert str(course.lay()) == "Everything is up to date."  # it is told once


def test_a_second_new_version_replaces_no_first_one(course):
    course.lay()
    (course.folder / "docs/a.md").write_bytes(b"mine")
    for text in (b"second", b"third"):
        course.files["docs/a.md"] = text
        course.lay()
    assert [course.read(name) for name in ("docs/a.md", "docs/a.new.md", "docs/a.new-2.md")] == [
        b"mine",
        b"second",
        b"third",
    ]


def test_what_the_learner_deleted_comes_back(course):
    course.lay()
    (course.folder / "docs/a.md").unlink()
    assert course.lay().new == ["docs/a.md"]


def test_a_file_that_lay_there_before_is_the_learners(course):
    (course.folder / "docs").mkdir(parents=True)
    (course.folder / "docs/a.md").write_bytes(b"my notes")
    assert course.lay().new == ["lessons/one.ipynb"]
    assert course.read("docs/a.md") == b"my notes"
    assert course.read("docs/a.new.md") == b"text"


def test_a_file_that_left_the_course_stays_and_is_told_of(course):
    course.lay()
    del course.files["docs/a.md"]
    assert course.lay().remarks == ["docs/a.md is no longer a part of the course; it stays."]
    assert course.read("docs/a.md") == b"text"


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"files": 3}', b"\xff\xfe", b'{"files": ["a"]}'])
def test_a_damaged_manifest_is_told_of_and_nothing_is_lost(course, damage):
    course.lay()
    (course.folder / "lessons/one.ipynb").write_bytes(notebook("my own"))
    (course.folder / copies.MANIFEST).write_bytes(damage)
    course.files = {"lessons/one.ipynb": notebook("second"), "docs/a.md": b"text"}
    damaged, *others = course.lay().remarks
    assert "was damaged and is new" in damaged
    assert len(others) == 1
    assert course.read("lessons/one.ipynb") == notebook("my own")
    assert course.read("lessons/one.new.ipynb") == notebook("second")
    assert str(course.lay()) == "Everything is up to date."


def test_an_interruption_in_the_middle_is_made_good_the_next_time(course):
    course.lay()
    course.files = {"lessons/one.ipynb": notebook("second"), "docs/a.md": b"other text"}

    def interrupted(name):
        if name == "docs/a.md":
            raise KeyboardInterrupt
        return course.files[name]

    with pytest.raises(KeyboardInterrupt):
        copies.lay(course.folder, list(course.files), interrupted)
    assert course.names() == [".course.json", "docs/a.md", "lessons/one.ipynb"]
    laid = course.lay()
    assert (laid.renewed, laid.remarks) == (["docs/a.md"], [])


def test_a_lesson_is_reset_and_the_learners_is_kept(tmp_path):
    copies.lay(tmp_path)
    lesson = tmp_path / "lessons/01_learning_rate.ipynb"
    original = lesson.read_bytes()
    for count, name in enumerate(["01_learning_rate.mine.ipynb", "01_learning_rate.mine-2.ipynb"]):
        lesson.write_bytes(notebook(f"my own {count}"))
        kept = copies.reset(tmp_path, "lessons/01_learning_rate.ipynb")
        assert kept == lesson.with_name(name)
        assert kept.read_bytes() == notebook(f"my own {count}")
        assert lesson.read_bytes() == original
    lesson.unlink()
    assert copies.reset(tmp_path, "lessons/01_learning_rate.ipynb") is None
    assert lesson.read_bytes() == original
    assert str(copies.lay(tmp_path)) == "Everything is up to date."

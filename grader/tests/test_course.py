"""A course as its configuration has it, and what is said if something is missing."""

import os
import shutil

import nbformat
import pytest
from course_grader import received
from course_grader.course import Course
from course_grader.faults import GraderFault

from . import a_course
from .a_course import NAME, RIGHT


@pytest.fixture
def folder(tmp_path):
    return a_course.make(tmp_path / "course")


def test_folders_and_gradebook_are_those_of_the_configuration(folder):
    course = Course(folder)
    assert course.assignments == [NAME]
    assert course.root == folder
    assert course.marks == folder / "grading" / "marks"
    assert course.db_url == f"sqlite:///{folder / 'gradebook.db'}"
    assert course.release(NAME) == a_course.RELEASE


def test_a_course_knows_itself_from_a_running_nbgrader(folder):
    course = Course(folder)
    assert Course(config=course.config).marks == course.marks


def test_a_teachers_own_settings_count_too_and_the_courses_first(folder, tmp_path, monkeypatch):
    own = tmp_path / "own"
    own.mkdir()
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(own))
    settings = 'c.CourseDirectory.db_url = "postgresql:///mine"\nc.CourseDirectory.course_id = "mine"\n'
    (own / "nbgrader_config.py").write_text(f"c = get_config()\n{settings}")
    course = Course(folder)
    assert course.db_url == "postgresql:///mine"
    assert course.directory.course_id == "losses_and_optimizers"


def test_a_folder_without_a_configuration_is_no_course(tmp_path):
    with pytest.raises(GraderFault, match=r"no nbgrader_config\.py in .*Give this command"):
        Course(tmp_path)


def test_a_broken_configuration_is_a_fault_and_not_passed_over(folder):
    with (folder / "nbgrader_config.py").open("a") as config:
        config.write("\nc.CourseDirectory.db_url = no_such_name\n")
    with pytest.raises(GraderFault, match=r"cannot be read .*no_such_name.* Put it right"):
        Course(folder)


def test_an_assignment_that_is_not_released_is_a_fault(folder):
    with pytest.raises(GraderFault, match=f"Released are: {NAME}.* nbgrader generate_assignment 02_other"):
        Course(folder).release("02_other")


def test_the_students_are_those_with_a_folder_for_the_assignment(folder):
    course = Course(folder)
    assert course.students(NAME) == []
    for student in ("zoe", "a.b@c.org", "[ab]*"):
        a_course.hand_in(course, student, {})
    (course.grading / "submitted" / "other" / "02_other").mkdir(parents=True)
    (course.grading / "submitted" / ".hidden" / NAME).mkdir(parents=True)
    (course.grading / "submitted" / "notes.txt").write_text("")
    assert course.students(NAME) == ["[ab]*", "a.b@c.org", "zoe"]


def test_a_student_without_a_submission_is_a_fault(folder):
    with pytest.raises(GraderFault, match=f"Nothing of ada is in .*nbgrader collect {NAME}"):
        Course(folder).handed_in(NAME, "ada")


def test_a_name_that_nbgrader_cannot_use_is_a_fault(folder):
    a_course.hand_in(Course(folder), "[ab]*", {})
    with pytest.raises(GraderFault, match=r"Rename \[ab\]\*'s folder"):
        Course(folder).handed_in(NAME, "[ab]*")


def test_what_was_handed_in_is_read_and_put_right(folder):
    course = Course(folder)
    there = a_course.hand_in(course, "ada", RIGHT)
    handed_in = course.handed_in(NAME, "ada")
    assert course.put_right(NAME, "ada") == handed_in
    assert course.handed_in(NAME, "ada") == handed_in
    assert nbformat.read(there / f"{NAME}.ipynb", as_version=4) == handed_in.notebook


def test_seeds_are_the_attempts_own_and_last(folder):
    first = Course(folder).seeds(NAME, "ada", "1st")("sgd_step")
    assert Course(folder).seeds(NAME, "ada", "1st")("sgd_step") == first
    assert Course(folder).seeds(NAME, "ada", "2nd")("sgd_step") != first
    assert (folder / "grading" / "key").stat().st_mode & 0o777 == 0o600


def test_a_release_that_changes_is_read_again(folder):
    course = Course(folder)
    path = folder / "exercises" / NAME / f"{NAME}.ipynb"
    assert "The learning rate" in course.release(NAME).cells[0].source
    path.write_text(path.read_text().replace("The learning rate", "Another title"))
    os.utime(path, ns=(1, 1))
    assert "Another title" in course.release(NAME).cells[0].source


# Folders that are not the student's, whoever put them there.


def linked(course, student, part, target):
    """Among the submissions, STUDENT or STUDENT/ASSIGNMENT is a link."""
    place = course.grading / "submitted" / student / part
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(target)


def fingerprint(folder):
    """All that is in a folder, with contents and times."""
    found = [(path, path.stat().st_mtime_ns, path.stat().st_ctime_ns) for path in sorted(folder.rglob("*"))]
    return [(*about, about[0].read_bytes() if about[0].is_file() else b"") for about in found]


@pytest.mark.parametrize("part", ["", NAME])
@pytest.mark.parametrize("whose", ["a classmate's", "one outside"])
def test_a_linked_folder_is_nobodys_work_and_nothing_is_done_there(folder, tmp_path, part, whose):
    course = Course(folder)
    ada = a_course.hand_in(course, "ada", RIGHT)
    if whose == "one outside":
        ada = ada.parent.rename(tmp_path / "outside") / NAME
    (ada / "link").symlink_to("/etc/passwd")  # it would be put aside
    linked(course, "eve", part, ada if part else ada.parent)
    before = fingerprint(ada.parent)
    assert "eve" in course.students(NAME)
    for act in (course.handed_in, course.put_right):
        with pytest.raises(GraderFault, match=r"is a link, or no folder.* Put the student's own folder"):
            act(NAME, "eve")
    assert fingerprint(ada.parent) == before


def test_a_file_or_a_pipe_in_place_of_the_folder_is_said(folder):
    course = Course(folder)
    for student in ("file", "pipe", "nowhere"):
        (course.grading / "submitted" / student).mkdir(parents=True)
    (course.grading / "submitted" / "file" / NAME).write_text("")
    os.mkfifo(course.grading / "submitted" / "pipe" / NAME)
    linked(course, "nowhere", NAME, "/nowhere/at/all")
    assert course.students(NAME) == ["file", "nowhere", "pipe"]
    for student in course.students(NAME):
        with pytest.raises(GraderFault, match="is a link, or no folder"):
            course.handed_in(NAME, student)


@pytest.mark.parametrize("name", [f"{NAME}.ipynb", "data/my.csv"])
def test_a_file_with_a_second_name_costs_neither_its_points(folder, name):
    """Nobody can tell whose it is: a zero might be that of the one it was taken from."""
    course = Course(folder)
    ada, eve = (a_course.hand_in(course, student, RIGHT) for student in ("ada", "eve"))
    for place in (ada, eve):
        (place / "data").mkdir()
    (eve / name).unlink(missing_ok=True)
    (ada / name).touch()
    os.link(ada / name, eve / name)
    before = fingerprint(course.grading / "submitted")
    for student in ("ada", "eve"):
        with pytest.raises(GraderFault, match=r"a hard link.* put a copy in its place"):
            course.put_right(NAME, student)
    assert fingerprint(course.grading / "submitted") == before


def test_the_folder_of_all_submissions_may_be_a_link_of_the_teachers(folder, tmp_path):
    course = Course(folder)
    a_course.hand_in(course, "ada", RIGHT)
    (course.grading / "submitted").rename(tmp_path / "large disk")
    (course.grading / "submitted").symlink_to(tmp_path / "large disk")
    assert course.put_right(NAME, "ada").remarks == ()


# When it came, where no exchange knows.


def test_what_was_put_there_by_hand_came_then_whatever_is_written_in_it(folder):
    course = Course(folder)
    there = a_course.hand_in(course, "ada", RIGHT)
    shutil.rmtree(course.grading / "received")
    for path in there.iterdir():
        os.utime(path, (0, 0))
    came = course.handed_in(NAME, "ada").when
    latest = received.utc((there / f"{NAME}.ipynb").stat().st_ctime)
    assert came == latest


def test_marking_and_copying_do_not_change_when_it_came(folder, tmp_path):
    course = Course(folder)
    there = a_course.hand_in(course, "ada", RIGHT)
    shutil.rmtree(course.grading / "received")
    came = course.put_right(NAME, "ada").when
    (there / f"{NAME}.ipynb").chmod(0o600)
    assert course.handed_in(NAME, "ada").when == came
    shutil.copytree(folder, tmp_path / "elsewhere")
    assert Course(tmp_path / "elsewhere").put_right(NAME, "ada").when == came
    release = folder / "exercises" / NAME / f"{NAME}.ipynb"
    release.write_text(release.read_text().replace("The learning rate", "Another title"))
    os.utime(release, ns=(1, 1))
    assert course.put_right(NAME, "ada").when == course.handed_in(NAME, "ada").when == came


def test_another_content_came_at_another_time_and_a_teacher_may_say_when(folder):
    course = Course(folder)
    there = a_course.hand_in(course, "ada", RIGHT)
    first = course.put_right(NAME, "ada").when
    assert first == "2026-01-31 10:00:00 UTC"
    path = there / f"{NAME}.ipynb"
    path.write_text(path.read_text().replace("0.125", "0.25"))
    second = course.put_right(NAME, "ada").when
    assert second > first
    kept = course.grading / "received" / "ada" / f"{NAME}.json"
    kept.write_text(kept.read_text().replace(second, "2026-02-01 10:00:00 UTC"))
    assert course.handed_in(NAME, "ada").when == "2026-02-01 10:00:00 UTC"
    kept.write_text(kept.read_text().replace("2026-02-01 10:00:00 UTC", "yesterday"))
    with pytest.raises(GraderFault, match="'yesterday', as kept in grading/received, is no time"):
        course.handed_in(NAME, "ada")


@pytest.mark.parametrize("content", ["", "[]", '{"a": 1}', "\udcff"])
def test_damaged_times_are_a_fault(folder, content):
    course = Course(folder)
    a_course.hand_in(course, "ada", RIGHT)
    kept = course.grading / "received" / "ada" / f"{NAME}.json"
    kept.write_bytes(content.encode(errors="surrogateescape"))
    with pytest.raises(GraderFault, match=r"ada.01_learning_rate\.json .*Restore it|restore it"):
        course.put_right(NAME, "ada")

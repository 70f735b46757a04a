"""A course as its configuration has it, and what is said if something is missing."""

import os

import nbformat
import pytest
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

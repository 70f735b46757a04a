"""A class of three who hand in the first assignment, and what a batch has made of it so far."""

from concurrent.futures import Future

from course_grader import records, schedulers
from course_grader.course import Course
from course_grader.gradebook import Gradebook
from course_grader.marking import Mark, Report
from course_grader.records import RECORDED

from . import a_course
from .a_course import NAME, RIGHT

CLASS = {  # what they hand in, and the points that the checks owe for it
    "ada": (RIGHT, 12),
    "bob": ({"sgd-step": RIGHT["sgd-step"]}, 3),
    "cy": ({}, 0),
}
CHECKS = {
    "check-sgd-step": 3.0,
    "check-after-three-updates": 3.0,
    "check-descend": 4.0,
    "check-chosen-rate": 2.0,
}
QUICK = Report(  # marks that cost no time: one point for each check
    tuple(Mark(name, 1.0, most, "told") for name, most in CHECKS.items()), (), 0.5, "bubblewrap"
)
POINTS = {name: points for name, (_, points) in CLASS.items()}


def make(folder):
    """Their course, in a folder."""
    course = Course(a_course.make(folder))
    a_course.tell_gradebook(course)
    for name, (answers, _) in CLASS.items():
        a_course.hand_in(course, name, answers)
    return course


def kept(course):
    """Student -> record."""
    there = records.Records(course.marks, NAME)
    return {name: there.read(name) for name in course.students(NAME)}


def in_gradebook(course):
    """Student -> points of the checks, for all who are in the gradebook."""
    points = Gradebook(course.config, NAME).points()
    return {name: sum(filter(None, cells.values())) for name, cells in points.items()}


def autograded(course, name):
    return course.grading / "autograded" / name / NAME / f"{NAME}.ipynb"


def is_whole(course):
    """Is everybody marked, recorded, in the gradebook and autograded, and nothing left beside that?"""
    there = {path.name for path in (course.marks / NAME).iterdir()} - {".lock"}
    return (
        there == {f"{name}.json" for name in POINTS}
        and {record.state for record in kept(course).values()} == {RECORDED}
        and in_gradebook(course) == POINTS
        and all(autograded(course, name).is_file() for name in POINTS)
    )


class Here:
    """A scheduler that does its steps in this process. ``asked``: how many there were."""

    places = 1

    def __init__(self, *_):
        self.asked = 0

    def submit(self, function, *arguments):
        self.asked += 1
        future = Future()
        future.set_result(schedulers.honest(function, *arguments))
        return future

    def prepared(self, function, *arguments):
        return []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

"""Mark all submissions of an assignment: in parallel, each for itself, and resumable at any moment.

A student's marks are made by a worker (step.py), kept on disk (records.py), and then put into the gradebook
by this process alone (gradebook.py), while others are still being marked. What is there is not made again,
unless a submission or a task has changed since.
"""

import math
from collections import deque
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, wait
from dataclasses import dataclass, replace
from pathlib import Path

from course_grader import records, schedulers, step, summary
from course_grader.faults import GraderFault, TooLong
from course_grader.records import Basis, Record

AHEAD = 2  # submissions that are read for each worker, so that it need not wait; all others stay on disk
TRIES = 2
NEW = "not marked yet"
OTHER_POINTS = (
    "nbgrader did not take these marks. Either something new was handed in meanwhile: then give the same "
    "command again. Or nbgrader_config.py leaves this student out (student_id_exclude)."
)


@dataclass(frozen=True)
class Job:
    """A student, and ``why`` the marks have to be made; "": they need not, as ``record`` has them.

    ``recorded``: the gradebook has them too.
    """

    student: str
    why: str
    record: Record | None = None
    recorded: bool = False


@dataclass(frozen=True)
class _Begun:
    """A student whom a worker marks. ``tries``: how often it was begun."""

    student: str
    basis: Basis
    remarks: tuple[str, ...]
    when: str
    tries: int


class Batch:
    """The submissions of an ``assignment`` by the ``students``.

    ``again``: mark everybody anew. ``trusted_code``: without a sandbox.
    """

    def __init__(self, course, assignment, students, gradebook, again=False, trusted_code=False):
        self.course, self.assignment, self.students = course, assignment, students
        self.gradebook, self.again, self.trusted_code = gradebook, again, trusted_code
        self.records = records.Records(course.marks, assignment)

    def check(self):
        """GraderFault, if the gradebook cannot be written, or has other points than the exercise."""
        self.gradebook.check()
        self.course.check_points(self.assignment, self.gradebook)

    def jobs(self):
        """A Job for each student, as things are now. Nothing is changed."""
        points = self.gradebook.points()
        return [self._job(student, points.get(student, {})) for student in self.students]

    def run(self, jobs, executor) -> Iterator[summary.Row]:
        """Do what the jobs need; a Row for each student, in the order in which they are done.

        ``executor``: one of schedulers.py.
        """
        for job in jobs:
            if job.recorded:
                yield summary.row(job.record, before=True)
            elif job.record:
                yield self._recorded(job.record, before=True)
        for student, made in self._made([job.student for job in jobs if job.why], executor):
            yield self._kept(made) if isinstance(made, Record) else summary.fault(student, made)

    def forget(self):
        """Throw the records away: the gradebook's marks stay, until there are new ones."""
        for student in self.students:
            self.records.file(student).unlink(missing_ok=True)

    def _job(self, student, points):
        last = self.records.read(student)
        if last is None:
            return Job(student, NEW)
        try:
            handed_in = self._handed_in(student)
        except GraderFault as fault:
            return Job(student, str(fault))
        basis = self._basis(handed_in)
        record = self.records.valid(student, basis, self.trusted_code)
        if self.again or record is None:
            return Job(student, self._why(last, basis))
        recorded = record.state == records.RECORDED and record.when == handed_in.when
        record = replace(record, when=handed_in.when)  # the same work, handed in again
        return Job(student, "", record, recorded and _agree(record, points))

    def _why(self, last, basis):
        if last.basis.tasks != basis.tasks:
            return "the tasks have changed"
        if last.basis != basis:
            return "another submission"
        return "asked for again" if self.again else "was marked without a sandbox"

    def _handed_in(self, student):
        try:
            return self.course.handed_in(self.assignment, student)
        except OSError as error:
            raise GraderFault(f"What {student} handed in cannot be read ({error}). See to that.") from None

    def _basis(self, handed_in):
        return records.basis(handed_in, self.course.release(self.assignment))

    def _made(self, students, executor):
        """(student, Record) as the workers make them; a GraderFault instead, if the second try failed too."""
        waiting, running = deque((student, 1) for student in students), {}
        while waiting or running:
            if waiting and len(running) < AHEAD * executor.places:
                student, tries = waiting.popleft()
                try:
                    handed_in = self._handed_in(student)
                    running[executor.submit(step.mark, self._step(student, handed_in))] = _Begun(
                        student, self._basis(handed_in), handed_in.remarks, handed_in.when, tries
                    )
                except GraderFault as fault:
                    yield student, fault
                continue
            future = wait(running, return_when=FIRST_COMPLETED).done.pop()
            begun, report = running.pop(future), schedulers.result(future)
            if not isinstance(report, GraderFault):
                yield begun.student, Record(begun.student, begun.basis, report, begun.remarks, begun.when)
            elif begun.tries < TRIES and not isinstance(report, schedulers.Lost | TooLong):
                waiting.appendleft((begun.student, begun.tries + 1))
            else:
                yield begun.student, report

    def _step(self, student, handed_in):
        seeds = self.course.seeds(self.assignment, student, handed_in.attempt)
        return step.Step.of(handed_in, seeds, self.trusted_code)

    def _kept(self, record):
        """The Row of a student who was just marked: on disk first, and then in the gradebook."""
        try:
            self.records.write(record)
        except GraderFault as refusal:
            return summary.fault(record.student, refusal)
        return self._recorded(record)

    def _recorded(self, record, before=False):
        student = record.student
        try:
            folder = self.course.submitted(self.assignment, student)
            if not Path(folder, f"{self.assignment}.ipynb").is_file():
                self.course.put_right(self.assignment, student)  # nbgrader would find nothing there
            self.gradebook.record(student)
            if not _agree(record, self.gradebook.points(student).get(student, {})):
                raise GraderFault(OTHER_POINTS)
            self.records.say_recorded(record)
        except OSError as error:
            return summary.fault(student, records.refusal(error, self.course.grading))
        except GraderFault as refusal:
            return summary.fault(student, refusal)
        return summary.row(record, before)


def _agree(record, points):
    """Does the gradebook have these points? It may have been restored from a copy, or begun anew."""
    there = ((points.get(mark.grade_id), mark.points) for mark in record.report.marks)
    return all(found is not None and math.isclose(found, made, abs_tol=1e-6) for found, made in there)

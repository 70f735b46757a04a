"""What a batch does and does not do again, and what it makes of the grader's own faults."""

import json
import os
import shutil
import tracemalloc
from concurrent.futures import Future
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from course_grader import gradebook, received, records, schedulers, step, summary
from course_grader.batch import Batch
from course_grader.course import Course
from course_grader.faults import GraderFault, TooLong
from course_grader.gradebook import Gradebook
from course_grader.marking import Mark, Report
from nbgrader import api
from nbgrader.preprocessors import Execute, SaveAutoGrades
from traitlets.config import Config

from . import a_class, a_course
from .a_class import POINTS, Here, autograded, in_gradebook, is_whole, kept
from .a_course import NAME, RIGHT


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(step, "mark", lambda step: a_class.QUICK)


def batch(course, **options):
    return Batch(course, NAME, course.students(NAME), Gradebook(course.config, NAME), **options)


def run(course, executor=None, **options):
    """Student -> Row of a batch."""
    one = batch(course, **options)
    return {row.student: row for row in one.run(one.jobs(), executor or Here())}


def whys(course, **options):
    return {job.student: job.why for job in batch(course, **options).jobs()}


# What is done, and what is not done again


def test_everybody_is_marked_and_recorded(course, walls):
    rows = run(course)
    assert {name: (row.points, row.of, row.state) for name, row in rows.items()} == {
        name: (points, 12, "graded") for name, points in POINTS.items()
    }
    assert is_whole(course)
    assert kept(course)["ada"].report.sandbox == walls.name


def test_a_second_run_does_nothing(course, quick):
    run(course)
    files = {path: path.stat().st_mtime_ns for path in course.grading.rglob("*")}
    here = Here()
    assert {row.what for row in run(course, here).values()} == {"marked before"}
    assert here.asked == 0
    assert {path: path.stat().st_mtime_ns for path in course.grading.rglob("*")} == files


def times(course):
    """Student -> when it came, by the gradebook."""
    with a_course.api(course).gradebook as gradebook:
        return {one.student_id: str(one.timestamp) for one in gradebook.assignment_submissions(NAME)}


def test_the_gradebook_knows_when_it_came_and_not_what_a_student_says(course, quick):
    """Of those that were collected the exchange's time is kept; of others, when they were put there."""
    (course.submitted(NAME, "ada") / "timestamp.txt").write_text("1999-01-01 10:00:00 UTC")
    placed = course.submitted(NAME, "bob") / f"{NAME}.ipynb"
    placed.write_text(placed.read_text().replace("lr * g", "g * lr"))
    then = received.utc(placed.stat().st_ctime)
    run(course)
    assert {name: when[:19] for name, when in times(course).items()} == {
        "ada": "2026-01-31 10:00:00",
        "bob": then[:19],
        "cy": "2026-01-31 10:00:00",
    }
    before = times(course)
    run(course, again=True)
    assert times(course) == before


def test_a_folder_that_is_not_the_students_stops_nobody(course, quick):
    submitted = course.grading / "submitted"
    (submitted / "eve").symlink_to("ada")
    (submitted / "flo").mkdir()
    (submitted / "flo" / NAME).symlink_to(submitted / "bob" / NAME)
    rows = run(course)
    assert {name for name, row in rows.items() if row.failed} == {"eve", "flo"}
    assert "is a link, or no folder" in rows["eve"].what
    assert in_gradebook(course).keys() == {"ada", "bob", "cy"}


def test_nothing_is_thrown_away_or_written_through_a_link_of_what_was_made_before(course, quick, tmp_path):
    (tmp_path / "outside" / NAME).mkdir(parents=True)
    (tmp_path / "outside" / NAME / "mine.txt").write_text("mine")
    (course.grading / "autograded").mkdir()
    (course.grading / "autograded" / "ada").symlink_to(tmp_path / "outside")
    rows = run(course)
    assert {name for name, row in rows.items() if row.failed} == {"ada"}
    assert "is a link, and nothing is done there" in rows["ada"].what
    assert [path.name for path in (tmp_path / "outside" / NAME).iterdir()] == ["mine.txt"]


def test_again_marks_everybody_anew(course, quick):
    run(course)
    here = Here()
    assert set(whys(course, again=True).values()) == {"asked for again"}
    run(course, here, again=True)
    assert here.asked == 3


def never_marked(course):
    records.Records(course.marks, NAME).file("bob").unlink()
    return 1


def half_a_record(course):
    records.Records(course.marks, NAME).file("bob").write_text('{"student": "bo')
    return 1


def not_recorded(course):
    """The process was killed when nbgrader had half written the notebook."""
    records.Records(course.marks, NAME).write(replace(kept(course)["bob"], state=records.MARKED))
    autograded(course, "bob").chmod(0o644)
    autograded(course, "bob").write_text('{"cells": [')
    return 0


def gradebook_from_a_copy(course):
    with a_course.api(course).gradebook as gradebook:
        gradebook.remove_submission(NAME, "bob")
    return 0


def points_from_a_copy(course):
    with a_course.api(course).gradebook as gradebook:
        gradebook.find_grade("check-descend", NAME, NAME, "bob").auto_score = 0.25
        gradebook.db.commit()
    return 0


@pytest.mark.parametrize(
    "happens", [never_marked, half_a_record, not_recorded, gradebook_from_a_copy, points_from_a_copy]
)
def test_what_is_missing_is_done(course, quick, happens):
    run(course)
    before = autograded(course, "bob").read_bytes()
    marked_anew = happens(course)
    here = Here()
    rows = run(course, here)
    assert here.asked == marked_anew
    assert [row.state for row in rows.values()] == ["graded"] * 3
    assert in_gradebook(course) == dict.fromkeys(POINTS, 4.0)
    assert autograded(course, "bob").read_bytes() == before


def another_submission(course):
    shutil.rmtree(course.submitted(NAME, "bob"))
    a_course.hand_in(course, "bob", RIGHT)
    return {"bob": "another submission"}


def another_release(course):
    released = course.root / "exercises" / NAME / f"{NAME}.ipynb"
    released.write_text(released.read_text().replace("Task 1. A step that went wrong", "Task 1. A step"))
    return dict.fromkeys(POINTS, "the tasks have changed")


@pytest.mark.parametrize("changes", [another_submission, another_release])
def test_what_has_changed_is_marked_anew(course, quick, changes):
    run(course)
    changed = changes(course)
    course = Course(course.root)
    here = Here()
    assert whys(course) == dict.fromkeys(POINTS, "") | changed
    run(course, here)
    assert here.asked == len(changed)
    assert set(whys(course).values()) == {""}


def test_a_time_that_a_teacher_has_corrected_is_recorded_and_nothing_is_marked(course, quick):
    run(course)
    file = course.submitted(NAME, "bob").parents[1].with_name("received") / "bob" / f"{NAME}.json"
    file.write_text(json.dumps(dict.fromkeys(json.loads(file.read_text()), "2026-02-01 10:00:00 UTC")))
    assert [job.student for job in batch(course).jobs() if not job.recorded] == ["bob"]
    here = Here()
    run(course, here)
    assert here.asked == 0
    assert is_recorded(course)
    with a_course.api(course).gradebook as gradebook:
        assert gradebook.find_submission(NAME, "bob").timestamp == datetime(2026, 2, 1, 10)


def test_records_of_an_earlier_version_are_read(course, quick):
    """They know no time, and no text for the teacher alone."""
    run(course)
    file = records.Records(course.marks, NAME).file("bob")
    plain = json.loads(file.read_text())
    del plain["when"]
    for mark in plain["report"]["marks"]:
        del mark["whole"]
    file.write_text(json.dumps(plain))
    here = Here()
    assert run(course, here)["bob"].points == 4
    assert here.asked == 0
    assert is_recorded(course)


def is_recorded(course):
    return all(job.recorded for job in batch(course).jobs())


def test_nbgrader_itself_makes_the_same_of_a_record(course, quick):
    """The batch leaves nbgrader's first steps out, as nothing of what they make is used."""
    run(course)
    ours = autograded(course, "ada").read_bytes()
    assert a_course.api(course).autograde(NAME, "ada", force=True)["success"]
    assert autograded(course, "ada").read_bytes() == ours


def test_files_are_copied_as_nbgrader_itself_does(course, quick):
    source, handed_in = course.root / "solutions" / NAME, course.submitted(NAME, "ada")
    for folder, whose in ((source, "the course's"), (handed_in, "ada's")):
        (folder / "data").mkdir()
        for name in ("data/heights.csv", "mine.py"):
            (folder / name).write_text(whose)
    course.config.Autograde.exclude_overwriting = {NAME: ["mine.py"]}

    def copied():
        folder = autograded(course, "ada").parent
        return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    run(course)
    ours = copied()
    assert ours[Path("data/heights.csv")] == b"the course's"
    assert ours[Path("mine.py")] == b"ada's"
    assert a_course.api(course).autograde(NAME, "ada", force=True)["success"]
    assert copied() == ours


def test_who_must_be_known_and_is_not_has_no_marks(course, quick):
    course.config.Autograde.create_student = False
    with a_course.api(course).gradebook as gradebook:
        gradebook.add_student("ada")
    rows = run(course)
    assert {row.student for row in rows.values() if row.failed} == {"bob", "cy"}
    assert "bob" in rows["bob"].what
    assert in_gradebook(course) == {"ada": 4.0}


def test_the_gradebook_is_looked_through_once_a_batch(course, quick, monkeypatch):
    opened = []

    class Gradebook(api.Gradebook):
        def __init__(self, *given):
            opened.append(given)
            super().__init__(*given)

    monkeypatch.setattr(gradebook.api, "Gradebook", Gradebook)
    assert not any(row.failed for row in run(course).values())
    assert len(opened) == 1


def test_a_students_marks_are_all_in_the_gradebook_or_none(course, quick, monkeypatch):
    """nbgrader itself would have kept those of the cells before the one at which it failed."""
    save = SaveAutoGrades._add_score

    def fail_at_the_last_check(self, cell, resources):
        save(self, cell, resources)
        if self.student_id == "bob" and cell.metadata.nbgrader.grade_id == "check-chosen-rate":
            raise RuntimeError("the power fails")

    with monkeypatch.context() as patch:
        patch.setattr(SaveAutoGrades, "_add_score", fail_at_the_last_check)
        assert [name for name, row in run(course).items() if row.failed] == ["bob"]
    assert in_gradebook(course) == {"ada": 4.0, "bob": 0, "cy": 4.0}
    assert not any(row.failed for row in run(course).values())
    assert in_gradebook(course) == dict.fromkeys(POINTS, 4.0)


def test_remarks_on_what_was_handed_in_stay(course, quick):
    folder = course.submitted(NAME, "bob")
    (folder / f"{NAME}.ipynb").rename(folder / "mine.ipynb")
    run(course)
    says = "bob: 'mine.ipynb' was taken for 01_learning_rate.ipynb."
    assert summary.remarks(run(course).values()) == says


def test_a_folder_without_a_notebook_counts_as_empty(course, walls):
    (course.submitted(NAME, "bob") / f"{NAME}.ipynb").unlink()
    rows = run(course)
    assert rows["bob"].points == 0
    assert in_gradebook(course) == POINTS | {"bob": 0}
    assert "There is no file 01_learning_rate.ipynb" in summary.remarks(rows.values())


@pytest.mark.parametrize(("name", "works"), [("zoë o'neil", True), ("-x", True), ("a.b", True), ("*", False)])
def test_names_that_a_folder_may_have(course, quick, name, works):
    shutil.move(course.submitted(NAME, "bob").parent, course.grading / "submitted" / name)
    rows = run(course)
    assert {one for one, row in rows.items() if row.failed} == (set() if works else {name})
    assert works or "Rename" in rows[name].what
    assert in_gradebook(course) == dict.fromkeys(["ada", "cy", name] if works else ["ada", "cy"], 4.0)


def test_who_is_left_out_by_nbgrader_is_not_called_done(course, quick):
    course.config.CourseDirectory.student_id_exclude = "bob"
    rows = run(course)
    assert "(student_id_exclude)" in rows["bob"].what
    assert kept(course)["bob"].state == records.MARKED
    assert in_gradebook(course) == {"ada": 4.0, "cy": 4.0}


def test_nbgrader_never_runs_what_students_wrote(course):
    course.config.Autograde.autograde_preprocessors = [Execute, SaveAutoGrades]
    with pytest.raises(GraderFault, match="nbgrader itself would run what students wrote"):
        Gradebook(course.config, NAME).check()
    with pytest.raises(GraderFault, match="nbgrader itself would run what students wrote"):
        Gradebook(Config({"CourseDirectory": {"root": str(course.root)}}), NAME).record("ada")


def test_marks_made_without_a_sandbox_do_not_last(course):
    here = Here()
    one = Batch(course, NAME, ["ada"], Gradebook(course.config, NAME, trusted_code=True), trusted_code=True)
    assert [row.points for row in one.run(one.jobs(), here)] == [12]
    assert kept(course)["ada"].report.sandbox == "none (trusted code)"
    assert one.jobs()[0].recorded
    assert whys(course)["ada"] == "was marked without a sandbox"


# Faults of the grader


class Moody(Here):
    """``bob`` cannot be marked the first so many times."""

    def __init__(self, course, times, fault):
        super().__init__()
        self.times, self.fault, self.notebook = (
            times,
            fault,
            json.dumps(course.handed_in(NAME, "bob").notebook),
        )

    def submit(self, function, step):
        future = super().submit(function, step)
        if step.notebook == self.notebook and self.times:
            self.times -= 1
            future = Future()
            future.set_result(self.fault)
        return future


@pytest.mark.parametrize("places", [1, 3])
def test_a_fault_is_tried_once_more(course, quick, places):
    moody = Moody(course, 1, GraderFault("The worker was killed."))
    moody.places = places
    assert {row.state for row in run(course, moody).values()} == {"graded"}
    assert moody.asked == 4


@pytest.mark.parametrize(
    ("fault", "tries"), [(GraderFault("It failed."), 2), (schedulers.Lost("Dask lost it."), 1)]
)
def test_a_fault_is_reported_and_never_a_mark(course, quick, fault, tries):
    moody = Moody(course, 9, fault)
    rows = run(course, moody)
    assert moody.asked == 2 + tries
    assert {row.student for row in rows.values() if row.failed} == {"bob"}
    assert rows["bob"].what == str(fault)
    assert in_gradebook(course) == {"ada": 4.0, "cy": 4.0}
    assert not autograded(course, "bob").exists()
    assert kept(course)["bob"] is None


def test_who_took_all_the_time_is_not_tried_again_at_once(course, quick):
    moody = Moody(course, 9, TooLong("It took 30 s."))
    rows = run(course, moody)
    assert rows["bob"].what == "It took 30 s."
    assert moody.asked == 3
    assert in_gradebook(course) == {"ada": 4.0, "cy": 4.0}


def test_a_fault_leaves_the_marks_of_an_earlier_attempt(course, quick):
    run(course)
    another_submission(course)
    run(course, Moody(course, 9, GraderFault("It failed.")))
    assert in_gradebook(course)["bob"] == 4.0
    assert whys(course)["bob"] == "another submission"


def test_a_submission_that_cannot_be_read_stops_nobody(course, quick, monkeypatch):
    reads = course.handed_in

    def handed_in(assignment, student):
        if student == "bob":
            raise GraderFault("The disk refuses.")
        return reads(assignment, student)

    monkeypatch.setattr(course, "handed_in", handed_in)
    rows = run(course)
    assert rows["bob"].what == "The disk refuses."
    assert in_gradebook(course) == {"ada": 4.0, "cy": 4.0}


def test_a_worker_that_is_killed_costs_nobody_a_mark(course, walls):
    """The workers' processes are killed while they mark, as the system does when memory runs short."""
    one = batch(course)
    with schedulers.Processes(2, step.AT_MOST) as workers:
        rows = []
        for row in one.run(one.jobs(), workers):
            rows.append(row)
            if len(rows) == 1:
                for worker in list(workers.all):
                    worker.process.kill()
    assert [row.state for row in rows] == ["graded"] * 3
    assert is_whole(course)


class Books:
    """A gradebook that costs no time."""

    def points(self, student=None):
        return {student: {"check": 1.0}}

    def record(self, student):
        pass


def test_memory_does_not_grow_with_the_class(course, monkeypatch):
    def mark(step):
        return Report((Mark("check", 1.0, 1.0, os.urandom(100_000).hex()),), (), 0.1, "bubblewrap")

    monkeypatch.setattr(step, "mark", mark)
    for number in range(15):
        shutil.copytree(course.submitted(NAME, "ada"), course.grading / "submitted" / f"s{number}" / NAME)
    one, used = Batch(course, NAME, course.students(NAME), Books()), []
    jobs = one.jobs()
    tracemalloc.start()
    for row in one.run(jobs, Here()):
        assert not row.failed
        used.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert used[-1] - used[2] < 1e6  # a report has 0.2 MB

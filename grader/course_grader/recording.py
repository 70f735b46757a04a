"""nbgrader's own steps that write marks, for a gradebook that stays open.

nbgrader opens the gradebook seven times a student. Each time it looks for every table and has every query to
learn anew: that would be half of the time. And it waits for the disk after every cell; here once for all of a
student's cells, which are all in the gradebook or none.
"""

import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nbgrader.converters import Autograde
from nbgrader.preprocessors import SaveAutoGrades
from nbgrader.utils import find_all_files
from traitlets import Any as AnyTrait

from course_grader import submission
from course_grader.folders import refuse_links
from course_grader.preprocessors import Mark


class Recording(Autograde):
    """``nbgrader autograde`` for one student. ``gradebook``: an ``nbgrader.api.Gradebook``."""

    gradebook: Any = AnyTrait()
    coursedir: Any  # nbgrader's CourseDirectory, which is never None here

    def start(self):
        """Mark whom ``coursedir`` names. GraderFault if nbgrader would delete or write through a link."""
        of = self.coursedir
        refuse_links(of.format_path(of.autograded_directory, of.student_id, of.assignment_id))
        mine = {SaveAutoGrades: Saved, Mark: Mark}
        self.autograde_preprocessors = [
            mine[step](parent=self, gradebook=self.gradebook) if step in mine else step
            for step in self.autograde_preprocessors
        ]
        super().start()

    def init_assignment(self, assignment_id, student_id):
        """Tell the gradebook of the submission, and copy the files beside it, then the course's own."""
        with self.gradebook as gradebook, _at_once(gradebook.db):
            if self.create_student:
                gradebook.update_or_create_student(student_id)
            gradebook.update_or_create_submission(assignment_id, student_id)
        folder = self.coursedir.format_path(self.coursedir.submitted_directory, student_id, assignment_id)
        place = self.coursedir.format_path(self.coursedir.autograded_directory, student_id, assignment_id)
        submission.unpack(submission.beside(folder, assignment_id), place)
        self._copy_the_courses_files(assignment_id, student_id)

    def _copy_the_courses_files(self, assignment_id, student_id):
        source = self.coursedir.format_path(self.coursedir.source_directory, ".", assignment_id)
        place = self.coursedir.format_path(self.coursedir.autograded_directory, student_id, assignment_id)
        students_own = self.exclude_overwriting.get(assignment_id, [])
        for path in find_all_files(source, [*self.coursedir.ignore, "*.ipynb"]):
            name = os.path.relpath(path, source)
            if name not in students_own:
                copy = Path(place, name)
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.unlink(missing_ok=True)  # it may be read-only
                shutil.copy(path, copy)


class Saved(SaveAutoGrades):
    """Puts the points of the check cells into the ``gradebook``, by nbgrader's rules."""

    gradebook: Any = AnyTrait()

    def preprocess(self, nb, resources):
        about = resources["nbgrader"]
        self.notebook_id, self.assignment_id = about["notebook"], about["assignment"]
        self.student_id = about["student"]
        with self.gradebook as gradebook, _at_once(gradebook.db):
            for place, cell in enumerate(nb.cells):
                self.preprocess_cell(cell, resources, place)
        return nb, resources


@contextmanager
def _at_once(session):
    """What nbgrader commits to a gradebook meanwhile is committed at the end, all of it."""
    commit, session.commit = session.commit, session.flush
    try:
        yield
        commit()
    finally:
        del session.commit

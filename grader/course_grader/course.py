"""A course as nbgrader_config.py has it: its folders, its gradebook, its releases and submissions."""

import glob
import os
import re
from functools import lru_cache
from pathlib import Path

import nbformat
from nbgrader.apps.baseapp import NbGrader
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Application

from course_grader import seeds, submission
from course_grader.faults import GraderFault
from course_lib.checks import points

CONFIG = "nbgrader_config"


class Course:
    """The course in the folder ``root``; or that of a running nbgrader, by its ``config``.

    ``config``: all that nbgrader is told, by the teacher's own settings too. ``directory``: nbgrader's object
    for the folders. ``marks``: the folder of the records. An assignment has one notebook, of the same name.
    """

    def __init__(self, root=".", config=None):
        self.config = _configuration(Path(root).resolve()) if config is None else config
        self.directory = CourseDirectory(config=self.config)
        self.root = Path(self.directory.root)
        self.grading = self.root / Path(self.directory.submitted_directory).parent
        self.marks = self.grading / "marks"
        self.db_url = self.directory.db_url

    @property
    def assignments(self):
        """The names of what is released."""
        found = glob.glob(self._path(self.directory.release_directory, ".", "*"))
        return sorted(name for name in (Path(path).name for path in found) if self._released(name).is_file())

    @property
    def sources(self):
        """The names of what can be released."""
        found = glob.glob(self._path(self.directory.source_directory, ".", "*"))
        return sorted(Path(path).name for path in found if Path(path, f"{Path(path).name}.ipynb").is_file())

    def release(self, assignment):
        """The released notebook, which says what is a check and what an answer. GraderFault without one."""
        self._check(assignment)
        return notebook(self._released(assignment))

    def check_points(self, assignment, gradebook):
        """GraderFault, if the tasks, the released notebook and the gradebook do not agree on the points."""
        release = self.release(assignment)
        if faults := points.faults(assignment, release):
            raise GraderFault(" ".join([f"{self._released(assignment)}:", *faults]))
        gradebook.check_points(release)

    def students(self, assignment):
        """Who has this assignment among the submissions; whether it is a folder is seen when it is opened."""
        self._check(assignment)
        step = self.directory.submitted_directory
        found = glob.glob(self._path(step, "*", glob.escape(assignment)))
        name = self.directory.format_path(step, "(?P<student>.+)", re.escape(assignment), escape=True)
        matches = (re.fullmatch(name, path) for path in found)
        return sorted(match["student"] for match in matches if match)

    def submitted(self, assignment, student):
        """The folder of a student's submission; GraderFault if there is none."""
        self._check(assignment)
        if glob.escape(student) != student:
            raise GraderFault(f"nbgrader cannot use a name with * ? or [ in it. Rename {student}'s folder.")
        folder = Path(self._path(self.directory.submitted_directory, student, assignment))
        if not os.path.lexists(folder):
            what = f"Nothing of {student} is in {folder}."
            raise GraderFault(f"{what} Put it there, or run: nbgrader collect {assignment}")
        return folder

    def handed_in(self, assignment, student):
        """What a student handed in, as submission.HandedIn. Nothing is changed."""
        folder = self.submitted(assignment, student)
        return submission.handed_in(folder, self.release(assignment), assignment)

    def put_right(self, assignment, student):
        """The same; and the student's folder has the form that nbgrader may see from now on."""
        folder = self.submitted(assignment, student)
        return submission.put_right(folder, self.release(assignment), assignment)

    def seeds(self, assignment, student, attempt):
        """The seeds of an attempt's hidden cases: a function of the task's name."""
        return seeds.seeds(seeds.key(self.grading / "key"), assignment, student, attempt)

    def _check(self, assignment):
        path = self._released(assignment)
        if not path.is_file():
            there = ", ".join(self.assignments) or "none"
            raise GraderFault(
                f"There is no released notebook {path}. Released are: {there}. "
                f"In the course's folder: nbgrader generate_assignment {assignment}"
            )

    def _released(self, assignment):
        return Path(self._path(self.directory.release_directory, ".", assignment), f"{assignment}.ipynb")

    def _path(self, step, student, assignment):
        return self.directory.format_path(step, student, assignment)


def notebook(path):
    """A notebook of the teacher's; it is read again only if it has changed. Do not write to it."""
    return _notebook(path, os.stat(path).st_mtime_ns)


@lru_cache
def _notebook(path, _):
    return nbformat.read(path, as_version=4)


def _configuration(root):
    """What ``nbgrader`` reads when it is started in this folder. It hides errors; here none is hidden."""
    if not (root / f"{CONFIG}.py").is_file():
        raise GraderFault(f"There is no {CONFIG}.py in {root}. Give this command in the course's folder.")
    app = NbGrader(raise_config_file_errors=True)
    try:
        for name in ("jupyter_config", CONFIG):
            Application.load_config_file(app, name, path=[str(root), *app.config_file_paths])
    except Exception as error:  # whatever a teacher's own Python may raise
        what = f"{CONFIG}.py cannot be read ({type(error).__name__}: {error})."
        raise GraderFault(f"{what} Put it right, in {root} or among your own settings of Jupyter.") from error
    app.config.CourseDirectory.setdefault("root", str(root))
    return app.config

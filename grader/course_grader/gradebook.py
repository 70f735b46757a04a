"""nbgrader's gradebook has one writer: nbgrader's own converter, run here for one student after another.

The converter finds the marks on disk (preprocessors.py), so a student takes a moment. Before a batch touches
anything, ``check`` finds out whether it can do all of it.
"""

import errno
import glob
import logging
import shutil
import sys
import warnings
from contextlib import contextmanager
from copy import deepcopy
from functools import cached_property
from pathlib import Path

import sqlalchemy
from nbgrader import api
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import CheckCellMetadata
from nbgrader.utils import is_grade
from sqlalchemy import exc
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool
from tornado.log import app_log

from course_grader.faults import GraderFault
from course_grader.preprocessors import Mark
from course_grader.recording import Recording
from course_grader.records import AGAIN, refusal

LOG = logging.getLogger("course_grader.nbgrader")
TABLES = api.Base.metadata.tables
ROOM = 8 * 2**20  # bytes that must be free: a notebook with its outputs, and the gradebook's journal


class Gradebook:
    """The gradebook of a course, for one assignment. ``config``: what nbgrader_config.py says.

    ``trusted_code``: marks that were made without a sandbox are taken too.
    """

    def __init__(self, config, assignment, trusted_code=False):
        self.config = deepcopy(config)
        self.config.Mark.trusted_code = trusted_code
        self.config.CourseDirectory.assignment_id = assignment
        self.config.Autograde.force = True  # what a killed run left half done is done anew
        steps = self.config.Autograde.setdefault("autograde_preprocessors", [])
        self.config.Autograde.autograde_preprocessors = [
            step
            for step in steps
            if step is not CheckCellMetadata  # it looks at what Mark has from the release
        ]
        self.directory = CourseDirectory(config=self.config)
        self.assignment = assignment
        try:
            self.engine = sqlalchemy.create_engine(self.directory.db_url, poolclass=NullPool)
        except (exc.ArgumentError, ImportError) as error:
            raise GraderFault(
                f"CourseDirectory.db_url in nbgrader_config.py is of no use ({error})."
            ) from None

    def begun(self):
        """Has nbgrader made it? It does so with the first assignment. GraderFault, if it cannot be read."""
        if self._file and not self._file.exists():
            return False
        try:
            return sqlalchemy.inspect(self.engine).has_table("assignment")
        except exc.SQLAlchemyError as error:
            raise GraderFault(self._sentence(error)) from None

    def check(self):
        """GraderFault, if it cannot be written or does not know the assignment, or if the disk is full.

        And if nbgrader itself would run what students wrote, as it does unless it is told otherwise.
        """
        self._check_that_mark_is_there()
        if self.assignment not in self.assignments():
            raise GraderFault(f"The gradebook does not know {self.assignment}. {self._make_known}")

    def assignments(self):
        """The names of those it knows. GraderFault, if it cannot be written, or the disk is full."""
        if self._file and not self._file.exists():
            raise GraderFault(f"There is no gradebook at {self._file}. {self._make_known}")
        self._check_room()
        assignment = TABLES["assignment"]
        try:
            with self.engine.connect() as connection:
                connection.execute(assignment.update().values(name=assignment.c.name))  # can it be written?
                known = connection.execute(sqlalchemy.select(assignment.c.name)).scalars().all()
                connection.rollback()
        except exc.SQLAlchemyError as error:
            raise GraderFault(self._sentence(error)) from None
        return known

    @contextmanager
    def transaction(self):
        """A connection; what is done with it is kept at the end. GraderFault, if it cannot be."""
        try:
            with self.engine.begin() as connection:
                yield connection
        except exc.SQLAlchemyError as error:
            raise GraderFault(self._sentence(error)) from None

    def check_points(self, release):
        """GraderFault, if it has other points for the cells of the released notebook, or other cells."""
        known = self._most()
        released = {cell.metadata.nbgrader.grade_id: cell for cell in filter(is_grade, release.cells)}
        wrong = [
            name for name, cell in released.items() if known.get(name) != float(cell.metadata.nbgrader.points)
        ]
        if wrong:
            what = f"The gradebook has other points than the exercise for {', '.join(wrong)}."
            raise GraderFault(f"{what} {self._make_known}")

    def _most(self):
        """The points that a graded cell has at most: grade_id -> points."""
        assignment, notebook, cell, graded = (
            TABLES[name] for name in ("assignment", "notebook", "base_cell", "grade_cells")
        )
        wanted = (
            sqlalchemy.select(cell.c.name, graded.c.max_score)
            .join_from(graded, cell, cell.c.id == graded.c.id)
            .join(notebook, notebook.c.id == cell.c.notebook_id)
            .join(assignment, assignment.c.id == notebook.c.assignment_id)
            .where(assignment.c.name == self.assignment)
        )
        with self.engine.connect() as connection:
            return {row.name: row.max_score for row in connection.execute(wanted)}

    def points(self, student=None):
        """What it has from the checks: student -> grade_id -> points, or None while there are none.

        ``student``: only this one's.
        """
        grade, cell = TABLES["grade"], TABLES["base_cell"]
        wanted = self._grades(cell.c.name, grade.c.auto_score).join(cell, cell.c.id == grade.c.cell_id)
        if student is not None:
            wanted = wanted.where(TABLES["submitted_assignment"].c.student_id == student)
        students = {}
        with self.engine.connect() as connection:
            for row in connection.execute(wanted):
                students.setdefault(row.student_id, {})[row.name] = row.auto_score
        return students

    def waiting(self):
        """The students who wrote something that the teacher has not marked yet."""
        wanted = self._grades().where(TABLES["grade"].c.needs_manual_grade).distinct()
        with self.engine.connect() as connection:
            return sorted(connection.execute(wanted).scalars())

    def _grades(self, *columns):
        """Of each grade in the assignment: whose it is, and these columns."""
        names = ("assignment", "submitted_assignment", "submitted_notebook", "grade")
        assignment, submitted, notebook, grade = (TABLES[name] for name in names)
        return (
            sqlalchemy.select(submitted.c.student_id, *columns)
            .join_from(submitted, assignment, submitted.c.assignment_id == assignment.c.id)
            .join(notebook, notebook.c.assignment_id == submitted.c.id)
            .join(grade, grade.c.notebook_id == notebook.c.id)
            .where(assignment.c.name == self.assignment)
        )

    def record(self, student):
        """Have nbgrader put a student's marks into the gradebook, and the notebook into ``autograded``.

        GraderFault with the reason, if it could not.
        """
        self._check_that_mark_is_there()
        self._check_room()
        heard, this_one = _Heard(), CourseDirectory(config=self.config, student_id=glob.escape(student))
        try:
            with heard.logged(), warnings.catch_warnings():
                warnings.simplefilter("ignore", exc.SAWarning)  # nbgrader's queries earn some
                Recording(coursedir=this_one, config=self.config, gradebook=self._opened, log=LOG).start()
        except (NbGraderException, OSError, SystemExit, exc.SQLAlchemyError) as error:
            raise GraderFault(self._sentence(heard.error or error)) from None  # tidy ends with a SystemExit

    @cached_property
    def _opened(self):
        """nbgrader's own object. Between two students it holds nothing of the database open."""
        return api.Gradebook(self.directory.db_url, self.directory.course_id)

    @property
    def _file(self):
        """Where the gradebook is, if it is a file."""
        name = make_url(self.directory.db_url).database if self.engine.name == "sqlite" else None
        return name and Path(name)

    def _check_that_mark_is_there(self):
        if Mark not in self.config.Autograde.autograde_preprocessors:
            raise GraderFault(
                "nbgrader_config.py does not name course_grader.preprocessors.Mark among c.Autograde."
                "autograde_preprocessors, so nbgrader itself would run what students wrote. "
                "docs/teaching.md says how the grader is installed."
            )

    def _check_room(self):
        for folder in filter(None, [self.directory.root, self._file and self._file.parent]):
            if shutil.disk_usage(folder).free < ROOM:
                raise GraderFault(refusal(OSError(errno.ENOSPC, "full"), folder))

    @property
    def _make_known(self):
        name = self.assignment or "ASSIGNMENT"
        return f"In the course's folder: nbgrader generate_assignment {name}"

    def _sentence(self, error):
        """What went wrong, and what to do next."""
        words = str(getattr(error, "orig", None) or error)  # SQLAlchemy wraps what the database says
        if isinstance(error, OSError):
            return refusal(error, self.directory.root)
        if "disk is full" in words:
            return refusal(OSError(errno.ENOSPC, words), self.directory.root)
        if isinstance(error, exc.SQLAlchemyError):
            return (
                f"The gradebook {self.engine.url!r} cannot be written ({words}). See to it that it can, and "
                f"that no other program holds it. {AGAIN}"
            )
        if isinstance(error, GraderFault | SystemExit):
            return words
        return f"nbgrader could not record the marks ({type(error).__name__}: {words}). {AGAIN}"


class _Heard(logging.Handler):
    """Keeps the error behind what nbgrader logs, instead of printing it; nbgrader raises another one."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.error = None

    def emit(self, record):
        self.error = self.error or sys.exc_info()[1]

    @contextmanager
    def logged(self):
        """Hear what nbgrader's converter and its gradebook log meanwhile."""
        before = [(log, log.handlers, log.propagate) for log in (LOG, app_log)]
        for log, _, _ in before:
            log.handlers, log.propagate = [self], False
        try:
            yield
        finally:
            for log, handlers, propagate in before:
                log.handlers, log.propagate = handlers, propagate

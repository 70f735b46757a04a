"""The grader's two places in ``nbgrader autograde``, and so in the formgrader, by nbgrader_config.py.

``tidy`` is called before nbgrader looks into a submission. ``Mark`` stands where nbgrader would run the
notebook: it writes outputs of which nbgrader's own steps then make the points, so gradebook, formgrader and
feedback are as ever.
"""

import json
import sys
from pathlib import Path
from typing import Any

from nbformat.v4 import new_output
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Any as AnyTrait
from traitlets import Bool
from traitlets.log import get_logger

from course_grader import course, marking, records, step, submission
from course_grader.faults import GraderFault


def tidy(assignment, notebooks, released, **_):
    """For ``Autograde.pre_convert_hook``: put a submission right. ``released``: the folder of the exercises.

    After an error here nbgrader goes on, and copies whatever a link leads to. So an error ends the command.
    """
    folder = Path(notebooks[0]).parent
    try:
        release = course.notebook(Path(released, assignment, f"{assignment}.ipynb"))
        handed = submission.put_right(folder, release, assignment)
    except Exception as error:
        sys.exit(f"{folder} could not be put right, and is not marked: {error}")
    for remark in handed.remarks:
        get_logger().warning("%s: %s", folder.parent.name, remark)
    notebooks[:] = [str(folder / f"{assignment}.ipynb")]


class Mark(NbGraderPreprocessor):
    """Takes the marks of a batch if they are those of this submission, and makes them otherwise.

    It tells the gradebook when the submission came. ``gradebook``: one that is open, else it opens its own.
    GraderFault if they cannot be made: then nbgrader leaves this student's grades as they are, and says so.
    """

    trusted_code = Bool(
        False, help="Mark without a sandbox. For work of your own only: the code may do whatever you may."
    ).tag(config=True)
    gradebook: Any = AnyTrait()

    def preprocess(self, nb, resources):
        of = course.Course(config=self.config)
        assignment, student = resources["nbgrader"]["assignment"], resources["nbgrader"]["student"]
        handed = of.handed_in(assignment, student)  # nbgrader's copy of it is not needed
        basis = records.basis(handed, of.release(assignment))
        record = records.Records(of.marks, assignment).valid(student, basis, self.trusted_code)
        if record:
            report = record.report
        else:
            of.check_points(assignment, self._gradebook(assignment))
            seeds = of.seeds(assignment, student, handed.attempt)
            text = json.dumps(handed.notebook)
            report = step.mark(step.Step(text, handed.files, seeds, self.trusted_code))
        with self.gradebook or Gradebook(of.db_url, of.directory.course_id) as gradebook:
            about: dict[str, Any] = {"timestamp": handed.when}
            gradebook.update_or_create_submission(assignment, student, **about)
        return with_outputs(handed.notebook, report), resources

    def _gradebook(self, assignment):
        from course_grader.gradebook import Gradebook  # which has to know Mark

        return Gradebook(self.config, assignment)


def with_outputs(notebook, report):
    """A rebuilt notebook as if it had been run: the checks say what they told, and end with their points.

    GraderFault, if the report is not one of this notebook.
    """
    marks = {mark.grade_id: mark for mark in report.marks}
    said = {said.cell: said for said in report.said}
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(code, 1):
        if marking.is_check(cell):
            cell.outputs = _told(marks.get(cell.metadata.nbgrader.grade_id), number)
        elif cell.id in said:
            cell.outputs = _said(said[cell.id])
        cell.execution_count = number
    return notebook


def _told(mark, number):
    """From the last of these outputs nbgrader has the points; anything on stderr would make them 0."""
    if mark is None or not 0 <= mark.points <= mark.max_points:
        raise GraderFault(
            "These marks are not those of this notebook. "
            "Mark it again: python -m course_grader mark ASSIGNMENT --again"
        )
    points = new_output("execute_result", {"text/plain": repr(float(mark.points))}, execution_count=number)
    return [new_output("stream", name="stdout", text=submission.plain(mark.text)), points]


def _said(said):
    outputs = (
        [new_output("stream", name="stdout", text=submission.plain(said.printed))] if said.printed else []
    )
    if said.error:
        error = submission.plain(said.error)
        name, _, words = error.partition(": ")
        outputs.append(new_output("error", ename=name, evalue=words, traceback=[error]))
    return outputs

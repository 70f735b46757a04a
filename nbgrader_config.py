"""nbgrader's settings. docs/teaching.md says how a teacher uses them."""

import os
import sys
from functools import partial
from pathlib import Path

from nbconvert.preprocessors import TagRemovePreprocessor
from nbgrader.converters import Autograde, GenerateAssignment, GenerateFeedback
from nbgrader.preprocessors import AssignLatePenalties, Execute

HERE = Path(__file__).parent
sys.path.append(str(HERE / "tools"))
import classroom  # noqa: E402 - found through the line above

# nbgrader calls alembic by its name: found also where the environment is not activated.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])

c = get_config()  # noqa: F821 - nbgrader defines it
c.CourseDirectory.course_id = "losses_and_optimizers"
c.CourseDirectory.root = str(HERE)
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
c.CourseDirectory.submitted_directory = "grading/submitted"
c.CourseDirectory.autograded_directory = "grading/autograded"
c.CourseDirectory.feedback_directory = "grading/feedback"

# exercises/ comes with the course. It is made anew all the same, and the gradebook learns what there is; and
# whoever is marked again gets new feedback. nbgrader would do neither, and say that all is well.
c.GenerateAssignment.force = True
c.GenerateAssignment.exporter_class = classroom.Renewal
c.GenerateFeedback.force = True

# Reasons, other ways and marking schemes stand in cells with the tag "teacher", and are not released.
c.TagRemovePreprocessor.enabled = True
c.TagRemovePreprocessor.remove_cell_tags = {"teacher"}
(made,) = GenerateAssignment.preprocessors.default_args
c.GenerateAssignment.preprocessors = [TagRemovePreprocessor, *made]

# Late work, where the grader is installed: days that cost a student nothing, in the whole course, and what
# each day begun after them costs, in per cent of the assignment's points.
c.LateDays.grace_days = 0
c.LateDays.per_cent_a_day = 0

# What was handed in and then replaced stays where it is.
c.CourseDirectory.ignore.append("*.submitted")

# A deleted check comes back. A killed kernel, another file name or encoding cost nobody an honest point.
released = HERE / c.CourseDirectory.release_directory
if classroom.has_grader():
    from course_grader.late import LatePenalty
    from course_grader.look import Look
    from course_grader.preprocessors import Mark, tidy

    c.ExchangeFactory.collect = "course_grader.collect.SafeCollect"
    c.Autograde.pre_convert_hook = partial(tidy, released=released)
    c.Autograde.sanitize_preprocessors = []  # the hook has rebuilt the notebook on the released one
    instead = {Execute: [Mark, Look], AssignLatePenalties: [LatePenalty]}
    c.GenerateFeedback.preprocessors = [LatePenalty, *GenerateFeedback.preprocessors.default_args[0]]
    c.ExportApp.plugin_class = "course_grader.late.Export"
else:
    c.Autograde.pre_convert_hook = partial(classroom.tidy, released=released)
    c.OverwriteCells.add_missing_cells = True
    instead = {Execute: [classroom.Execute]}
(graded,) = Autograde.autograde_preprocessors.default_args
c.Autograde.autograde_preprocessors = [part for step in graded for part in instead.get(step, [step])]

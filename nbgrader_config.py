"""nbgrader's settings. docs/teaching.md says how a teacher uses them."""

import os
import sys
from pathlib import Path

from nbconvert.preprocessors import TagRemovePreprocessor
from nbgrader.converters import Autograde, GenerateAssignment
from nbgrader.preprocessors import Execute

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

# Reasons, other ways and marking schemes stand in cells with the tag "teacher", and are not released.
c.TagRemovePreprocessor.enabled = True
c.TagRemovePreprocessor.remove_cell_tags = {"teacher"}
(released,) = GenerateAssignment.preprocessors.default_args
c.GenerateAssignment.preprocessors = [TagRemovePreprocessor, *released]

# A deleted check comes back. A killed kernel, another file name or encoding cost nobody an honest point.
c.OverwriteCells.add_missing_cells = True
c.Autograde.pre_convert_hook = classroom.tidy
(graded,) = Autograde.autograde_preprocessors.default_args
c.Autograde.autograde_preprocessors = [classroom.Execute if step is Execute else step for step in graded]

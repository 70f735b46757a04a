"""nbgrader's settings. docs/teaching.md says how a teacher uses them."""

from pathlib import Path

from nbconvert.preprocessors import TagRemovePreprocessor
from nbgrader.converters import GenerateAssignment

HERE = Path(__file__).parent

c = get_config()  # noqa: F821 - nbgrader defines it
c.CourseDirectory.course_id = "losses_and_optimizers"
c.CourseDirectory.root = str(HERE)
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
c.CourseDirectory.submitted_directory = "grading/submitted"
c.CourseDirectory.autograded_directory = "grading/autograded"
c.CourseDirectory.feedback_directory = "grading/feedback"
c.CourseDirectory.db_url = f"sqlite:///{HERE / 'grading' / 'gradebook.db'}"

# Reasons, other ways and marking schemes stand in cells with the tag "teacher", and are not released.
c.TagRemovePreprocessor.enabled = True
c.TagRemovePreprocessor.remove_cell_tags = {"teacher"}
(released,) = GenerateAssignment.preprocessors.default_args
c.GenerateAssignment.preprocessors = [TagRemovePreprocessor, *released]

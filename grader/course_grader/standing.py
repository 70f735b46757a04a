"""Where a course stands between its first release and the last mark, and so what a teacher does next.

The steps are those of docs/teaching.md, in their order. Nothing is changed by looking.
"""

from pathlib import Path

from nbgrader.exchange.default import ExchangeList
from nbgrader.utils import notebook_hash

from course_grader.batch import NEW, Batch
from course_grader.gradebook import Gradebook

HERE = "Next, in the course's folder:"
LATER = "Next, when students have handed in:"


def next_step(course):
    """The one thing to do next, as a sentence. GraderFault, if something is in the way of it."""
    gradebook = Gradebook(course.config, "")
    known = gradebook.assignments() if gradebook.begun() else []
    begun = [Standing(course, name) for name in course.sources if name in known]
    to_begin = [f"nbgrader generate_assignment {name}" for name in course.sources if name not in known]
    to_do = [step for standing in begun if (step := standing.to_do())]
    to_wait_for = [step for standing in begun if (step := standing.to_wait_for())]
    if to_do:
        return to_do[0]
    if to_wait_for:
        return to_wait_for[-1]
    if begun:
        then = f". The exercise after that begins with: {to_begin[0]}" if to_begin else ""
        return f"{HERE} nbgrader export --to marks.csv{then}"
    return f"{HERE} {to_begin[0]}" if to_begin else "There is no exercise in the course yet."


class Standing:
    """An ``assignment`` that the gradebook knows."""

    def __init__(self, course, assignment):
        self.course, self.name = course, assignment
        self.students = course.students(assignment)
        self.gradebook = Gradebook(course.config, assignment)
        exchange = Path(ExchangeList(coursedir=course.directory, config=course.config).root)
        self.exchange = exchange / course.directory.course_id
        self.has_exchange = exchange.is_dir()

    def to_do(self):
        """What the teacher can do now; "" if everything is done, or students have their turn."""
        if self.has_exchange and not (self.exchange / "outbound" / self.name).is_dir():
            return f"{HERE} nbgrader release_assignment {self.name}"
        if self._unmarked():
            return f"{HERE} python -m course_grader mark {self.name}"
        if waiting := self.gradebook.waiting():
            whose = "one student" if len(waiting) == 1 else f"{len(waiting)} students"
            return f"Next: mark what {whose} wrote for {self.name}: Nbgrader, then Formgrader, in JupyterLab."
        if not all(map(self._has_feedback, self.students)):
            return f"{HERE} nbgrader generate_feedback {self.name}"
        if self.has_exchange and not all(map(self._has_got_feedback, self.students)):
            return f"{HERE} nbgrader release_feedback {self.name}"
        return f"{HERE} nbgrader collect {self.name}" if self._uncollected() else ""

    def to_wait_for(self):
        """What comes when students have handed in; "" if they have."""
        if self.students:
            return ""
        if self.has_exchange:
            return f"{LATER} nbgrader collect {self.name}"
        place = self.course.directory.format_path(
            self.course.directory.submitted_directory, "STUDENT", self.name
        )
        return f"{LATER} put each one's file into {place}, and then: python -m course_grader mark {self.name}"

    def _unmarked(self):
        """Who has no marks for what is there now. Those of ``nbgrader autograde``, with no record, count."""
        batch = Batch(self.course, self.name, self.students, self.gradebook)
        batch.check()
        points = self.gradebook.points()
        autograded = {student for student, cells in points.items() if {*cells.values()} != {None}}
        left = [job for job in batch.jobs() if not job.recorded]
        return [job.student for job in left if job.why != NEW or job.student not in autograded]

    def _uncollected(self):
        """Who has handed in through the exchange, and has no folder here."""
        found = (self.exchange / "inbound").glob(f"*+{self.name}+*")
        return {path.name.split(f"+{self.name}+")[0] for path in found} - set(self.students)

    def _has_feedback(self, student):
        """Is there a page, and no newer notebook?"""
        return _when(self._made("autograded", student, ".ipynb")) <= _when(self._page(student)) > 0

    def _has_got_feedback(self, student):
        """Is the page in the exchange? There it has the name that nbgrader gives it; none, if put by hand."""
        page = self._page(student)
        secret = page.with_name("submission_secret.txt")
        if not secret.is_file():
            return True
        name = notebook_hash(secret=secret.read_text(), notebook_id=self.name)
        return _when(page) <= _when(self.exchange / "feedback" / f"{name}.html")

    def _page(self, student):
        return self._made("feedback", student, ".html")

    def _made(self, step, student, ending):
        folder = getattr(self.course.directory, f"{step}_directory")
        return Path(self.course.directory.format_path(folder, student, self.name), f"{self.name}{ending}")


def _when(path):
    """When a file was written; 0, if there is none."""
    return path.stat().st_mtime if path.is_file() else 0

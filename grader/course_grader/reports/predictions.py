"""What a class predicted, of those who chose to hand it in: against what happened, and why it was wrong."""

from collections import Counter
from dataclasses import dataclass

from course_lib import questions
from course_lib.checks import calibration, handing_in
from course_lib.record.answers import PREDICTED, Answer

RIGHT, ANOTHER = "as it came", "another"
COLUMNS = (ANOTHER, "a tenth or less", "less", RIGHT, "more", "10 times or more")
ABOUT_COLUMNS = "Numbers are compared by their size. “Another” is another choice, place or sign."


@dataclass(frozen=True)
class Predicted:
    """A question as a class answered it: ``asked`` is its text, and ``right`` what is right.

    ``columns``: one of COLUMNS -> how many. ``skipped``: how many left it out. ``beliefs``: (what is told to
    whoever answers so, how many), the most frequent one first.
    """

    asked: str
    right: str
    columns: Counter
    skipped: int
    beliefs: tuple[tuple[str, int], ...]

    @property
    def answered(self):
        return self.columns.total()


def of(lesson, notebooks):
    """A Predicted for each question of a lesson, in its order, and how many handed something in.

    ``notebooks``: rebuilt ones, of the lesson's exercise. For an assignment without such questions: none.
    """
    asked = questions.BY_LESSON.get(lesson, [])
    names = {question.name for question in asked}
    given = [said for notebook in notebooks if names & (said := _handed_in(notebook)).keys()]
    return [_predicted(question, given) for question in asked], len(given)


def _handed_in(notebook):
    cells = (cell for cell in notebook.cells if cell.id == handing_in.CELL and cell.get("outputs"))
    return {name: said for cell in cells for name, said in handing_in.read(cell.outputs[0].text).items()}


def _predicted(question, given):
    said = Counter(answers[question.name] for answers in given if question.name in answers)
    skipped = said.pop("", 0)
    columns, beliefs = Counter(), Counter()
    for answer, many in said.items():
        column = _column(question, answer)
        columns[column] += many
        if column != RIGHT and (told := question.belief(question.first, answer)):
            beliefs[_plain(told)] += many
    right = question.words(question.right(question.first))
    asked = _plain(question.asked(question.first))
    return Predicted(asked, right, columns, skipped, tuple(beliefs.most_common()))


def _column(question, said):
    """Where an answer stands against what is right, by its size."""
    right = question.is_right(question.first, said)
    (point,) = calibration.points([(question, _as_kept(question, said, right))])
    if right:
        return RIGHT
    if point.off in (0, calibration.ELSE):  # it has the same size, and the other sign
        return ANOTHER
    _, far_less, less, _, more, far_more = COLUMNS
    if abs(point.off) < 1:
        return less if point.off < 0 else more
    return far_less if point.off < 0 else far_more


def _as_kept(question, said, right):
    return Answer(PREDICTED, question.lesson, question.name, said, right, dict(question.first))


def _plain(text):
    return text.replace("`", "")

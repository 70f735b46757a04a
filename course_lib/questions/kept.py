"""What the record holds of the questions as they are today.

An answer to a question that the course no longer asks so, or that somebody wrote into the file, is left out.
"""

from course_lib import questions
from course_lib.record import answers


def predicted(lesson):
    """Pairs: each question of a lesson that was locked or skipped, and what was said first."""
    first = answers.predictions()
    pairs = [(question, first[question.name]) for question in questions.of(lesson) if question.name in first]
    return [pair for pair in pairs if _is_one(*pair)]


def answered():
    """Pairs: each question and an answer to it, predictions and reviews alike, the oldest first."""
    said = [answer for answer in answers.known() if answer.event in (answers.PREDICTED, answers.REVIEWED)]
    known = [(questions.BY_NAME[answer.item], answer) for answer in said if answer.item in questions.BY_NAME]
    return [pair for pair in known if _is_one(*pair)]


def can_be_said(question, said):
    """Is it an answer to this question? "" is one that was skipped."""
    try:
        return said == "" or question.read(said) is not None
    except ValueError:
        return False


def _is_one(question, answer):
    asked = [question.first, *question.draws()]
    return can_be_said(question, answer.said) and answer.numbers in asked

"""A learner's predictions, handed in with an exercise as the text that a cell prints.

There is nothing but this text: what is handed in is what stands there to be read. ``read`` trusts no text,
since it may be anybody's.
"""

import re

from course_lib import questions
from course_lib.questions import kept

CELL = "hand-in"  # the id of the cell in each exercise
BEGINS = "Handed in with this exercise, and for no points: what you predicted first."
NOTHING = "Nothing is handed in: none of this lesson's predictions was locked or skipped here."
SKIPPED = "skipped"
LONGEST = 10_000  # characters that are read
LINE = re.compile(r"(\w{1,60}): (.{1,100})")


def told(lesson):
    """What is handed in of a lesson; ValueError for one that has no questions."""
    said = {question.name: answer.said for question, answer in kept.predicted(lesson)}
    return written(said) if said else NOTHING


def written(said):
    """Question's name -> what was said, "" if it was skipped, as a text.

    >>> print(written({"terminal_step": "1/2", "best_of_four_momenta": ""}))
    Handed in with this exercise, and for no points: what you predicted first.
    terminal_step: 1/2
    best_of_four_momenta: skipped
    """
    return "\n".join([BEGINS, *(f"{name}: {answer or SKIPPED}" for name, answer in said.items())])


def read(text):
    """The same back. What is no answer to a question of the course is left out, and so is a second one.

    >>> read(written({"terminal_step": "1/2", "best_of_four_momenta": ""}))
    {'terminal_step': '1/2', 'best_of_four_momenta': ''}
    >>> read("terminal_step: <script>")
    {}
    """
    said = {}
    for match in map(LINE.fullmatch, text[:LONGEST].splitlines()):
        if match and (question := questions.BY_NAME.get(match[1])) and question.name not in said:
            answer = "" if match[2] == SKIPPED else match[2]
            if kept.can_be_said(question, answer):
                said[question.name] = answer
    return said

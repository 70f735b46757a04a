"""A learner's predictions beside what happened."""

from html import escape

from course_lib import questions
from course_lib.record import answers

NOTHING = "Nothing is locked yet. Go back to the predictions, lock yours or skip them, and run this cell again."
HEADS = ("asked", "you said", "it is", "")


class Compare:
    """The predictions of a lesson beside what is right: ``Compare("05_momentum")``, as it stands now.

    >>> Compare("05_momentum")
    Nothing is locked yet. Go back to the predictions, lock yours or skip them, and run this cell again.
    """

    def __init__(self, lesson):
        known = answers.predictions()
        self.said = [(asked, known[asked.name].said) for asked in questions.of(lesson) if asked.name in known]

    def __repr__(self):
        lines = [
            f"{question.asked(question.first)}\n  {question.verdict(question.first, said)} "
            f"{_mark(question, said)}"
            for question, said in self.said
        ]
        return "\n".join(lines) or NOTHING

    def _repr_html_(self):
        if not self.said:
            return f"<p>{NOTHING}</p>"
        heads = "".join(f"<th scope='col'>{head}</th>" for head in HEADS)
        rows = "".join(f"<tr>{''.join(map(_cell, _row(*pair)))}</tr>" for pair in self.said)
        caption = "<caption>Your predictions, and what happened</caption>"
        return f"<table>{caption}<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def _row(question, said):
    numbers = question.first
    right = question.words(question.right(numbers))
    return question.asked(numbers), said or "skipped", right, _mark(question, said)


def _mark(question, said):
    is_right = said and question.is_right(question.first, said)
    return "✔" if is_right else question.reason(question.first, said)


def _cell(text):
    """A cell, in which `code` is code."""
    parts = [escape(part) for part in text.split("`")]
    coded = "".join(f"<code>{part}</code>" if at % 2 else part for at, part in enumerate(parts))
    return f"<td style='text-align: left'>{coded}</td>"

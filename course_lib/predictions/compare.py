"""A learner's predictions beside what happened."""

from html import escape

from course_lib.questions import kept

NOTHING = "Nothing is locked yet. Lock your predictions above, or skip them, and run this cell again."
HEADS = ("asked", "you said", "it is", "right, or why not")
LEFT = "style='text-align: left'"  # JupyterLab's own tables are aligned at the right


class Compare:
    """The predictions of a lesson beside what is right: ``Compare("05_momentum")``, as it stands now.

    >>> Compare("05_momentum")
    Nothing is locked yet. Lock your predictions above, or skip them, and run this cell again.
    """

    def __init__(self, lesson):
        self.said = kept.predicted(lesson)

    def __repr__(self):
        lines = [
            f"{question.asked(answer.numbers)}\n  {question.verdict(answer.numbers, answer.said)} "
            f"{_mark(question, answer)}"
            for question, answer in self.said
        ]
        return "\n".join(lines) or NOTHING

    def _repr_html_(self):
        if not self.said:
            return f"<p>{NOTHING}</p>"
        heads = "".join(f"<th scope='col' {LEFT}>{head}</th>" for head in HEADS)
        rows = "".join(f"<tr>{''.join(map(_cell, _row(*pair)))}</tr>" for pair in self.said)
        caption = "<caption>Your predictions, and what happened</caption>"
        return f"<table>{caption}<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def _row(question, answer):
    right = question.words(question.right(answer.numbers), answer.said)
    return question.asked(answer.numbers), answer.said or "skipped", right, _mark(question, answer)


def _mark(question, answer):
    return "✔" if answer.right else question.reason(answer.numbers, answer.said)


def _cell(text):
    """A cell, in which `code` is code."""
    parts = [escape(part) for part in text.split("`")]
    coded = "".join(f"<code>{part}</code>" if at % 2 else part for at, part in enumerate(parts))
    return f"<td {LEFT}>{coded}</td>"

"""When a question comes back: Leitner's boxes.

A question that is asked for the first time is in box 1. Right, it goes one box up; wrong or skipped, back to
box 1. The higher the box, the longer it rests: that many days, after its last answer.

Source: S. Leitner (1972), So lernt man lernen, for the boxes; that the days double is this course's choice.
"""

DAYS = {1: 1, 2: 2, 3: 4, 4: 8, 5: 16}  # box -> days of rest
NEW, SHAKY, HOLDS, DUE = "not begun", "shaky", "holds", "due"


def box(rights):
    """The box after these answers, in their order: right or not.

    >>> box([]), box([True]), box([True, True, False]), box([True] * 9)
    (1, 2, 1, 5)
    """
    place = 1
    for right in rights:
        place = min(place + 1, max(DAYS)) if right else 1
    return place


def due_on(answers):
    """The number of the day on which a question with these answers comes back."""
    return answers[-1].day + DAYS[box(answer.right for answer in answers)]


def state(answers, today):
    """Of a question with these answers: NEW, SHAKY, HOLDS or DUE."""
    if not answers:
        return NEW
    if due_on(answers) <= today:
        return DUE
    return HOLDS if answers[-1].right else SHAKY


def urgency(answers, today):
    """What to ask first has the smallest: due (the lower box, then the longer overdue), shaky, new, holds."""
    at = [DUE, SHAKY, NEW, HOLDS].index(state(answers, today))
    return (at, box(answer.right for answer in answers), due_on(answers)) if answers else (at, 0, 0)

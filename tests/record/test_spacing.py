"""Leitner's boxes: up when it was right, back to the first when not, and a longer rest in each."""

import pytest

from course_lib.record import spacing
from course_lib.record.answers import Answer


def answered(*rights, days):
    return [
        Answer("reviewed", "lesson", "item", "1", right, {}, f"2026-03-{day:02}T08:00:00+00:00")
        for right, day in zip(rights, days, strict=True)
    ]


def day(number):
    return answered(True, days=[number])[0].day


@pytest.mark.parametrize(
    ("rights", "rest"),
    [
        *(([False], 1), ([True], 2), ([True] * 2, 4), ([True] * 3, 8), ([True] * 4, 16), ([True] * 7, 16)),
        *(([True, True, False], 1), ([True, False, True], 2)),
    ],
)
def test_how_long_it_rests(rights, rest):
    listed = answered(*rights, days=range(1, 1 + len(rights)))
    last = listed[-1].day
    assert spacing.due_on(listed) == last + rest
    assert spacing.state(listed, last + rest) == "due"
    assert spacing.state(listed, last + rest - 1) == ("holds" if rights[-1] else "shaky")


def test_what_was_never_asked_is_not_begun():
    assert spacing.state([], day(1)) == "not begun"


def test_what_is_asked_first():
    today = day(20)
    listed = {
        "due, in box 1, for long": answered(False, days=[1]),
        "due, in box 1": answered(False, days=[19]),
        "due, in box 3": answered(True, True, days=[1, 2]),
        "shaky": answered(False, days=[20]),
        "new": [],
        "holds, the next": answered(True, days=[19]),
        "holds": answered(True, True, True, days=[1, 2, 18]),
    }
    assert sorted(listed, key=lambda name: spacing.urgency(listed[name], today)) == list(listed)

"""What was said to the questions of the course, one event each."""

import weakref
from collections import defaultdict
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from course_lib.base import events

PREDICTED, SKIPPED, REVIEWED = "predicted", "skipped", "reviewed"  # a question of ``course_lib.questions``
ANSWERED = "answered"  # one of a quiz
KINDS = (PREDICTED, SKIPPED, REVIEWED, ANSWERED)

_listeners = weakref.WeakKeyDictionary()  # whoever wants to know of each new answer -> what is called


@dataclass(frozen=True)
class Answer:
    """``said``: as it was typed, "" if skipped. ``numbers``: those that were asked with. ``time``: ISO."""

    event: str
    lesson: str
    item: str
    said: str
    right: bool
    numbers: dict = field(default_factory=dict)
    time: str = ""

    @property
    def day(self):
        """The number of its day, counted by the record's clock."""
        return datetime.fromisoformat(self.time).toordinal()


def remember(answer):
    """Keep an answer, and tell it; returns what the learner should know, if it cannot be written."""
    told = events.keep(
        answer.event, **{name: part for name, part in asdict(answer).items() if name not in SET}
    )
    for tell in [*_listeners.values()]:
        tell()
    return told


SET = ("event", "time")  # by the record itself


def listen(listener, tell):
    """Call ``tell()`` after each new answer, as long as the listener lives; ``tell`` must not hold it."""
    _listeners[listener] = tell


def known():
    """All answers, the oldest first. What is damaged or of another version is left out."""
    answers = filter(None, map(_answer, events.known()))
    return sorted(answers, key=lambda answer: datetime.fromisoformat(answer.time))


def by_item(*kinds):
    """Item -> its answers, the oldest first; only those of these kinds, if any are given."""
    found: dict[str, list[Answer]] = defaultdict(list)
    for answer in known():
        if answer.event in (kinds or KINDS):
            found[answer.item].append(answer)
    return dict(found)


def predictions():
    """Item -> what was said first, before the figure was seen: the prediction that counts, or a skip."""
    return {item: listed[0] for item, listed in by_item(PREDICTED, SKIPPED).items()}


def _answer(value) -> Any:
    match value:
        case {
            "event": str(kind),
            "lesson": str(lesson),
            "item": str(item),
            "said": str(said),
            "right": bool(right),
            "numbers": dict(numbers),
            "time": str(time),
        } if kind in KINDS:
            with suppress(ValueError):
                if datetime.fromisoformat(time).tzinfo:
                    return Answer(kind, lesson, item, said, right, numbers, time)
    return None

"""A sheet of questions on the page: the page asks, Python answers; what is right never leaves it unasked."""

from pathlib import Path
from typing import Any, ClassVar

import anywidget
import traitlets

from course_lib.base import cell, validation

HERE = Path(__file__).parent


class Sheet(anywidget.AnyWidget):
    """Questions with a field or options each. A subclass says what becomes of an answer.

    ``checked(index, answer)``: the answer as it counts; ValueError, if it is none. Changes nothing.
    ``reply(index, answer)``: take a checked one, and return what is said to it: a dict of ``words`` and
    ``right``, which is None where that is not told; ``closed``: it is answered for good; ``place``: where
    its mark stands, in the picture of a question that has one.
    """

    # As text, because a Path would hold every sheet for ever.
    _esm = "\n".join((HERE / name).read_text(encoding="utf-8") for name in ("sheet.js", "mark.js"))
    _css = (HERE / "sheet.css").read_text(encoding="utf-8")

    title = ""
    invitation = "*Run this cell to answer.*"
    form: ClassVar[dict] = {}  # what the page shows besides; see sheet.js

    asked = traitlets.List().tag(sync=True)
    shown = traitlets.Dict().tag(sync=True)
    answers = traitlets.Dict().tag(sync=True)  # question's number as a string -> answer; the page sends it
    replies = traitlets.Dict().tag(sync=True)  # the same -> what is said to it
    score = traitlets.Unicode().tag(sync=True)

    def __init__(self, texts, options, replies=None, pictures=None):
        asked = [
            {"text": text, "options": listed, "picture": picture}
            for text, listed, picture in zip(texts, options, pictures or [None] * len(texts), strict=True)
        ]
        super().__init__(asked=asked, shown={"title": self.title, **self.form}, replies=replies or {})
        self.score = self.scored()
        self.observe(lambda change: self._answered(change.old, change.new), "answers")

    def checked(self, index, answer) -> Any:
        raise NotImplementedError

    def reply(self, index, answer) -> dict[str, Any]:
        raise NotImplementedError

    def scored(self) -> str:
        """What stands below the questions."""
        return ""

    def answer(self, number, answer):
        """Answer question ``number``, counted from 1, as a hand would; returns what is said to it."""
        keys = {str(count): count for count in range(1, len(self.asked) + 1)}
        validation.one_of("number", str(number), keys)
        self.checked(number - 1, answer)
        self.answers = self.answers | {str(number): answer}
        return self.replies[str(number)]["words"]

    def _answered(self, old, new):
        nothing = object()
        with self.hold_sync():
            for key, answer in new.items():
                if answer != old.get(key, nothing) and not self.replies.get(key, {}).get("closed"):
                    self.replies = self.replies | {key: self._replied(int(key) - 1, answer)}
            self.score = self.scored()

    def _replied(self, index, answer):
        try:
            return self.reply(index, self.checked(index, answer))
        except ValueError as error:  # for the hand on the page; Python was told before
            return {"right": None, "words": f"{error}."}

    def _repr_mimebundle_(self, **kwargs):
        """Live where somebody looks on; elsewhere the questions, without the answers."""
        data, metadata = (super()._repr_mimebundle_(**kwargs) if cell.is_watched() else None) or ({}, {})
        data |= {
            "text/plain": f"{type(self).__name__}: {len(self.asked)} questions",
            "text/markdown": self.as_markdown(),
        }
        return data, metadata

    def as_markdown(self):
        """The questions, for where nobody can answer."""
        lines = []
        for number, question in enumerate(self.asked, start=1):
            lines.append(f"{number}. {question['text']}")
            lines += [f"   - {option}" for option in question["options"] or ()]
        return "\n".join([*lines, "", self.invitation])

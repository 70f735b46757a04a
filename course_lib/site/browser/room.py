"""How much a cell may say: a loop without end must fill neither the page nor the memory."""

from typing import NamedTuple

CHARACTERS = 100_000  # that a cell may print
OUTPUTS = 100  # that it may show besides: values, pictures, figures


class LeftOut(NamedTuple):
    """How much has found no room."""

    characters: int = 0
    outputs: int = 0


class Room:
    """What a cell may still say; ``left_out`` is what found no room."""

    def __init__(self):
        self._characters, self._outputs = CHARACTERS, OUTPUTS
        self.left_out = LeftOut()

    def for_text(self, text):
        """The beginning of a text, as far as there is room for it."""
        shown = text[: self._characters]
        self._characters -= len(shown)
        self._leave_out(characters=len(text) - len(shown))
        return shown

    def for_output(self):
        """Is there room for one more?"""
        is_room = self._outputs > 0
        self._outputs -= is_room
        self._leave_out(outputs=not is_room)
        return is_room

    def _leave_out(self, characters=0, outputs=0):
        self.left_out = LeftOut(self.left_out.characters + characters, self.left_out.outputs + outputs)

"""What a line means, whatever its library: a family of optimizers and settings in our words."""

from typing import Any, NamedTuple

from course_lib import optimizers
from course_lib.dialects.library import NEUTRAL
from course_lib.schedules import InverseTime

CLIPS = ("clipnorm", "clipnorm_each", "clipvalue")


class Meaning(NamedTuple):
    """``settings``: in our words, without those that change nothing.

    ``runs``: the class that takes its updates.
    ``clips_first``: the gradient is clipped before ``l2`` is added to it; here it is clipped after.
    """

    family: str
    settings: dict[str, Any]
    runs: Any
    clips_first: bool = False

    def optimizer(self):
        """One of this course's, or a variant of it; ValueError for a setting outside its range."""
        settings = {name: value for name, value in self.settings.items() if name != "clipnorm_each"}
        return self.runs(**settings)

    def beside(self, settings):
        """The meaning of the line together with what is said beside it."""
        clips_first = "l2" in self.settings and any(name in settings for name in CLIPS)
        return self._replace(settings=self.settings | settings, clips_first=clips_first)


def meant(library, constructor, given):
    """What a constructor means; ``given``: its arguments by their words, which are known to be its own."""
    settings = dict(constructor.fixed)
    for word, parameter in constructor.parameters.items():
        value = given.get(word)
        value = parameter.default if value is None else value
        ours = library.ours(constructor, word)
        if ours and value is not None:
            settings |= zip(ours, value if len(ours) > 1 else [value], strict=True)
    runs = constructor.runs or optimizers.Optimizer.named(constructor.family)
    return Meaning(constructor.family, _plain(settings), runs)


def _plain(settings):
    """Without what changes nothing; a rate that falls as ``decay`` makes it is a rate and a decay."""
    if not settings.get("momentum"):  # then there is no step to look ahead by, and no memory to dampen
        settings = {name: value for name, value in settings.items() if name not in ("nesterov", "dampening")}
    lr = settings.get("lr")
    if isinstance(lr, InverseTime) and not lr.staircase and not settings.get("decay"):
        settings = settings | {"lr": lr.lr, "decay": lr.decay / lr.steps}
    return {name: value for name, value in settings.items() if value != NEUTRAL.get(name)}

"""The words of this course, written by its own optimizers."""

from course_lib import optimizers, schedules
from course_lib.dialects.library import Constructor, Library


def _constructor(made):
    """What the class itself says of its settings; AdamW is Adam with a setting more."""
    family = "Adam" if made is optimizers.AdamW else made.__name__
    by_place, by_name = [], ["*"]
    for of in made.parameters().values():
        written = of.name if of.default is of.empty else f"{of.name}={of.default!r}"
        (by_name if of.kind is of.KEYWORD_ONLY else by_place).append(written)
    return Constructor(family, ", ".join(by_place + (by_name if len(by_name) > 1 else [])))


def _constructors(classes):
    return {made.__name__: _constructor(made) for made in classes}


HERE = Library(
    name="here",
    prefix="optimizers.",
    constructors=_constructors(dict.fromkeys(optimizers.names().values())),
    schedules=_constructors([schedules.InverseTime, schedules.Exponential, schedules.Cosine]),
    schedule_prefix="schedules.",
)

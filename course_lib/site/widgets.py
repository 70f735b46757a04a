"""The JavaScript and the styles of the widgets as files, for the pages' policy runs nothing else."""

import anywidget

from course_lib import explorers, predictions, quizzes  # noqa: F401  all that defines a widget
from course_lib.base import web
from course_lib.site.course_zip import BROWSER
from course_lib.sources import shown, twins  # noqa: F401


def files():
    """Each distinct ``_esm`` and ``_css`` of the course's widgets and the stand-ins, by its file's name."""
    course = [
        (text, ending)
        for widget in _below(anywidget.AnyWidget)
        for attribute, ending in (("_esm", "js"), ("_css", "css"))
        if isinstance(text := vars(widget).get(attribute), str)
    ]
    stand_ins = [(path.read_text(encoding="utf-8"), "js") for path in BROWSER.rglob("*.js")]
    return {f"{web.hashed(text.encode())}.{ending}": text.encode() for text, ending in course + stand_ins}


def _below(widget):
    for other in widget.__subclasses__():
        if other.__module__.startswith("course_lib."):
            yield other
        yield from _below(other)

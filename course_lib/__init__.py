"""A small, exact reference library for the course: losses, optimizers, and what they act on.

>>> from course_lib import optimizers, surfaces, training
>>> run = training.run(surfaces.Parabola(), optimizers.SGD(lr=0.5), w0=[1.0], steps=3)
>>> run.path[:, 0]
array([1.   , 0.5  , 0.25 , 0.125])

Modules, in the order in which they build on each other: ``losses``, ``schedules``, ``averaging``,
``sharpness``, ``constraints``, ``activations``, ``initialisers``, ``regularizers``, ``callbacks``,
``datasets``, ``surfaces``, ``theory``; ``sources``, ``optimizers``, ``layers``, ``metrics``, ``samples``;
``models``, ``training``, ``dialects``, ``data_loss``; all of these need numpy only. Then ``plots``,
``diagnosis`` and ``tuning`` (matplotlib), ``explorers`` (live figures), ``quizzes``, ``checks`` and
``course``. Importing ``course_lib`` itself loads nothing else; ``dir(course_lib)`` lists them.
"""

from importlib import import_module
from pkgutil import iter_modules

__version__ = "0.1.0"


def __getattr__(name):
    """Load a module when it is first asked for: ``course_lib.optimizers`` needs no import of its own."""
    if name.startswith("_"):
        raise AttributeError(name)
    try:
        return import_module(f"course_lib.{name}")
    except ModuleNotFoundError as error:
        if error.name != f"course_lib.{name}":
            raise
        raise AttributeError(f"course_lib has no module {name!r}") from None


def __dir__():
    """The modules too, without loading one: what a notebook offers after ``course_lib.`` and Tab."""
    return sorted({*globals(), *(module.name for module in iter_modules(__path__))})

"""Optimizers: how a gradient becomes a step. One file each; what they share is in ``base.py``.

Each is two pure functions over an explicit state::

    state = optimizer.init(w)
    w, state = optimizer.step(w, g, state)

``w`` has shape ``(D,)`` for one run or ``(D, *R)`` for a family, and every setting may be an array of
shape ``R``: coordinates come first, the axes of the hyper-parameters last. So one textbook line trains
one model or ten thousand. The arithmetic is that of Keras 1.2.2, operation by operation; what later
generations changed is an argument, listed in ``docs/optimizers.md``.

Muon and Adafactor look at a matrix: their ``shape=(m, n)`` says that the ``D = m * n`` coordinates are its
rows, one after the other. ``Parts`` gives each part of a network's weights an optimizer of its own;
``Lookahead`` and ``Cautious`` go around another one.

float32 weights stay float32 as long as gradient and state are float32 too and the settings are plain
numbers; otherwise all is float64.
"""

from course_lib.optimizers.adadelta import Adadelta
from course_lib.optimizers.adafactor import Adafactor
from course_lib.optimizers.adagrad import Adagrad
from course_lib.optimizers.adam import Adam
from course_lib.optimizers.adamax import Adamax
from course_lib.optimizers.adamw import AdamW
from course_lib.optimizers.base import Optimizer
from course_lib.optimizers.cautious import Cautious
from course_lib.optimizers.lion import Lion
from course_lib.optimizers.lookahead import Lookahead
from course_lib.optimizers.muon import Muon
from course_lib.optimizers.nadam import Nadam
from course_lib.optimizers.parts import Parts
from course_lib.optimizers.prodigy import Prodigy
from course_lib.optimizers.radam import RAdam
from course_lib.optimizers.rmsprop import RMSprop
from course_lib.optimizers.schedule_free import ScheduleFreeAdamW, ScheduleFreeSGD
from course_lib.optimizers.sgd import SGD

__all__ = [
    "SGD",
    "Adadelta",
    "Adafactor",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "Cautious",
    "Lion",
    "Lookahead",
    "Muon",
    "Nadam",
    "Optimizer",
    "Parts",
    "Prodigy",
    "RAdam",
    "RMSprop",
    "ScheduleFreeAdamW",
    "ScheduleFreeSGD",
]


def get(identifier):
    """An optimizer from its name, from ``{"class_name": ..., "config": {...}}``, or as it is.

    >>> get("sgd")
    SGD(lr=0.01, momentum=0.0, decay=0.0, nesterov=False)
    >>> get({"class_name": "SGD", "config": {"lr": 0.1}}).lr
    0.1
    >>> get("sdg")
    Traceback (most recent call last):
    ValueError: optimizer must be one of adadelta, adafactor, ...; got 'sdg'
    """
    return Optimizer.get(identifier)


def names():
    """Every name that ``get`` knows, each with its class."""
    return dict(Optimizer.known)

"""From one batch to a report: how the line of an optimizer is found for a model of one's own.

``Model`` is what the procedure must know of a model; ``OfSequential``, ``OfKeras`` and ``OfTorch`` tell it of
models of three libraries. ``overfit`` tries a batch, ``range_test`` finds a rate, ``floors`` says how far
above the bottom a training will hover, ``compare`` tries several lines, ``judge`` says whether that was fair,
and ``Report`` puts it on a page.
"""

from course_lib.tuning.comparison import Comparison, Trial, compare
from course_lib.tuning.floor import Floors, floor_of, floors, noise, predicted_floor
from course_lib.tuning.judgement import Ruling, judge
from course_lib.tuning.model import Model
from course_lib.tuning.of_keras import OfKeras
from course_lib.tuning.of_sequential import OfSequential
from course_lib.tuning.of_torch import OfTorch
from course_lib.tuning.ranges import RangeTest, overfit, range_test, smoothed
from course_lib.tuning.report import Report

__all__ = [
    "Comparison",
    "Floors",
    "Model",
    "OfKeras",
    "OfSequential",
    "OfTorch",
    "RangeTest",
    "Report",
    "Ruling",
    "Trial",
    "compare",
    "floor_of",
    "floors",
    "judge",
    "noise",
    "overfit",
    "predicted_floor",
    "range_test",
    "smoothed",
]

"""Live figures: one module for each idea, all on the engine of ``engine.py``."""

from course_lib.explorers.adam import AdamFamily
from course_lib.explorers.adaptive import AdaptiveRates
from course_lib.explorers.classification_losses import ClassificationLosses
from course_lib.explorers.clinic import Clinic
from course_lib.explorers.conditioning import Conditioning
from course_lib.explorers.decay import Decay
from course_lib.explorers.edge_of_stability import EdgeOfStability
from course_lib.explorers.first_race import FirstRace
from course_lib.explorers.gradient_check import GradientCheck
from course_lib.explorers.learning_rate import LearningRate
from course_lib.explorers.matrices import Matrices
from course_lib.explorers.momentum import Momentum
from course_lib.explorers.nesterov import Nesterov
from course_lib.explorers.noise import Noise
from course_lib.explorers.race import Race
from course_lib.explorers.range_test import RangeTest
from course_lib.explorers.regression_losses import RegressionLosses
from course_lib.explorers.stability_map import StabilityMap
from course_lib.explorers.trajectory import Trajectory
from course_lib.explorers.warm_up import WarmUp
from course_lib.explorers.weight_decay import WeightDecay

__all__ = [
    "AdamFamily",
    "AdaptiveRates",
    "ClassificationLosses",
    "Clinic",
    "Conditioning",
    "Decay",
    "EdgeOfStability",
    "FirstRace",
    "GradientCheck",
    "LearningRate",
    "Matrices",
    "Momentum",
    "Nesterov",
    "Noise",
    "Race",
    "RangeTest",
    "RegressionLosses",
    "StabilityMap",
    "Trajectory",
    "WarmUp",
    "WeightDecay",
]

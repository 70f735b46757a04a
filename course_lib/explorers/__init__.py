"""Live figures: one module for each idea, all on the engine of ``engine.py``."""

from course_lib.explorers.trajectory import LearningRate, Trajectory

__all__ = ["LearningRate", "Trajectory"]

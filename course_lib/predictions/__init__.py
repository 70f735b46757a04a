"""What a lesson asks before it shows: predictions are kept, compared with what happened, and come back."""

from course_lib.predictions.compare import Compare
from course_lib.predictions.predict import Predict
from course_lib.predictions.review import Review

__all__ = ["Compare", "Predict", "Review"]

"""Short quizzes that answer at once: one for each lesson, its questions in a file of its own."""

from course_lib.quizzes.questions import Choice, Number, load, names
from course_lib.quizzes.quiz import Quiz

__all__ = ["Choice", "Number", "Quiz", "load", "names"]

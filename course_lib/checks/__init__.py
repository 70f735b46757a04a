"""Instant feedback for the exercises: what is right, what is not, and what to look at next.

``check("sgd_step", sgd_step)`` tries your function, ``hint("sgd_step")`` helps, and after a try
``solution("sgd_step")`` shows one way to solve it. ``again`` answers a prediction that is asked again,
``answer_in_words`` takes an answer in words, ``hand_in`` prints your predictions for the class, and
``progress()`` shows what is done. The tasks are in ``tasks``, a module for each lesson; ``task`` says what
kinds there are.
"""

from course_lib.checks import too_early
from course_lib.checks.course_map import progress
from course_lib.checks.feedback import again, answer_in_words, check, hand_in, hint, solution

__all__ = ["again", "answer_in_words", "check", "hand_in", "hint", "progress", "solution"]

too_early.watch()

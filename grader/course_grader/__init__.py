"""Marks a teacher can trust: the checks of the course's exercises never enter the student's process.

A student's code runs in a sandbox and is asked for values; the reference, the hidden cases, the comparison
and the points stay outside. Teachers install this package, students never need it. docs/teaching.md says what
it protects and what it does not.

    python -m course_grader mark 01_learning_rate
"""

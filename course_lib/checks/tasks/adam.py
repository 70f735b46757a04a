"""Exercise 11: adam."""

TASKS = []

"""Exercise 4: conditioning."""

TASKS = []

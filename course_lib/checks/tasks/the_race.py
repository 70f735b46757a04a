"""Exercise 12: the race."""

TASKS = []

"""Exercise 8: decay."""

TASKS = []

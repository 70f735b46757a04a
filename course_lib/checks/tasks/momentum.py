"""Exercise 5: momentum."""

TASKS = []

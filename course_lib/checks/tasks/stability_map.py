"""Exercise 6: stability map."""

TASKS = []

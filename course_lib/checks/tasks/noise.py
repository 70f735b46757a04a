"""Exercise 9: noise."""

TASKS = []

"""Exercise 10: adaptive rates."""

TASKS = []

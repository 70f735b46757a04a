"""Exercise 7: nesterov."""

TASKS = []

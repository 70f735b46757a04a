"""Exercise 3: classification losses."""

TASKS = []

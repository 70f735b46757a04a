"""Exercise 2: regression losses."""

TASKS = []

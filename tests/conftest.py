"""One hypothesis profile for every test: the same examples each time, and no clock."""

from hypothesis import settings

settings.register_profile("course", deadline=None, derandomize=True, database=None)
settings.load_profile("course")

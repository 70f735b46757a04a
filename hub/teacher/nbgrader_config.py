"""Wherever a teacher gives a command, it is about the course's folder in their home."""

from pathlib import Path

load_subconfig("nbgrader_config.py", str(Path.home() / "teaching"))  # noqa: F821 - nbgrader defines it

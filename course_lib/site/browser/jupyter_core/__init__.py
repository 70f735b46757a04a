"""Stands in for jupyter_core: where a learner's files are."""

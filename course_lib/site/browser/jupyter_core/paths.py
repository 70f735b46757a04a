"""Kept: ``jupyter_data_dir``. The files are in the worker's memory; the page keeps what is to outlive it."""

from pathlib import Path


def jupyter_data_dir():
    return str(Path.home() / ".local/share/jupyter")

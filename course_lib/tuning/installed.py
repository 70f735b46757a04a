"""Other libraries, imported only when a model of theirs is made."""

from importlib import import_module


def library(name, needed_for):
    """The package of this name; where it is not installed, an ImportError that says what to do."""
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f"{needed_for} needs {name}: pip install {name}, in a notebook on your machine. "
            "The course's own Sequential needs nothing more"
        ) from error

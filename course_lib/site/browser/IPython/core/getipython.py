"""Kept: ``get_ipython``."""

from IPython.core import interactiveshell


def get_ipython():
    """The shell; a page has one."""
    return interactiveshell.SHELL

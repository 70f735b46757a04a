"""Stands in for IPython: the shell that runs a page's cells, and how a value is shown."""

from IPython.core.getipython import get_ipython as get_ipython
from IPython.display import display as display

version_info = (9, 0, 0)  # matplotlib asks

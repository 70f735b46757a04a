"""A check that is run before the cell with its function: what to do, above Python's own error."""

import sys
import traceback


def watch():
    """In a notebook, look at each NameError."""
    ipython = sys.modules.get("IPython")  # where it is not loaded nobody runs a cell
    shell = ipython and ipython.get_ipython()
    if shell:
        shell.set_custom_exc((NameError,), explained)


def explained(shell, kind, error, trace, tb_offset=None):
    """Show the error as it is, and before it what to do if it is the fault of the order."""
    if _is_of_a_check(trace):
        print(f"✘ {error.name} does not exist yet. Run the cell that defines it, and then this one again.")
    shell.showtraceback((kind, error, trace), tb_offset=tb_offset)


def _is_of_a_check(trace):
    return (traceback.extract_tb(trace)[-1].line or "").startswith("check(")

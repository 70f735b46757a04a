"""The notebook's cell that runs: which it is, and whether somebody looks on."""

from IPython.core.getipython import get_ipython


def running():
    """``(cell, run)``: the cell that runs and this run of it, or None outside a notebook."""
    request = _request()
    cell = request.get("metadata", {}).get("cellId")
    return (cell, request["header"]["msg_id"]) if cell else None


def is_watched():
    """Can somebody answer? Nobody can where ``jupyter nbconvert --execute`` runs the cells.

    >>> is_watched()
    True
    """
    return _request().get("content", {}).get("allow_stdin", True)


def _request():
    """The message that the kernel works on; empty without a kernel."""
    return getattr(get_ipython(), "get_parent", dict)()

"""Stands in for ipywidgets: what the lessons use of it, with its names and texts. Of all else it is said that
it needs Jupyter.
"""


def __getattr__(name):
    """The controls, loaded when one is first asked for: no figure needs them."""
    from ipywidgets.widgets import controls

    if name not in controls.__all__:
        here = ", ".join(controls.__all__)
        raise AttributeError(f"a page has no ipywidgets.{name}, Jupyter has it; what there is here: {here}")
    return getattr(controls, name)

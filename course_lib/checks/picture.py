"""A learner's picture and the one that was expected, in the notebook."""

from IPython.core.getipython import get_ipython
from IPython.display import Image, display
from matplotlib.figure import Figure

from course_lib import plots

INCHES = (8, 3.6)


def show(draw, got, expected, alt):
    """Draw both into one figure, if there is a notebook to show it in and ``got`` can be drawn."""
    if get_ipython() is None:
        return
    figure = Figure(INCHES, dpi=100, layout="constrained")
    try:
        draw(figure.subplots(), got, expected)
    except Exception as error:  # what a learner returns may be anything
        print(f"  There is no picture: {type(error).__name__}: {error}")
        return
    display(Image(plots.png(figure), alt=alt))

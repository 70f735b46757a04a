"""What the tests of figures do with one: move its controls, and run the two lines of Python that it gives."""

from contextlib import contextmanager
from unittest.mock import patch

from matplotlib.backends.backend_agg import FigureCanvasAgg

from course_lib.explorers.live.engine import Explorer
from course_lib.explorers.live.paper import Paper

DRAW, PNG = FigureCanvasAgg.draw, Explorer._png


def _draw_no_explorer(canvas):
    """Other pictures, as a surface on a sheet of predictions, are kept for whoever asks next."""
    if not isinstance(canvas.figure, Paper):
        DRAW(canvas)


@contextmanager
def unpainted(instead=_draw_no_explorer):
    """Figures are neither laid out nor painted, which takes the most time; or this is done ``instead``."""
    with patch.object(FigureCanvasAgg, "draw", instead), patch.object(Explorer, "_png", lambda figure: b""):
        yield


@contextmanager
def painted():
    """Figures are painted, also where they are not."""
    with patch.object(FigureCanvasAgg, "draw", DRAW), patch.object(Explorer, "_png", PNG):
        yield


def laid_out():
    """Figures are laid out, but not painted."""
    return unpainted(lambda canvas: canvas.figure.get_layout_engine().execute(canvas.figure))


def caption(figure, **values):
    """The caption at these settings, the other controls kept."""
    return figure.set(**values).replace("\n", " ")


def frame(figure, **values):
    """The frame at these settings, the other controls kept."""
    figure.set(**values)
    return figure.frame(**figure.values)


def two_lines(python):
    """What the second line gives after the first."""
    imports, expression = python.splitlines()
    names = {}
    exec(imports, names)
    return eval(expression, names)

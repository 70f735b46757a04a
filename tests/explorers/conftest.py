"""Figures are painted, which takes the most time, only where a test looks at a picture or at its layout."""

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from course_lib.explorers.live.engine import Explorer


@pytest.fixture
def painted():
    """Asked for by the tests that look at a picture or at its layout."""


@pytest.fixture(autouse=True)
def _not_painted(request, monkeypatch):
    if "painted" not in request.fixturenames:
        monkeypatch.setattr(FigureCanvasAgg, "draw", lambda canvas: None)
        monkeypatch.setattr(Explorer, "_png", lambda figure: b"")

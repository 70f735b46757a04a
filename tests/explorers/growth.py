"""What grows when a figure is played: each point is that of its update."""

import numpy as np
from matplotlib.text import Text

from course_lib.explorers.live.artists import Steps

STILL = {"GradientCheck", "RegressionLosses"}  # have no path


def updates_of(frame, name):
    """The update of each point of a line."""
    first, points = frame.grows[name], len(frame.artists[name][0])
    return first + np.arange(points) if isinstance(first, int) else np.asarray(first)


def assert_each_point_is_that_of_its_update(figure, frame):
    """In the frame that the figure shows."""
    assert not (frame.grows and (type(figure).__name__ in STILL or _stands(figure.values)))
    for artist, grown in frame.grows.items():
        if isinstance(grown, str):
            _assert_follows(figure.artists[artist], frame.artists[artist], frame.artists[grown])
            continue
        updates = updates_of(frame, artist)
        assert len(updates) == len(frame.artists[artist][0])
        assert (np.diff(updates) > 0).all()
        if figure.artists[artist].axes.get_xlabel() == "updates":
            count = figure.values.get("updates", 1)  # some axes end at 1, with the number of updates below
            x = np.asarray(frame.artists[artist][0])
            assert np.allclose(x, updates) or np.allclose(x * count, updates)


def _stands(values):
    """Does this show nothing that grows: the race's other view, or the first race before the choice?"""
    return values.get("show") == "rates" or values.get("winner") == "" or values.get("optimizers") == ()


def _assert_follows(artist, data, line):
    """A dot is at the line's end, and a name beyond it; Steps lead from each of its points but the last."""
    if isinstance(artist, Steps):
        assert np.shape(data) == np.shape(line[:, :-1])
    elif isinstance(artist, Text):
        assert data[0] >= line[0][-1] or not data[2]
    else:
        assert np.array_equal(np.ravel(data), [line[0][-1], line[1][-1]])

"""What grows when a figure is played: each point is that of its update; no browser needed."""

import numpy as np
import pytest
from matplotlib.text import Text

from course_lib import explorers, surfaces
from course_lib.base import divergence
from course_lib.explorers import Conditioning, LearningRate, Momentum, Race, Trajectory
from course_lib.explorers.live.artists import Steps
from course_lib.explorers.momentum import HALF

SETTINGS = 12  # of each figure, besides the first
STILL = {"GradientCheck", "RegressionLosses"}  # have no path
FEWER = {"Race": 2, "Clinic": 3, "RangeTest": 4}  # settings, which train networks
CHOSEN = {"FirstRace": {"winner": "the plain line"}}  # before that nothing moves
RATIOS = {"rtol": 1e-6, "atol": 1e-9}


def settings_of(figure, count=SETTINGS, seed=0):
    rng = np.random.default_rng(seed)
    yield figure.values
    for _ in range(count):
        yield {name: control.random(rng) for name, control in figure.controls.items()}


def _stands(values):
    """Does this show nothing that grows: the race's other view, or the first race before the choice?"""
    return values.get("show") == "rates" or values.get("winner") == ""


def updates_of(frame, name):
    """The update of each point of a line."""
    first, points = frame.grows[name], len(frame.artists[name][0])
    return first + np.arange(points) if isinstance(first, int) else np.asarray(first)


@pytest.mark.parametrize("name", explorers.__all__)
def test_each_point_of_what_grows_is_that_of_its_update(figures, name):
    figure = figures[name]
    figure.reset()
    for values in settings_of(figure, count=2 if name in STILL else FEWER.get(name, SETTINGS)):
        frame = figure.frame(**values)
        assert bool(frame.grows) == (name not in STILL and not _stands(values))
        if frame.artists.keys() != figure.artists.keys():  # the race has those of its runners
            figure.set(**values)
        for artist, grown in frame.grows.items():
            if isinstance(grown, str):
                assert_follows(figure.artists[artist], frame.artists[artist], frame.artists[grown])
                continue
            updates = updates_of(frame, artist)
            assert len(updates) == len(frame.artists[artist][0])
            assert (np.diff(updates) > 0).all()
            if figure.artists[artist].axes.get_xlabel() == "updates":
                count = values.get("updates", 1)  # some axes end at 1, with the number of updates below
                x = np.asarray(frame.artists[artist][0])
                assert np.allclose(x, updates) or np.allclose(x * count, updates)


def assert_follows(artist, data, line):
    """A dot is at the line's end, and a name beyond it; Steps lead from each of its points but the last."""
    if isinstance(artist, Steps):
        assert np.shape(data) == np.shape(line[:, :-1])
    elif isinstance(artist, Text):
        assert data[0] >= line[0][-1] or not data[2]
    else:
        assert np.array_equal(np.ravel(data), [line[0][-1], line[1][-1]])


@pytest.mark.parametrize("explorer", [Trajectory, LearningRate, Conditioning, Momentum])
def test_what_grows_ends_together(explorer):
    figure = explorer()
    for values in settings_of(figure):
        frame = figure.frame(**values)
        lines = [name for name, grown in frame.grows.items() if grown in (0, 1)]
        assert len({updates_of(frame, line)[-1] for line in lines}) == 1


@pytest.mark.parametrize("name", sorted(set(explorers.__all__) - STILL))
def test_what_is_said_of_an_update_is_on_the_page(figures, name):
    figure = figures[name]
    figure.set(**CHOSEN.get(name, {}))
    said = {of["line"] for of in figure.scene["heights"].values()}
    assert said <= figure.view["grows"].keys()
    assert said <= set(figure.says)


def test_the_first_arrow_is_the_gradients_part_and_the_second_momentums():
    figure = Trajectory()
    for values in settings_of(figure, count=40):
        frame = figure.frame(**values)
        path = frame.facts.path[: frame.artists["path"].shape[1]]
        steps, rests = parts_of_sgd(path, **values)
        expected = drawn(surfaces.get(values["surface"]), path[:-1] + steps)
        np.testing.assert_allclose(frame.artists["steps"].T, np.clip(expected, -1e6, 1e6), **RATIOS)
        with divergence.allowed():
            np.testing.assert_allclose(path[:-1] + steps + rests, path[1:], **RATIOS)


def parts_of_sgd(path, *, surface, lr, momentum, decay, nesterov, start):
    """For each update along a path, what its gradient and its velocity add, from Keras's formula."""
    steps, rests, v = [], [], np.zeros(path.shape[1])
    with divergence.allowed():
        for t, w in enumerate(path[:-1]):
            step = -lr / (1 + decay * t) * surfaces.get(surface).gradient(w)
            remembered = momentum * v
            v = remembered + step
            steps.append(step)
            rests.append(momentum * v if nesterov else remembered)
    return np.reshape(steps, (-1, path.shape[1])), np.reshape(rests, (-1, path.shape[1]))


def drawn(surface, points):
    if surface.dimensions == 2:
        return points
    with divergence.allowed():
        return np.column_stack([points[:, 0], surface.value(points.T)])


@pytest.mark.parametrize("explorer", [LearningRate, Conditioning])
def test_without_momentum_the_gradients_arrow_leads_to_the_next_point(explorer):
    figure = explorer()
    for values in settings_of(figure):
        frame = figure.frame(**values)
        np.testing.assert_allclose(frame.artists["steps"], frame.artists["path"][:, 1:], **RATIOS)


def test_in_each_convention_the_second_arrow_is_a_part_of_the_step_before():
    """momentum * step in Keras; in the others, which remember gradients, it is taken at the new rate."""
    figure = Momentum()
    for values in settings_of(figure, count=30):
        frame = figure.frame(**values)
        path = frame.facts["paths"][values["convention"]]
        if np.abs(path).max() > 1e5:
            continue
        before, rest = np.diff(path)[:, :-1], (path[:, 1:] - frame.artists["steps"])[:, 1:]
        kept = np.full(before.shape[1], values["momentum"])
        if values["convention"] != "Keras":
            kept[HALF - 1] /= values["cut"]
        np.testing.assert_allclose(rest, kept * before, rtol=1e-6, atol=1e-9 * np.abs(path).max())


def test_the_stored_picture_has_no_arrows(painted):
    figure = Trajectory(lr=1.9)
    before = figure.picture()
    figure.artists["steps"].set_data([], [])
    assert figure.picture() == before


def test_what_turns_is_placed_for_each_update_and_left_as_it_is_last():
    figure = Race(optimizers=["sgd", "adam"])
    turns, places = figure.view["turns"], figure.view["places"]
    assert turns["sgd row"][0][1][2].split()[-1] == "-"
    for name, turned in turns.items():
        updates = [update for update, _ in turned]
        assert updates == sorted({0, *updates})
        assert turned[-1][1] == places[name]
    assert figure.artists["sgd row"].get_text() == turns["sgd row"][-1][1][2]

"""What grows when a figure is played; no browser needed.

That each point is that of its update is asserted wherever a figure is looked at, by ``growth.py``.
"""

import numpy as np
import pytest

from course_lib import explorers, surfaces
from course_lib.base import divergence
from course_lib.explorers import Conditioning, LearningRate, Momentum, Race, Trajectory
from course_lib.explorers.momentum import HALF
from tests.explorers.growth import STILL, updates_of

SETTINGS = 12  # of each figure, besides the first
CHOSEN = {"FirstRace": {"winner": "the plain line"}}  # before that nothing moves
RATIOS = {"rtol": 1e-6, "atol": 1e-9}


def settings_of(figure, count=SETTINGS, seed=0):
    rng = np.random.default_rng(seed)
    yield figure.values
    for _ in range(count):
        yield {name: control.random(rng) for name, control in figure.controls.items()}


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
    assert figure.view["grows"]
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

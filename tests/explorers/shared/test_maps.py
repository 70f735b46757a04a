"""The maps: each cell is a run, and away from the limit theory predicts its colour."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from course_lib import theory, training
from course_lib.explorers.shared import maps
from course_lib.optimizers import SGD

CELL = maps.HIGHEST / maps.CELLS  # in lr * curvature


def predicted(surface, nesterov):
    """The factor of every cell in the long run."""
    lr, momentum = np.meshgrid(maps.rates(surface), maps.momenta())
    return np.max([theory.contraction(lr * c, momentum, nesterov) for c in surface.curvatures], axis=0)


def cells_to_the_limit(surface, nesterov):
    lr, momentum = np.meshgrid(maps.rates(surface), maps.momenta())
    return (lr * max(surface.curvatures) - theory.stability_limit(momentum, nesterov)) / CELL


@pytest.mark.parametrize("nesterov", [False, True])
@pytest.mark.parametrize(
    ("name", "condition"), [("ravine", 20.0), ("ravine", 100.0), ("pixel_regression", None)]
)
def test_the_cells_that_end_no_nearer_are_those_over_the_limit(name, condition, nesterov):
    surface = maps.surface(name, condition)
    lost = maps.measured(name, condition, 0.0, nesterov, 300) >= 1
    away = cells_to_the_limit(surface, nesterov)
    assert not lost[:97][away[:97] < -1].any()
    assert lost[away < -1].sum() < 20  # with a momentum so high, 300 updates are few
    assert lost[away > 1].all()
    assert lost.mean() > 0.2


@pytest.mark.parametrize("nesterov", [False, True])
@pytest.mark.parametrize("condition", [20.0, 100.0])
def test_the_measured_factor_is_that_of_theory(condition, nesterov):
    surface = maps.surface("ravine", condition)
    measured, theirs = maps.measured("ravine", condition, 0.0, nesterov, 300), predicted(surface, nesterov)
    clear = (np.abs(cells_to_the_limit(surface, nesterov)) > 2) & (theirs < maps.LOST)
    difference = np.abs(measured - theirs)[clear]
    assert difference.max() < 0.05
    assert np.quantile(difference, 0.98) < 0.015


def test_right_of_the_swing_line_the_factor_is_the_root_of_momentum():
    surface = maps.surface("ravine", 20.0)
    line_lr, line_momentum = maps.swing_line(surface, nesterov=False)
    lr, momentum = np.meshgrid(maps.rates(surface), maps.momenta())
    right = (lr > np.interp(momentum, line_momentum, line_lr, left=np.inf)) & (
        lr < (1 + np.sqrt(momentum)) ** 2
    )
    measured = maps.measured("ravine", 20.0, 0.0, False, 300)
    assert right.sum() > 3000
    np.testing.assert_allclose(predicted(surface, False)[right], np.sqrt(momentum[right]))
    assert np.quantile(np.abs(measured - np.sqrt(momentum))[right], 0.98) < 0.02


@pytest.mark.parametrize("nesterov", [False, True])
@pytest.mark.parametrize("condition", [5.0, 100.0])
def test_the_swing_line_is_where_the_flattest_direction_begins_to_swing(condition, nesterov):
    surface = maps.surface("ravine", condition)
    lr, momentum = maps.swing_line(surface, nesterov)
    flattest = min(surface.curvatures)
    assert len(lr) > 30
    assert not theory.oscillates(lr * flattest * 0.999, momentum, nesterov).any()
    for curvature in surface.curvatures:
        assert theory.oscillates(lr * curvature * 1.001, momentum, nesterov).all()


def test_the_limit_line_is_at_twice_one_plus_momentum_over_the_curvature():
    lr, momentum = maps.limit_line(maps.surface("pixel_regression", None), nesterov=False)
    np.testing.assert_allclose(lr * 0.890904898255089, 2 * (1 + momentum))
    lr, momentum = maps.limit_line(maps.surface("ravine", 20.0), nesterov=True)
    assert np.interp(0.9, momentum, lr) == pytest.approx(1.357, abs=5e-4)


@pytest.mark.parametrize("name", ["ravine", "himmelblau", "rosenbrock", "pixel_regression"])
def test_a_cell_is_a_run_of_its_own(name):
    rng = np.random.default_rng(0)
    surface = maps.surface(name, 20.0)
    cells = maps.measured(name, 20.0, 0.01, True, 50)
    for row, column in rng.integers(maps.CELLS, size=(12, 2)):
        sgd = SGD(maps.rates(surface)[column], maps.momenta()[row], decay=0.01, nesterov=True)
        run = training.run(surface, sgd, steps=50, record_every=2)
        factor = maps.factor(maps.errors(run), run.updates)
        assert cells[row, column] == pytest.approx(min(factor, maps.LOST), rel=1e-12)


def test_the_error_is_the_distance_to_the_nearest_minimum():
    surface = maps.surface("himmelblau", None)
    run = training.run(surface, SGD(lr=0.01), w0=[-3.0, 3.0], steps=20)
    by_hand = [min(np.hypot(*(w - minimum)) for minimum in surface.minima) for w in run.path]
    np.testing.assert_allclose(maps.errors(run), np.divide(by_hand, by_hand[0]))


def test_a_run_that_left_the_numbers_has_an_infinite_error():
    run = training.run("ravine", SGD(lr=100.0), steps=400)
    assert np.isnan(run.path[-1]).any()
    assert maps.errors(run)[-1] == np.inf
    assert maps.factor(maps.errors(run), run.updates) == np.inf


@pytest.mark.parametrize("nesterov", [False, True])
def test_where_all_directions_swing_neighbours_look_alike(nesterov):
    """A single error would say whether the run happens to pass the minimum at the end: that was grain."""
    surface = maps.surface("ravine", 20.0)
    line_lr, line_momentum = maps.swing_line(surface, nesterov)
    lr, momentum = np.meshgrid(maps.rates(surface), maps.momenta())
    swing = lr > np.interp(momentum, line_momentum, line_lr, left=np.inf) + CELL
    swing &= (cells_to_the_limit(surface, nesterov) < -3) & (momentum < 0.97)
    factors = maps.measured("ravine", 20.0, 0.0, nesterov, 100)
    curve = np.abs(np.diff(factors, 2, axis=1))[swing[:, 1:-1]]
    assert len(curve) > 500
    assert np.quantile(curve, 0.95) < 0.006


def test_a_cost_is_the_updates_for_as_small_an_error_over_those_of_the_best_cell():
    factors = [maps.measured("ravine", 20.0, 0.0, kind, 100) for kind in (False, True)]
    updates = [np.log(1e-6) / np.log(np.minimum(map_, 0.99999)) for map_ in factors]
    fewest = min(map_.min() for map_ in updates)
    for cost, of_each, factor in zip(
        maps.costs("ravine", 20.0, 0.0, (False, True), 100), updates, factors, strict=True
    ):
        assert (cost[factor >= 1] == maps.NO_NEARER).all()
        np.testing.assert_allclose(cost[factor < 1], np.minimum(of_each / fewest, maps.DEAREST)[factor < 1])


@pytest.mark.parametrize(
    ("name", "condition"),
    [("ravine", 1.0), ("ravine", 20.0), ("ravine", 1000.0), ("rosenbrock", None), ("himmelblau", None)],
)
def test_every_map_has_a_cell_in_the_best_color_and_most_of_its_colors(name, condition):
    (cost,) = maps.costs(name, condition, 0.0, (False,), 100)
    there = cost[cost < maps.NO_NEARER]
    assert there.min() == 1
    counts, _ = np.histogram(np.log(there), bins=8, range=(0, np.log(maps.DEAREST)))
    assert (counts > 0).sum() >= 6


def test_a_factor_is_measured_while_there_is_an_error():
    updates = np.arange(0, 60, 10)
    errors = np.maximum(0.1**updates, 3e-17)  # rounding stops it
    assert maps.factor(errors, updates) == pytest.approx(0.1)
    assert maps.factor(0.9**updates, updates) == pytest.approx(0.9)
    assert maps.factor(1.5**updates, updates) == pytest.approx(1.5)
    assert maps.factor(np.eye(6)[0], updates) == 0


def test_a_map_is_kept_and_cannot_be_changed():
    first = maps.measured("ravine", 20.0, 0.0, False, 50)
    assert maps.measured("ravine", 20.0, 0.0, False, 50) is first
    with pytest.raises(ValueError, match="read-only"):
        first[0, 0] = 1


@pytest.mark.parametrize("name", ["ravine", "rosenbrock"])
def test_a_cell_stands_over_its_lr_and_momentum(name):
    surface = maps.surface(name, 20.0)
    axes = Figure().subplots()
    left, right, low, high = maps.draw(axes, surface)["cells"].get_extent()
    middles = (np.arange(maps.CELLS) + 0.5) / maps.CELLS
    np.testing.assert_allclose(left + (right - left) * middles, maps.rates(surface))
    np.testing.assert_allclose(low + (high - low) * middles, maps.momenta(), atol=1e-12)


def test_bare_paper_is_for_what_got_nowhere_and_for_nothing_else():
    cells = maps.draw(Figure().subplots(), maps.surface("ravine", 20.0))["cells"]
    colors = cells.to_rgba(np.array([[1.0, 2.0, 49.0, maps.DEAREST, maps.NO_NEARER]]), bytes=True)[0]
    assert (colors[:, 3] == 0).tolist() == [False, False, False, False, True]

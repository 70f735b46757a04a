"""The noise floor: the family's measure against the formula, and the caption against both."""

import numpy as np
import pytest

from course_lib.explorers.noise import LAST, RUNS, Noise, noise_floor
from tests.explorers.driving import two_lines

FIRST = {"lr": 0.1, "momentum": 0.0, "decay": 0.0, "batch_size": 1}


@pytest.fixture(scope="module")
def figure():
    return Noise()


def caption(figure, **values):
    return figure.set(**FIRST | values).replace("\n", " ")


def measured(figure, **values):
    """The mean squared distance and the formula's, over the last updates."""
    figure.set(**FIRST | values)
    return [figure.artists[name].get_ydata()[-LAST:].mean() for name in ("measured", "formula")]


@pytest.mark.parametrize(("momentum", "floor"), [(0.0, 0.0526), (0.9, 0.5135)])
def test_the_floors_that_the_course_quotes(momentum, floor):
    assert noise_floor(0.1, momentum, 1.0) == pytest.approx(floor, abs=5e-5)


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("lr", [0.03, 0.1, 0.7, 1.8])
def test_the_family_stays_at_the_formulas_floor(figure, lr, momentum):
    distance, floor = measured(figure, lr=lr, momentum=momentum)
    assert floor == pytest.approx(noise_floor(lr, momentum, 1.0).item())
    assert distance == pytest.approx(floor, rel=0.1)
    assert caption(figure, lr=lr, momentum=momentum).startswith("Hovers at its floor at ")


def test_the_floor_is_the_fixed_point_of_the_updates_covariance():
    """Of (w, v) with the noise -lr * s in both: cov = A cov A' + lr² s² [[1, 1], [1, 1]]."""
    for lr, momentum, noise in np.random.default_rng(3).uniform([0.01, 0, 0.1], [2, 0.95, 2], (50, 3)):
        update = np.array([[1 - lr, momentum], [-lr, momentum]])
        kicks = (lr * noise) ** 2 * np.ones(4)
        covariance = np.linalg.solve(np.eye(4) - np.kron(update, update), kicks)
        assert noise_floor(lr, momentum, noise) == pytest.approx(covariance[0], rel=1e-9)


@pytest.mark.parametrize("batch_size", [4, 16, 256])
def test_the_floor_falls_as_one_over_the_batch_size(figure, batch_size):
    one, many = (measured(figure, batch_size=size) for size in (1, batch_size))
    assert many[1] == pytest.approx(one[1] / batch_size)
    assert many[0] == pytest.approx(one[0] / batch_size, rel=1e-3)


def test_momentum_is_plain_sgd_at_a_larger_rate_while_lr_is_small(figure):
    with_momentum, plain = measured(figure, lr=0.01, momentum=0.9), measured(figure, lr=0.1)
    assert with_momentum == pytest.approx(plain, rel=0.1)
    figure.set(**FIRST | {"lr": 0.01, "momentum": 0.9})
    assert "Plain SGD at lr/(1 - momentum) = 0.1 has the floor 0.0526, nearly the same" in figure.why
    figure.set(lr=0.1)
    assert "nearly the same" not in figure.why
    figure.set(lr=0.2)
    assert "= 2 would diverge" in figure.why


def test_the_transient_comes_first(figure):
    figure.set(**FIRST)
    distances = figure.artists["measured"].get_ydata()
    assert distances[0] == pytest.approx((1.6**2 + 0.8**2) / 2)
    assert distances[:10].min() > 3 * distances[-LAST:].mean()


def test_decay_lowers_the_floor_all_the_time(figure):
    figure.set(**FIRST | {"lr": 0.5, "decay": 0.01})
    floor, distances = (figure.artists[name].get_ydata() for name in ("formula", "measured"))
    assert (np.diff(floor) < 0).all()
    assert floor[0] == pytest.approx(0.5 / 1.5)
    rate = 0.5 / (1 + 0.01 * 399)
    assert floor[-1] == pytest.approx(rate / (2 - rate))
    assert distances[-50:].mean() == pytest.approx(floor[-50:].mean(), rel=0.1)
    assert figure.caption.startswith("Follows its falling floor at ")
    assert "Decay has brought the rate to 0.1 and the floor to 0.0527" in figure.why


def test_a_floor_that_is_not_reached_is_not_claimed(figure):
    distance, floor = measured(figure, lr=0.01, batch_size=256)
    assert distance > 2 * floor
    assert caption(figure, lr=0.01, batch_size=256).startswith("Has not reached its floor yet at ")


@pytest.mark.parametrize(("lr", "diverges"), [(1.99, False), (2.0, True), (2.01, True)])
def test_the_caption_agrees_with_the_limit_on_both_sides(figure, lr, diverges):
    assert caption(figure, lr=lr).startswith("Diverges at ") == diverges
    assert ("lr is not below the limit 2(1 + momentum)/curvature = 2." in figure.why) == diverges
    assert np.isinf(noise_floor(lr, 0.0, 1.0)) == diverges
    assert not caption(figure, lr=lr, momentum=0.1).startswith("Diverges")


def test_above_the_limit_it_does_diverge_and_just_below_it_does_not(figure):
    figure.set(**FIRST | {"lr": 2.05})
    above = figure.facts["distances"]
    figure.set(**FIRST | {"lr": 1.95})
    below = figure.facts["distances"]
    assert above[-1] > 1e15
    assert below.max() < 100


def test_decay_that_comes_too_late_is_told(figure):
    assert caption(figure, lr=2.1, decay=1e-4).startswith("Diverges at ")
    assert "decay comes too late" in figure.why
    assert caption(figure, lr=2.1, decay=0.01).startswith("Follows its falling floor at ")


def test_decay_that_comes_late_but_comes_is_told(figure):
    """The rate is below the limit only over the last updates: the distances are still far up."""
    assert caption(figure, lr=2.2, decay=0.0003).startswith("Climbs first at ")
    distances = figure.facts["distances"]
    assert distances[-1] > 1e9 * distances[0]
    assert distances[-1] < distances.max()


def test_the_circles_have_the_standard_deviations_of_the_curves(figure):
    distance, floor = measured(figure, momentum=0.9)
    for name, variance in [("measured circle", distance), ("formula circle", floor)]:
        radius = np.hypot(*figure.artists[name].get_data())
        np.testing.assert_allclose(radius, np.sqrt(variance))
    cloud = np.array(figure.artists["cloud"].get_data())
    assert cloud.shape == (2, RUNS)
    assert np.mean(cloud**2) == pytest.approx(floor, rel=0.25)  # of one update only


@pytest.mark.parametrize(
    ("values", "reached"),
    [
        ({"lr": 0.03, "batch_size": 16}, True),
        ({"lr": 0.1, "batch_size": 16}, False),
        ({"lr": 0.1, "batch_size": 64}, False),
        ({"lr": 0.1, "batch_size": 16, "decay": 0.01}, True),
    ],
)
def test_the_goal_is_reached_by_a_lower_rate_and_not_by_large_batches(figure, values, reached):
    figure.set(**FIRST | values)
    assert figure.reached == reached


def test_the_two_lines_give_the_curve_to_the_last_bit(figure):
    figure.set(lr=0.2, momentum=0.6, decay=0.001, batch_size=5)
    assert np.array_equal(two_lines(figure.view["python"]), figure.artists["measured"].get_ydata())

"""One rate for two directions: the errors, the best rate, and what the angle does not change."""

import numpy as np
import pytest

from course_lib.explorers.conditioning import GOAL, HALF_WIDTHS, START, UPDATES, Conditioning
from tests.explorers.driving import two_lines


@pytest.fixture(scope="module")
def figure():
    return Conditioning()


def caption(figure, **values):
    figure.reset()
    return figure.set(**values).replace("\n", " ")


def errors(figure, **values):
    figure.reset()
    figure.set(**values)
    return [figure.artists[f"error {direction}"].get_ydata() for direction in ("along", "across")]


@pytest.mark.parametrize("angle", [0.0, 30.0, 45.0, 90.0])
@pytest.mark.parametrize("lr", [0.3, 1.7, 2.1])
def test_each_error_is_multiplied_by_1_minus_lr_times_its_curvature(figure, lr, angle):
    along, across = errors(figure, lr=lr, condition=10, angle=angle)
    updates = np.arange(UPDATES + 1)
    np.testing.assert_allclose(along, 1.6 * np.abs(1 - lr / 10) ** updates, rtol=1e-8, atol=1e-11)
    np.testing.assert_allclose(across, 0.8 * np.abs(1 - lr) ** updates, rtol=1e-8, atol=1e-11)


@pytest.mark.parametrize("angle", [1.0, 30.0, 90.0])
@pytest.mark.parametrize("lr", [0.1, 1.9, 2.2])
def test_the_angle_changes_the_path_and_not_the_losses(figure, lr, angle):
    straight, turned = (figure.frame(lr=lr, condition=20.0, angle=degrees).facts for degrees in (0.0, angle))
    np.testing.assert_allclose(turned.losses, straight.losses, rtol=1e-9)
    assert not np.allclose(turned.path, straight.path)
    assert "other coordinates and the same losses" in caption(figure, lr=lr, angle=angle)


@pytest.mark.parametrize("condition", [2.0, 20.0, 100.0])
def test_at_the_best_rate_both_directions_keep_the_same_and_no_other_rate_does_better(figure, condition):
    best, kept = 2 / (1 + 1 / condition), (condition - 1) / (condition + 1)

    def slowest(lr):
        return max(error[1] / error[0] for error in errors(figure, lr=lr, condition=condition))

    along, across = errors(figure, lr=best, condition=condition)
    assert along[1] / along[0] == pytest.approx(kept)
    assert across[1] / across[0] == pytest.approx(kept)
    assert min(slowest(0.99 * best), slowest(1.01 * best)) > slowest(best)
    words = caption(figure, lr=1.0, condition=condition)
    assert f"2/(1 + 1/condition) = {best:.3g}, keeps (condition - 1)/(condition + 1) = {kept:.3g}" in words


@pytest.mark.parametrize(
    ("lr", "condition", "verdict"),
    [
        (0.0, 20, "stands still in every direction"),
        (0.5, 1, "slides down in every direction"),
        (0.5, 20, "slides down across the ravine and crawls along it"),
        (1.0, 1, "arrives in one update in every direction"),
        (1.0, 20, "arrives in one update across the ravine and crawls along it"),
        (1.5, 1, "zigzags in every direction"),
        (1.9, 1.1, "zigzags in every direction"),
        (0.01, 20, "crawls in every direction"),
        (2.0, 1, "never settles in every direction, where lr is exactly the limit 2/curvature = 2"),
        (2.2, 1.05, "diverges in every direction, where lr is over the limit 2/curvature = 2"),
        (1.99, 20, "zigzags across the ravine and crawls along it"),
        (2.0, 20, "never settles across the ravine, where lr is exactly the limit 2/curvature = 2"),
        (2.01, 20, "diverges across the ravine, where lr is over the limit 2/curvature = 2"),
    ],
)
def test_the_caption_says_which_direction_zigzags_and_which_crawls(figure, lr, condition, verdict):
    assert f": {verdict}." in caption(figure, lr=lr, condition=condition)


@pytest.mark.parametrize(("lr", "grows"), [(1.99, False), (2.0, None), (2.01, True)])
def test_across_the_ravine_the_limit_is_2(figure, lr, grows):
    _, across = errors(figure, lr=lr, angle=0)
    change = across[-1] - across[0]
    assert change == 0 if grows is None else (change > 0) == grows


def test_what_is_left_is_told_as_the_frame_has_it(figure):
    along, across = errors(figure, lr=1.98)
    told = f"{UPDATES} updates leave {across[-1]:.3g} across and {along[-1]:.3g} along"
    assert told in caption(figure, lr=1.98)


def test_a_factor_next_to_1_is_not_told_as_1(figure):
    assert "along by 1 - lr/condition = 0.9999." in caption(figure, lr=0.01, condition=100)


def test_an_error_that_is_only_rounding_is_told_as_0(figure):
    assert "leave 0 across" in caption(figure, lr=1.0, angle=30)


@pytest.mark.parametrize(
    ("lr", "condition", "reached"),
    [(1.8, 20, False), (1.86, 20, True), (1.9, 20, True), (1.93, 20, False), (1.7, 10, False)],
)
def test_only_near_the_best_rate_is_the_goal_reached(figure, lr, condition, reached):
    figure.set(lr=lr, condition=condition)
    assert figure.reached == reached
    if condition >= 20:
        assert reached == (max(error[-1] for error in errors(figure, lr=lr)) < GOAL)


def test_the_contours_and_directions_turn_with_the_ravine(figure):
    figure.set(condition=5, angle=25)
    ravine = figure.facts.objective
    for k, half_width in enumerate(HALF_WIDTHS):
        contour = np.array(figure.artists[f"contour {k}"].get_data())
        np.testing.assert_allclose(ravine.value(contour), half_width**2 / 2)
    for direction, curvature in zip(("along", "across"), ravine.curvatures, strict=True):
        points = np.array(figure.artists[direction].get_data())
        np.testing.assert_allclose(ravine.gradient(points), curvature * points, atol=1e-12)


def test_the_two_lines_give_the_path(figure):
    figure.set(lr=1.9, condition=12.5, angle=33)
    assert np.array_equal(two_lines(figure.view["python"]).T, figure.artists["path"].get_data())
    figure.set(angle=0)
    assert f"w0={list(START)}" in figure.view["python"]

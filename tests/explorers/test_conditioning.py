"""One rate for two directions: the errors, the best rate, and what the angle does not change."""

import numpy as np
import pytest

from course_lib import plots
from course_lib.explorers.conditioning import GOAL, HALF_WIDTHS, SHOWN, START, UPDATES, Conditioning
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


@pytest.mark.parametrize("angle", [0.0, 30.0])
@pytest.mark.parametrize("lr", [0.5, 1.0])
def test_what_the_caption_calls_0_is_0_where_the_page_reads_it_off_too(figure, lr, angle):
    """The page says the height of each line's end; it read 1e-12 there, beside "an error of 0"."""
    along, across = errors(figure, lr=lr, angle=angle)
    assert "leave an error of 0 across" in caption(figure, lr=lr, angle=angle)
    assert across[-1] == 0
    assert along[-1] > 0


@pytest.mark.parametrize("angle", [1.0, 30.0, 90.0])
@pytest.mark.parametrize("lr", [0.1, 1.9, 2.2])
def test_the_angle_changes_the_path_and_not_the_losses(figure, lr, angle):
    values = {"lr": lr, "condition": 20.0, "start": None}
    straight, turned = (figure.frame(angle=degrees, **values).facts for degrees in (0.0, angle))
    np.testing.assert_allclose(turned.losses, straight.losses, rtol=1e-9)
    assert not np.allclose(turned.path, straight.path)
    caption(figure, lr=lr, angle=angle)
    assert "other coordinates and the same losses" in figure.why
    caption(figure, lr=lr, angle=angle, start=(1.0, 0.3))
    assert "the same losses" not in figure.why


@pytest.mark.parametrize("condition", [2.0, 20.0, 100.0])
def test_at_the_best_rate_both_directions_keep_the_same_and_no_other_rate_does_better(figure, condition):
    best, kept = 2 / (1 + 1 / condition), (condition - 1) / (condition + 1)

    def slowest(lr):
        return max(error[1] / error[0] for error in errors(figure, lr=lr, condition=condition))

    along, across = errors(figure, lr=best, condition=condition)
    assert along[1] / along[0] == pytest.approx(kept)
    assert across[1] / across[0] == pytest.approx(kept)
    assert min(slowest(0.99 * best), slowest(1.01 * best)) > slowest(best)
    caption(figure, lr=1.0, condition=condition)
    told = f"2/(1 + 1/condition) = {best:.3g}, keeps (condition - 1)/(condition + 1) = {kept:.3g}"
    assert told in figure.why


@pytest.mark.parametrize(
    ("lr", "condition", "verdict"),
    [
        (0.0, 20, "Stands still in every direction"),
        (0.5, 1, "Slides down in every direction"),
        (0.5, 20, "Slides down across the ravine and crawls along it"),
        (1.0, 1, "Arrives in one update in every direction"),
        (1.0, 20, "Arrives in one update across the ravine and crawls along it"),
        (1.5, 1, "Zigzags in every direction"),
        (1.9, 1.1, "Zigzags in every direction"),
        (0.01, 20, "Crawls in every direction"),
        (2.0, 1, "Never settles in every direction"),
        (2.2, 1.05, "Diverges in every direction"),
        (1.99, 20, "Zigzags across the ravine and crawls along it"),
        (2.0, 20, "Never settles across the ravine"),
        (2.01, 20, "Diverges across the ravine"),
        (2.2, 1.12, "Diverges across the ravine"),
    ],
)
def test_the_caption_says_which_direction_zigzags_and_which_crawls(figure, lr, condition, verdict):
    said = caption(figure, lr=lr, condition=condition)
    assert said.startswith(f"{verdict} at lr {lr:g}, condition {condition:g}, angle 0. ")
    assert ("the limit 2/curvature = 2" in figure.why) == (lr >= 2)
    assert ("exactly the limit" in figure.why) == (lr == 2)


@pytest.mark.parametrize("angle", [0.0, 30.0])
@pytest.mark.parametrize(
    ("start", "lr", "verdict"),
    [
        ((1.0, 0.0), 2.1, "Crawls along the ravine, with no error across it"),
        ((0.0, 1.0), 2.1, "Diverges across the ravine, with no error along it"),
        ((0.0, 1.0), 1.5, "Zigzags across the ravine, with no error along it"),
        ((0.0, 0.0), 2.1, "Stands still at the minimum"),
        ((1.0, 1.0), 2.1, "Diverges across the ravine"),
    ],
)
def test_a_direction_without_an_error_has_no_part_in_the_verdict(figure, angle, start, lr, verdict):
    figure.reset()
    start = tuple(plots.turned(start, angle).tolist())
    assert caption(figure, start=start, lr=lr, angle=angle).startswith(f"{verdict} at lr {lr:g}, ")
    along, across = (figure.artists[f"error {direction}"].get_ydata() for direction in ("along", "across"))
    assert (across[-1] > across[0] + 1e-6) == verdict.startswith("Diverges")
    assert not (along[-1] > along[0] + 1e-6)


def test_a_chosen_start_is_told_and_no_goal_is_reached_from_it(figure):
    figure.reset()
    assert "angle 0. 60 updates" in caption(figure, lr=1.9)
    assert figure.reached
    assert "angle 0 (from -0.5, 0.2). 60 updates" in caption(figure, start=(-0.5, 0.2))
    assert not figure.reached
    assert figure.facts.path[0].tolist() == [-0.5, 0.2]
    assert np.array_equal(two_lines(figure.view["python"]), figure.facts.path)


@pytest.mark.parametrize(
    ("lr", "along", "across"), [(1.9, UPDATES, UPDATES), (0.5, UPDATES, 13), (1.0, UPDATES, 1)]
)
def test_a_name_stands_at_its_lines_end_or_where_the_line_leaves_the_picture(figure, lr, along, across):
    figure.reset()
    figure.set(lr=lr)
    for direction, update in (("along", along), ("across", across)):
        x, y = figure.artists[f"{direction} name"].get_position()
        error = figure.artists[f"error {direction}"].get_ydata()[update]
        assert update < x < update + 3
        assert y == pytest.approx(max(error, 2 * SHOWN[0]), rel=0.5)


def test_a_line_that_is_not_in_the_picture_has_no_name(figure):
    figure.reset()
    figure.set(start=(1.0, 0.0))
    assert figure.artists["across name"].get_text() == ""
    assert figure.artists["along name"].get_text() == "along"


@pytest.mark.parametrize(("lr", "grows"), [(1.99, False), (2.0, None), (2.01, True)])
def test_across_the_ravine_the_limit_is_2(figure, lr, grows):
    _, across = errors(figure, lr=lr, angle=0)
    change = across[-1] - across[0]
    assert change == 0 if grows is None else (change > 0) == grows


def test_what_is_left_is_told_as_the_frame_has_it(figure):
    along, across = errors(figure, lr=1.98)
    told = f"{UPDATES} updates leave an error of {across[-1]:.3g} across and of {along[-1]:.3g} along."
    assert told in caption(figure, lr=1.98)


def test_a_factor_next_to_1_is_not_told_as_1(figure):
    caption(figure, lr=0.01, condition=100)
    assert "along by 1 - lr/condition = 0.9999." in figure.why


def test_an_error_that_is_only_rounding_is_told_as_0(figure):
    assert "leave an error of 0 across" in caption(figure, lr=1.0, angle=30)


@pytest.mark.parametrize(
    ("lr", "condition", "reached"),
    [(1.8, 20, False), (1.86, 20, True), (1.9, 20, True), (1.93, 20, False), (1.7, 10, False)],
)
def test_only_near_the_best_rate_is_the_goal_reached(figure, lr, condition, reached):
    figure.reset()
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
    figure.reset()
    figure.set(lr=1.9, condition=12.5, angle=33)
    assert np.array_equal(two_lines(figure.view["python"]).T, figure.artists["path"].get_data())
    figure.set(angle=0)
    assert f"w0={list(START)}" in figure.view["python"]

"""The best constants, found by other means, and what the figure says of them."""

import numpy as np
import pytest

from course_lib.explorers import RegressionLosses
from course_lib.explorers.regression_losses import LOOKS, OTHERS, WINDOW, best_constants, make, slope
from tests.explorers.driving import two_lines

FIRST = {"outlier": 50.0, "delta": 1.0, "quantile": 0.75, "losses": list(LOOKS)}


@pytest.fixture(scope="module")
def figure():
    return RegressionLosses()


def frame_at(figure, **values):
    return figure.frame(**FIRST | values)


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("mse", 10.33333, 10.33333),
        ("poisson", 10.33333, 10.33333),
        ("mae", 2, 3),
        ("huber", 2.66667, 2.66667),
        ("msle", 4.13624, 4.13624),
        ("mape", 2, 2),
    ],
)
def test_the_best_constants_of_the_facts(figure, name, low, high):
    assert frame_at(figure).facts[name] == pytest.approx((low, high), abs=1e-5)


@pytest.mark.parametrize("outlier", [0.0, 0.5, 2.0, 2.5, 3.0, 17.3, 60.0])
def test_mse_gives_the_mean_poisson_the_same_and_mae_the_middle_two(figure, outlier):
    best, y = frame_at(figure, outlier=outlier).facts, np.sort([*OTHERS, outlier])
    assert best["mse"] == pytest.approx([y.mean()] * 2, abs=1e-6)
    assert best["poisson"] == pytest.approx(best["mse"], abs=1e-5)
    assert best["mae"] == pytest.approx(y[2:4], abs=1e-6)


@pytest.mark.parametrize("quantile", [0.05, 0.25, 0.5, 0.6, 0.9, 0.95])
@pytest.mark.parametrize("outlier", [0.0, 3.5, 50.0])
def test_pinball_gives_the_quantile(figure, outlier, quantile):
    low, high = frame_at(figure, outlier=outlier, quantile=quantile).facts["pinball"]
    y = np.array([*OTHERS, outlier])
    assert np.mean(y <= low + 1e-6) >= quantile - 1e-9  # as the caption has it
    assert np.mean(y >= high - 1e-6) >= 1 - quantile - 1e-9
    whole = 6 * quantile
    assert (high - low > 0.01) == (np.isclose(whole, round(whole)) and np.ptp(np.sort(y)[[2, 3]]) > 0)


def test_hubers_constant_lies_between_the_middle_and_the_mean_as_delta_grows(figure):
    best = [frame_at(figure, delta=delta).facts["huber"] for delta in (0.1, 1.0, 3.0, 10.0)]
    assert best[0] == pytest.approx((2.1, 2.9), abs=1e-6)  # slope 0 where both middle points are delta away
    centers = np.mean(best, axis=1)
    assert (np.diff(centers) > 0).all()
    assert centers[-1] < 10.33


@pytest.mark.parametrize("outlier", [0.0, 1.7, 50.0])
@pytest.mark.parametrize("name", LOOKS)
def test_no_constant_is_better_than_the_best(figure, name, outlier):
    loss, y = make(name, 0.7, 0.3), np.array([*OTHERS, outlier])
    low, high = best_constants(loss, y)
    others = np.linspace(0, 60, 6001)[:, None] + np.zeros(6)
    lowest = loss.per_sample(np.broadcast_to(y, others.shape), others).min()
    for best in (low, (low + high) / 2, high):
        assert loss(y, np.full(6, best)) <= lowest + 1e-9 * max(1, abs(lowest))
    for beyond in (low - 0.02, high + 0.02):
        if beyond > 0:
            assert loss(y, np.full(6, beyond)) > loss(y, np.full(6, low))


@pytest.mark.parametrize("name", LOOKS)
def test_the_slope_is_the_sum_of_the_librarys_gradient_and_changes_sign_at_the_best(name):
    loss, y = make(name, 1.0, 0.75), np.array([*OTHERS, 50.0])
    assert slope(loss, y, 7.3) == pytest.approx(loss.gradient(y, np.full(6, 7.3)).sum())
    low, high = best_constants(loss, y)
    assert slope(loss, y, low - 0.01) < 0 < slope(loss, y, high + 0.01)


def test_the_rows_and_zeros_stand_at_the_best_constants_and_say_so(figure):
    frame = frame_at(figure, quantile=0.9)
    for row, (name, ends) in enumerate(frame.facts.items()):
        x, y = frame.artists[f"{name} best"]
        assert (list(x), y) == ([min(end, WINDOW) for end in ends], [row, row])
        assert frame.artists[f"{name} zero"][0] == pytest.approx([np.mean(ends)])
        shown = frame.artists[f"{name} number"][2].removesuffix(" →")
        assert f"{name} {shown}" in frame.caption
    assert frame.artists["mae number"][2] == "2 to 3"
    assert frame.artists["pinball number"][2] == "50 →"  # beyond the plot


@pytest.mark.parametrize(
    ("outlier", "agree"), [(0.0, False), (2.3, False), (2.5, True), (6.0, True), (6.5, False)]
)
def test_the_goal_is_the_mean_between_the_middle_two(figure, outlier, agree):
    assert frame_at(figure, outlier=outlier).reached == agree


@pytest.mark.parametrize(
    ("outlier", "words"),
    [
        (50.0, "only asks on which side the outlier is"),
        (3.5, "only asks on which side"),
        (3.0, "in the middle now"),
        (2.0, "in the middle now"),
        (1.5, "only asks on which side"),
    ],
)
def test_what_is_said_of_mae(figure, outlier, words):
    frame = frame_at(figure, outlier=outlier)
    assert words in frame.why
    moved = frame_at(figure, outlier=outlier + 0.1).facts["mae"]
    assert (moved == pytest.approx(frame.facts["mae"], abs=1e-6)) == ("only asks" in words or outlier == 3)


def test_only_the_losses_that_are_shown_are_spoken_of(figure):
    for loss, words in {
        "mse": "The mean (best for mse) takes",
        "poisson": "The mean (best for poisson) takes",
        "mae": "The middle (mae) only asks",
        "huber": "no point pulls harder than delta",
        "pinball": "pinball's constant, 25% at or above",
    }.items():
        assert words in frame_at(figure, losses=[loss]).why
        others = [name for name in LOOKS if name != loss]
        assert words not in frame_at(figure, losses=others).why
    assert "best for mse and for poisson" in frame_at(figure).why


@pytest.mark.parametrize(
    ("outlier", "losses", "whom"),
    [
        (12.0, ["mse", "poisson"], "no best constant"),  # the mean is 4, the largest of the others
        (12.1, ["mse"], "only mse's best constant"),
        (12.1, ["mse", "poisson"], "the best constants of mse and poisson"),
        (42.3, ["msle"], "no best constant"),  # of y + 1 the geometric mean is 5 when the outlier is 42.4
        (42.6, ["msle"], "only msle's best constant"),
        # 1/0.38 is more than the others' 1 + 1/2 + 1/2 + 1/3 + 1/4
        (0.38, ["mape", "mae"], "only mape's best constant"),
        (0.39, ["mape", "mae"], "no best constant"),
        (60.0, ["mae", "huber"], "no best constant"),
    ],
)
def test_the_verdict_names_the_losses_that_the_outlier_drags_beyond_the_others(figure, outlier, losses, whom):
    frame = frame_at(figure, outlier=outlier, losses=losses)
    assert frame.caption.startswith(f"Drags {whom} beyond the other five at outlier {outlier:g}, ")


@pytest.mark.parametrize("quantile", [0.8, 0.83, 0.84, 0.95])
def test_pinball_is_dragged_once_more_than_5_in_6_are_to_be_below(figure, quantile):
    frame = frame_at(figure, quantile=quantile, losses=["pinball"])
    assert ("Drags only pinball's best constant" in frame.caption) == (quantile > 5 / 6)


def test_mape_gives_in_to_a_point_near_zero(figure):
    assert "outvotes the others" in frame_at(figure, outlier=0.3).why
    assert frame_at(figure, outlier=0.3).facts["mape"] == pytest.approx((0.3, 0.3), abs=1e-6)
    assert frame_at(figure, outlier=0.0).facts["mape"] == (0, 0)
    assert "outvotes" not in frame_at(figure, outlier=0.5).why  # where the point at 1 outvotes it


def test_no_loss_at_all_is_a_figure_too(figure):
    figure.set(losses=[])
    assert figure.caption == "Every loss is hidden at outlier 50, delta 1, quantile 0.75."
    figure.reset()


def test_the_two_lines_give_the_best_constants(figure):
    values = FIRST | {"outlier": 17.5, "delta": 0.4, "quantile": 0.6}
    assert two_lines(figure.python(**values)) == list(figure.frame(**values).facts.values())

"""Warm-up, plateau, cool-down: the runs against SGD's own, and what is said of them against the theory."""

import numpy as np
import pytest

from course_lib import training
from course_lib.explorers import WarmUp
from course_lib.explorers.noise import noise_floor
from course_lib.explorers.warm_up import AVERAGE, RUNS, UPDATES, Valley, across, drawn, expected
from course_lib.optimizers import SGD
from tests.explorers.driving import caption, frame, two_lines
from tests.numeric import assert_is_the_slope

USUAL = {"lr": 1.0, "warm_up": 20, "until": 360, "shape": "line", "end": 0.0}


@pytest.fixture(scope="module")
def figure():
    return WarmUp()


def runs(figure, **values):
    return frame(figure, **USUAL | values).facts


def test_the_gradient_is_that_of_the_value():
    for w in np.random.default_rng(0).normal(size=(20, 2)):
        assert_is_the_slope(Valley().gradient(w), Valley().value, w)


def test_a_schedule_drawn_by_hand_is_the_least_of_a_line_up_a_level_and_a_line_down():
    t = np.arange(UPDATES + 1)
    trapezoid = 0.7 * np.minimum(np.minimum(t / 30, 1), (UPDATES - t) / 100)
    np.testing.assert_allclose(drawn(0.7, 30, UPDATES - 100, "line", 0.0)(t), trapezoid, atol=1e-15)


@pytest.mark.parametrize("shape", ["line", "cosine"])
def test_it_cools_down_from_the_warm_ups_end_where_the_plateau_is_over_before(shape):
    schedule = drawn(1.0, 100, 7, shape, 0.1)
    half_way = (1 + 0.1) / 2
    np.testing.assert_allclose(schedule([50, 100, 250, UPDATES]), [0.5, 1, half_way, 0.1])


def test_the_runs_are_those_of_sgd():
    schedule = drawn(**USUAL)
    starts = np.repeat(Valley.start[:, None], RUNS, axis=1)
    run = training.run(Valley(), SGD(lr=schedule), w0=starts, steps=30)
    rates = schedule(np.arange(UPDATES))
    np.testing.assert_allclose(across(rates)[:31], run.path[:, 0], rtol=1e-12, atol=1e-15)
    along = Valley.along * run.path[:, 1, 0] ** 2 / 2
    np.testing.assert_allclose(expected(rates)[0][:31], along, rtol=1e-12)


@pytest.mark.parametrize("lr", [0.1, 0.5, 1.0, 1.5])
def test_at_a_constant_rate_the_expected_loss_comes_to_lesson_9s_floor(lr):
    noise = expected(np.full(UPDATES, lr))[1]
    assert noise[-1] == pytest.approx(noise_floor(lr, 0.0, Valley.noise) / 2, rel=1e-9)


def test_the_expected_loss_is_the_sum_of_what_is_left_of_all_kicks():
    rates = np.random.default_rng(1).uniform(0, 1.8, UPDATES)
    left = [np.prod(1 - rates[t + 1 :]) ** 2 for t in range(UPDATES)]
    variance = Valley.noise**2 * (rates**2 * left).sum()
    assert expected(rates)[1][-1] == pytest.approx(variance / 2, rel=1e-9)


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"until": 399},
        {"lr": 0.3},
        {"shape": "cosine", "until": 20},
        {"end": 0.1},
        {"lr": 1.2, "until": 200},
    ],
)
def test_a_thousand_runs_have_the_loss_that_the_theory_gives(figure, values):
    measured = runs(figure, **values)
    assert measured.lost == 0
    np.testing.assert_allclose(measured.loss[60:], measured.theory[60:], rtol=0.2)
    assert measured.loss[-1] == pytest.approx(measured.theory[-1], rel=0.1)


def test_a_rate_below_2_over_the_first_curvature_needs_no_warm_up(figure):
    first = 1 + Valley.start[0] ** 2
    assert runs(figure, lr=1.95 / first, warm_up=1).lost == 0
    assert runs(figure, lr=2.1 / first, warm_up=1).lost == RUNS


def test_at_the_peak_of_1_six_updates_of_warm_up_are_enough_and_five_are_not(figure):
    assert runs(figure, warm_up=6).lost == 0
    assert runs(figure, warm_up=5).lost == RUNS


def test_the_last_tenth_divides_the_loss_by_more_than_the_eight_before_it(figure):
    loss = runs(figure).loss
    assert loss[360] / loss[400] > 2 * loss[40] / loss[360]
    assert loss[360] / loss[400] == pytest.approx(12.7, rel=0.1)  # by the theory


def test_an_average_of_kicks_that_are_forgotten_at_once_has_their_variance_by_39(figure):
    """At a rate of 1 the weight across is nothing but the last kick: (1 - m) / (1 + m) of the variance."""
    share = (1 - AVERAGE.momentum) / (1 + AVERAGE.momentum)
    assert 1 / share == pytest.approx(39)
    average = runs(figure, until=399).average[-1]
    assert average == pytest.approx(share * Valley.noise**2 / 2, rel=0.15)


@pytest.mark.parametrize(
    ("preset", "verdict"),
    [
        ("Constant, at once", "Diverges at "),
        ("Constant and low", "Is still on its way along the valley at "),
        ("Warm-up only", "Hovers at its noise floor at "),
        ("And a cool-down", "Divides the loss by 12.1 in the last tenth at "),
        ("Cosine", "Is still on its way along the valley at "),
        ("Too soon", "Is still on its way along the valley at "),
        ("Too high", "Loses 821 of 1000 runs at "),
    ],
)
def test_the_caption_begins_with_the_verdict(figure, preset, verdict):
    assert caption(figure, **figure.presets[preset]).startswith(verdict)


@pytest.mark.parametrize("shape", ["line", "cosine"])
def test_the_two_lines_of_python_give_the_rates(figure, shape):
    shown = frame(figure, **USUAL | {"shape": shape, "end": 0.2, "warm_up": 33})
    np.testing.assert_array_equal(two_lines(figure.view["python"]), shown.artists["rate"][1])

"""The errors of finite differences, against theory and against a plain loop."""

import numpy as np
import pytest

from course_lib.differences import Y_PRED, Y_TRUE
from course_lib.explorers import GradientCheck
from course_lib.explorers.gradient_check import LOSSES, POINT, STEPS, TRUTH, errors
from tests.explorers.driving import two_lines

FIRST = {"h": 1e-12, "loss": "poisson", "precision": "float64"}


@pytest.fixture(scope="module")
def figure():
    return GradientCheck()


def central(loss, h, precision="float64"):
    return errors(loss, precision, [h])[1, 0]


def test_the_numbers_of_the_facts():
    assert central("poisson", 6e-6) == pytest.approx(3.5e-11, rel=0.5)
    assert central("poisson", 1e-12) == pytest.approx(1.3e-4, rel=0.5)


@pytest.mark.parametrize("loss", ["poisson", "msle", "log_cosh"])
def test_6e_6_is_near_the_best_h_for_central_differences(loss):
    _, curve = errors(loss, "float64", STEPS)
    assert 2e-6 <= STEPS[curve.argmin()] <= 2e-5
    assert central(loss, 6e-6) < 2 * curve.min()
    assert central(loss, 6e-8) > 10 * central(loss, 6e-6)
    assert central(loss, 6e-4) > 10 * central(loss, 6e-6)


@pytest.mark.parametrize("loss", ["poisson", "msle", "log_cosh"])
def test_a_tenth_of_a_large_h_is_a_tenth_of_the_error_forward_and_a_hundredth_centrally(loss):
    (forward, forward_10), (by_center, by_center_10) = errors(loss, "float64", [1e-4, 1e-3])
    assert forward_10 / forward == pytest.approx(10, rel=0.02)
    assert by_center_10 / by_center == pytest.approx(100, rel=0.02)


@pytest.mark.parametrize("loss", LOSSES)
def test_rounding_errs_by_about_eps_over_h(loss):
    for h in (1e-13, 1e-11, 1e-9):
        assert 0.03 < central(loss, h) / (2.2e-16 / h) < 2


@pytest.mark.parametrize("loss", LOSSES)
def test_the_errors_are_those_of_a_plain_loop(loss):
    h, function, seen = 1e-5, LOSSES[loss], []
    for y_true, y_pred in zip(Y_TRUE, Y_PRED, strict=True):
        measured = (function([y_true], [y_pred + h]) - function([y_true], [y_pred - h])) / (2 * h)
        seen.append(abs(measured / function.gradient([y_true], [y_pred]).item() - 1))
    assert central(loss, h) == pytest.approx(np.median(seen), rel=1e-3)


def test_mse_has_no_bend_for_central_differences(figure):
    assert central("mse", 0.1) < 1e-14
    assert errors("mse", "float64", [0.1])[0, 0] > 1e-2
    frame = figure.frame(**FIRST | {"loss": "mse", "h": 0.1})
    assert frame.caption.startswith("Only rounding is left at h 0.1, ")
    assert "no error but rounding" in frame.why


def test_in_float32_the_best_h_for_float64_is_noise(figure):
    assert central("poisson", 6e-6, "float32") > 1e-3
    assert 1e-3 < STEPS[errors("poisson", "float32", STEPS)[1].argmin()] < 2e-2
    lost = figure.frame(**FIRST | {"precision": "float32"})
    assert lost.facts["central"] == 1
    assert lost.caption.startswith("All is lost in rounding at h 1e-12, ")


@pytest.mark.parametrize(
    ("h", "verdict", "words"),
    [
        (1e-15, "Rounding rules", "Take a larger h"),
        (1e-8, "Rounding rules", "Take a larger h"),
        (6e-6, "Rounding and the bend are in balance", "near the best h"),
        (1e-4, "The curve's bend rules", "Take a smaller h"),
        (0.1, "The curve's bend rules", "Take a smaller h"),
    ],
)
@pytest.mark.parametrize("loss", ["poisson", "msle", "log_cosh"])
def test_the_captions_verdict_and_advice_are_good(figure, loss, h, verdict, words):
    caption = figure.frame(**FIRST | {"h": h, "loss": loss}).caption
    assert caption.startswith(f"{verdict} at h ")
    assert words in caption
    if "larger" in words:
        assert central(loss, 5 * h) < central(loss, h)
    if "smaller" in words:
        assert central(loss, h / 5) < central(loss, h)


def test_the_caption_gives_the_errors_of_the_dots(figure):
    frame = figure.frame(**FIRST | {"h": 1e-3})
    assert frame.artists["forward here"] == ([1e-3], [frame.facts["forward"]])
    assert frame.artists["central here"] == ([1e-3], [frame.facts["central"]])
    assert f"{frame.facts['forward']:.2g} by forward" in frame.caption


@pytest.mark.parametrize(("h", "rounding", "ratio"), [(1e-8, "2.22e-8", 1), (1e-4, "2.22e-12", 1e-4)])
def test_the_reason_gives_what_rounding_does(figure, h, rounding, ratio):
    why = figure.frame(**FIRST | {"h": h}).why
    assert f"makes that eps/h = {rounding}." in why
    assert (central("poisson", h) > np.finfo(float).eps / h) == (ratio < 1)  # only there the bend adds to it


def test_a_name_stands_beside_the_end_of_its_line(figure):
    artists = figure.frame(**FIRST | {"h": 0.1}).artists
    for name in ("forward", "central"):
        x, y, words = artists[f"{name} name"]
        assert words == name
        assert x > STEPS[-1]
        assert y == pytest.approx(artists[name][1][-1], rel=10)
    assert artists["loss near"][2] == "loss"
    assert artists["forward near"][1] == pytest.approx(artists["forward line"][1][-1], abs=0.5)


def test_the_goal_is_met_on_one_side_of_1e_10_only(figure):
    for h in (3e-5, 6e-6, 1e-6, 1e-7):
        assert figure.frame(**FIRST | {"h": h}).reached == (central("poisson", h) < 1e-10)
    assert figure.frame(**FIRST | {"h": 6e-6}).reached
    assert not figure.frame(**FIRST | {"h": 3e-5}).reached


@pytest.mark.parametrize("h", [1e-15, 3e-8, 6e-6, 0.1])
@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("loss", LOSSES)
def test_the_two_lines_measure_the_slope_of_the_line_in_the_right_plot(figure, loss, precision, h):
    values = {"h": h, "loss": loss, "precision": precision}
    error = two_lines(figure.python(**values)).item()
    x, y = figure.frame(**values).artists["central line"]
    assert np.diff(y) / np.diff(x) == pytest.approx([1 + error], rel=1e-6, abs=1e-6)


def test_the_close_up_bends_as_the_loss_does(figure):
    x, y = figure.frame(**FIRST | {"h": 0.1}).artists["loss"]
    loss = LOSSES["poisson"]
    scale = 0.1 * loss.gradient([TRUTH], [POINT]).item()
    for at in (0, 137, 400):
        change = loss([TRUTH], [POINT + 0.1 * x[at]]) - loss([TRUTH], [POINT])
        assert y[at] == pytest.approx(change / scale)

"""Three updates with one name: their steps, their paths, and what the caption says of them."""

import numpy as np
import pytest

from course_lib import optimizers, surfaces, theory, training
from course_lib.explorers.momentum import CONVENTIONS, HALF, UPDATES, Momentum, keras, walk
from course_lib.schedules import PiecewiseConstant
from tests.explorers.driving import two_lines

FIRST = {"lr": 0.1, "momentum": 0.9, "convention": "Keras", "cut": 1.0, "start": None}


@pytest.fixture(scope="module")
def figure():
    return Momentum()


def facts(figure, **values):
    return figure.frame(**FIRST | values).facts


def caption(figure, **values):
    return figure.set(**FIRST | values).replace("\n", " ")


def of_library(lr, momentum, cut):
    schedule = PiecewiseConstant([HALF - 1], [lr, lr / cut])
    return optimizers.SGD(lr=schedule, momentum=momentum)


@pytest.mark.parametrize("cut", [1.0, 3.0, 10.0])
@pytest.mark.parametrize("momentum", [0.0, 0.9, 0.99])
@pytest.mark.parametrize("lr", [0.013, 1.0, 4.0])
def test_the_path_of_keras_is_the_librarys_to_the_last_bit(figure, lr, momentum, cut):
    run = training.run("ravine", of_library(lr, momentum, cut), steps=UPDATES)
    paths = facts(figure, lr=lr, momentum=momentum, cut=cut)["paths"]
    assert np.array_equal(paths["Keras"].T, run.path)


@pytest.mark.parametrize("cut", [1.0, 10.0])
def test_the_plain_lines_of_keras_are_the_librarys_to_the_last_bit(cut):
    rates = [0.1] * HALF + [0.1 / cut] * (UPDATES - HALF)
    run = training.run(surfaces.Parabola(0.3), of_library(0.1, 0.9, cut), steps=UPDATES)
    mine = walk("Keras", -1.0, lambda w: 0.3 * w, rates, 0.9)
    assert np.array_equal(mine, run.path[:, 0])
    assert keras(v=-1.0, g=2.0, lr=0.1, momentum=0.5) == (-0.7, -0.7)


def test_keras_and_pytorch_walk_one_path_until_lr_is_cut(figure):
    paths = facts(figure)["paths"]
    np.testing.assert_allclose(paths["PyTorch"], paths["Keras"], atol=1e-12)
    paths = facts(figure, cut=10.0)["paths"]
    before, after = paths["PyTorch"][:, : HALF + 1], paths["PyTorch"][:, HALF + 1 :]
    np.testing.assert_allclose(before, paths["Keras"][:, : HALF + 1], atol=1e-12)
    assert np.abs(after - paths["Keras"][:, HALF + 1 :]).max() > 1e-3


@pytest.mark.parametrize("momentum", [0.5, 0.9, 0.99])
def test_the_third_form_at_lr_is_keras_at_lr_times_1_minus_momentum(figure, momentum):
    third = facts(figure, momentum=momentum)["paths"]["deeplearning.ai"]
    slower = facts(figure, momentum=momentum, lr=0.1 * (1 - momentum))["paths"]["Keras"]
    np.testing.assert_allclose(third, slower, atol=1e-12)


def test_the_numbers_of_the_lesson_after_lr_is_cut_by_ten(figure):
    steps = facts(figure, cut=10.0)["steps"]
    ratios = [
        steps[name][HALF] / steady
        for name, steady in [("Keras", 0.1), ("PyTorch", 0.1), ("deeplearning.ai", 0.01)]
    ]
    assert ratios == pytest.approx([9.10, 1.00, 1.00], abs=5e-3)
    words = caption(figure, cut=10.0)
    assert "cut is 9.1 times the new terminal step in Keras, 1 times in the others." in words
    alone = Momentum(only=["cut"], cut=10.0, convention="PyTorch")
    assert alone.caption.endswith("The first step after the cut is 1 times the new terminal step.")


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("convention", CONVENTIONS)
def test_on_a_constant_slope_the_steps_grow_to_the_terminal_step(figure, convention, momentum):
    terminal = 0.1 if convention == "deeplearning.ai" else 0.1 / (1 - momentum)
    steps = facts(figure, momentum=momentum)["steps"][convention]
    n = np.arange(1, UPDATES + 1)
    np.testing.assert_allclose(steps, terminal * (1 - momentum**n), rtol=1e-9)
    words = caption(figure, momentum=momentum, convention=convention)
    assert ("every step is as long as lr" if not momentum else f"grow to {terminal / 0.1:.3g} lr,") in words
    assert f"= {terminal:.3g}" in figure.why
    assert figure.artists["terminal step"].get_ydata() == pytest.approx(terminal / 0.1)
    assert figure.artists["terminal"].get_text() == f"{terminal / 0.1:.3g} lr"


@pytest.mark.parametrize("lr", [0.01, 0.1, 4.0])
@pytest.mark.parametrize(("momentum", "times"), [(0.0, 1), (0.9, 10), (0.99, 100)])
def test_the_tenfold_step_is_seen_ten_times_as_high(figure, lr, momentum, times):
    """The steps are drawn in lr, on axes that hold a hundred of it."""
    figure.set(**FIRST | {"lr": lr, "momentum": momentum})
    _, length = figure.artists["steps of Keras"].get_data()
    assert length[0] == pytest.approx(1)
    assert length[-1] == pytest.approx(times * (1 - momentum**UPDATES))
    low, high = figure.artists["steps of Keras"].axes.get_ylim()
    assert low < length.min()
    assert length.max() < high
    assert times < high


@pytest.mark.parametrize(("momentum", "updates"), [(0.5, 1.4), (0.9, 9.5), (0.95, 19.5), (0.99, 99.5)])
def test_63_percent_is_marked_where_the_steps_have_it(figure, momentum, updates):
    assert f"63% of it after {updates} updates" in caption(figure, momentum=momentum)
    (x, _), (_, height) = figure.artists["lifetime"].get_data()
    after, steps = figure.artists["steps of Keras"].get_data()
    assert x == pytest.approx(updates, abs=0.05)
    assert height == pytest.approx((1 - np.exp(-1)) / (1 - momentum))
    assert steps[after < x].max() < height < steps[after > x].min()


def test_a_mark_that_the_picture_does_not_reach_is_left_out(figure):
    for values in [{"momentum": 0.0}, {"momentum": 0.99, "cut": 2.0}]:
        figure.set(**FIRST | values)
        assert len(figure.artists["lifetime"].get_xdata()) == 0
        assert figure.artists["63%"].get_text() == ""


def test_without_momentum_the_three_conventions_are_one(figure):
    for cut in (1.0, 10.0):
        known = facts(figure, momentum=0.0, cut=cut)
        for name in ("PyTorch", "deeplearning.ai"):
            np.testing.assert_allclose(known["paths"][name], known["paths"]["Keras"], atol=1e-15)
    figure.set(**FIRST | {"momentum": 0.0})
    assert "The three conventions are one." in figure.why


@pytest.mark.parametrize(
    ("convention", "momentum"),
    [("Keras", 0.0), ("Keras", 0.9), ("PyTorch", 0.5), ("deeplearning.ai", 0.0), ("deeplearning.ai", 0.3)],
)
def test_the_caption_agrees_with_the_limit_on_both_sides(figure, convention, momentum):
    part = 1 - momentum if convention == "deeplearning.ai" else 1
    limit = theory.stability_limit(momentum) / part
    for share, diverges in [(0.98, False), (1.02, True)]:
        setting = {"lr": share * limit, "momentum": momentum, "convention": convention}
        assert caption(figure, **setting).startswith("Diverges at ") == diverges
        assert ("is over the limit" if diverges else "is below the limit") in figure.why
        losses = figure.facts["losses"]
        assert (losses[-1] > losses[0]) == diverges


@pytest.mark.parametrize("momentum", [0.0, 0.2, 0.5])
def test_the_caption_tells_swinging_from_sliding_on_both_sides(figure, momentum):
    """The roots become complex, or negative, where lr * curvature passes (1 - sqrt(momentum))²."""
    boundary = (1 - momentum**0.5) ** 2
    for share, slides in [(0.97, True), (1.03, False)]:
        words = caption(figure, lr=share * boundary, momentum=momentum)
        assert words.startswith("Slides down without overshooting") == slides
        if not slides:
            assert words.startswith("Swings around" if momentum else "Zigzags")
        across = figure.facts["paths"]["Keras"][1]
        assert (across > 0).all() == slides


def test_exactly_at_the_limit_it_never_settles(figure):
    assert caption(figure, lr=3.8).startswith("Never settles at ")
    assert "lr is exactly the limit 2(1 + momentum)/curvature = 3.8." in figure.why
    across = figure.facts["paths"]["Keras"][1]
    np.testing.assert_allclose(across[-10:-1], -across[-9:], rtol=1e-6)
    assert abs(across[-1]) > 1


def test_a_cut_that_saves_the_run_is_told(figure):
    assert caption(figure, lr=3.2, momentum=0.5, cut=10.0).startswith("Climbs until lr is cut at ")
    losses = figure.facts["losses"]
    assert "lr is over the limit 2(1 + momentum)/curvature = 3 until it is cut." in figure.why
    assert losses[HALF] > 1e6 * losses[0]
    assert losses[-1] < 1e-6 * losses[HALF]


@pytest.mark.parametrize(
    ("values", "reached"),
    [
        ({"momentum": 0.94}, False),
        ({"momentum": 0.95}, True),
        ({"momentum": 0.95, "convention": "PyTorch"}, True),
        ({"momentum": 0.95, "convention": "deeplearning.ai", "lr": 2.0}, False),
        ({"momentum": 0.99}, False),
        ({"momentum": 0.95, "start": (0.1, 0.1)}, False),
    ],
)
def test_the_goal_asks_for_a_long_memory_but_not_too_long(figure, values, reached):
    figure.set(**FIRST | values)
    assert figure.reached == reached


@pytest.mark.parametrize("start", [None, (1.5, -0.25)])
@pytest.mark.parametrize("cut", [1.0, 7.5])
def test_the_two_lines_give_the_path(figure, cut, start):
    figure.set(**FIRST | {"cut": cut, "start": start})
    assert np.array_equal(two_lines(figure.view["python"]).T, figure.artists["path of Keras"].get_data())


def test_only_the_named_controls_are_spoken_of():
    figure = Momentum(only=["lr", "momentum"])
    assert " at lr 0.1, momentum 0.9 (ravine)." in figure.caption
    assert "PyTorch" not in figure.caption + figure.why
    assert figure.form["presets"]


@pytest.mark.parametrize(
    ("only", "drawn"), [(["lr", "momentum"], ["PyTorch"]), (["lr", "convention"], [*CONVENTIONS])]
)
def test_the_other_conventions_are_drawn_where_one_can_be_chosen(only, drawn):
    figure = Momentum(only=only, convention="PyTorch")
    for kind in ("steps", "path", "name"):
        names = [
            name.removeprefix(f"{kind} of ") for name in figure.artists if name.startswith(f"{kind} of ")
        ]
        assert sorted(names) == sorted(drawn)
    assert figure.artists["name of PyTorch"].get_text() == ("PyTorch" if len(drawn) > 1 else "")


def test_the_names_at_the_ends_stand_in_the_order_of_the_lines(figure):
    figure.set(**FIRST | {"cut": 10.0})
    ends = {name: figure.artists[f"steps of {name}"].get_ydata()[-1] for name in CONVENTIONS}
    names = {name: figure.artists[f"name of {name}"].get_position()[1] for name in CONVENTIONS}
    assert sorted(ends, key=ends.__getitem__) == sorted(names, key=names.__getitem__)


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_a_chosen_start_is_where_the_path_begins_and_can_be_dragged(convention):
    figure = Momentum(convention=convention, start=(1.5, -1.0))
    (grip,) = figure.scene["picks"]
    assert (grip["line"], grip["x"]["control"], grip["y"]["control"]) == (
        f"path of {convention}",
        "start",
        "start",
    )
    for path in figure.facts["paths"].values():
        assert path[:, 0].tolist() == [1.5, -1.0]


def test_along_the_ravine_alone_the_limit_is_that_of_the_small_curvature(figure):
    """On the axis of curvature 1/20 the error across is 0, and stays 0, whatever lr is."""
    words = caption(figure, lr=4.0, start=(1.0, 0.0))
    assert words.startswith("Swings around the minimum and settles at lr 4, ")
    assert "below the limit 2(1 + momentum)/curvature = 76." in figure.why
    assert not figure.facts["paths"]["Keras"][1].any()
    assert figure.facts["losses"][-1] < 1e-3 * figure.facts["losses"][0]


def test_at_the_minimum_it_rests(figure):
    assert caption(figure, start=(0.0, 0.0)).startswith("Rests at the minimum at ")
    assert not figure.facts["losses"].any()

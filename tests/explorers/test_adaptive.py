"""Adagrad, RMSprop and Adadelta in a ravine: the numbers behind the picture, and the caption's."""

import numpy as np
import pytest

from course_lib import training
from course_lib.explorers.adaptive import PLAIN as PRESET
from course_lib.explorers.adaptive import SETTLED, START, AdaptiveRates
from course_lib.optimizers import SGD, Adadelta, Adagrad, RMSprop
from course_lib.surfaces import Ravine
from tests.explorers.driving import two_lines

NAMES = AdaptiveRates.controls["optimizer"].options
PLAIN = PRESET | {"start": None}
UPDATES = PLAIN["updates"]
RMSPROP = {"optimizer": "rmsprop", "lr": 0.03}


@pytest.fixture(scope="module")
def figure():
    return AdaptiveRates()


def facts(figure, **values):
    return figure.frame(**PLAIN | values).facts


@pytest.mark.parametrize("angle", [0.0, 30.0, 45.0])
@pytest.mark.parametrize(
    ("name", "optimizer"),
    [
        ("adagrad", Adagrad(lr=0.5)),
        ("rmsprop", RMSprop(lr=0.5, rho=0.95)),
        ("adadelta", Adadelta(lr=0.5, rho=0.95)),
    ],
)
def test_the_path_is_the_librarys_run_and_the_python_repeats_it(figure, name, optimizer, angle):
    values = PLAIN | {"optimizer": name, "rho": 0.95, "angle": angle}
    shown = figure.frame(**values)
    turn = np.exp(1j * np.radians(angle)) * complex(*START)
    run = training.run(Ravine(20.0, angle), optimizer, w0=np.round([turn.real, turn.imag], 6))
    np.testing.assert_array_equal(shown.artists["path"], np.transpose(run.path))
    np.testing.assert_array_equal(shown.artists["loss"][1], run.losses)
    np.testing.assert_array_equal(two_lines(figure.python(**values)), run.losses)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("angle", [0.0, 20.0, 45.0])
def test_a_rate_times_the_slope_is_the_step(figure, name, angle):
    seen = facts(figure, optimizer=name, angle=angle)
    slopes = Ravine(20.0, angle).gradient(seen["path"][:, :-1])
    np.testing.assert_allclose(seen["rates"] * slopes, -np.diff(seen["path"]), rtol=1e-6, atol=1e-14)


def test_adagrads_accumulator_is_the_sum_of_squares_and_never_falls(figure):
    seen = facts(figure, angle=45.0)
    squares = Ravine(20.0, 45.0).gradient(seen["path"][:, :-1]) ** 2
    accumulators = np.transpose([state.square for state in seen["states"][1:]])
    np.testing.assert_allclose(accumulators, squares.cumsum(axis=1), rtol=1e-12)
    assert (np.diff(seen["rates"]) <= 0).all()


@pytest.mark.parametrize(
    ("name", "title"),
    [("adagrad", "a: sum of g²"), ("rmsprop", "a: mean of g²"), ("adadelta", "a: mean of g²")],
)
def test_the_accumulators_of_both_weights_are_drawn_from_the_first_update_on(figure, name, title):
    values = PLAIN | {"optimizer": name, "angle": 20.0}
    figure.set(**values)
    ravine, kept = Ravine(20.0, 20.0), 1 if name == "adagrad" else values["rho"]
    a, drawn = np.zeros(2), []
    for w in figure.facts["path"].T[:-1]:
        a = kept * a + (1 if name == "adagrad" else 1 - kept) * ravine.gradient(w) ** 2
        drawn.append(a)
    for line, expected in zip(("first square", "second square"), np.transpose(drawn), strict=True):
        x, y = figure.artists[line].get_data()
        np.testing.assert_array_equal(x, np.arange(1, UPDATES + 1))
        np.testing.assert_allclose(y, expected, rtol=1e-12)
        assert figure.artists[line].axes.get_title(loc="left") == title
        assert figure.artists[line].axes.get_yscale() == "log"


def test_adadeltas_mean_of_its_squared_steps_is_drawn_and_the_others_have_none(figure):
    figure.set(**PLAIN | {"optimizer": "adadelta", "lr": 1.0, "rho": 0.95})
    d, steps = np.zeros(2), np.diff(figure.facts["path"]).T
    for row, step in enumerate(steps):
        d = 0.95 * d + 0.05 * step**2
        shown = [figure.artists[f"{which} step square"].get_ydata()[row] for which in ("first", "second")]
        np.testing.assert_allclose(shown, d, rtol=1e-6)
    names = ["first square's name", "second square's name", "first step square's name"]
    assert [figure.artists[name].get_text() for name in names] == ["weight 1", "weight 2", "d 1"]
    for name in ("adagrad", "rmsprop"):
        figure.set(optimizer=name)
        assert len(figure.artists["first step square"].get_xdata()) == 0
        assert [figure.artists[name].get_text() for name in names] == ["weight 1", "weight 2", ""]


def test_a_name_stands_where_its_line_is_last_seen(figure):
    figure.set(**PLAIN)
    losses, (x, y) = figure.facts["losses"], figure.artists["loss's name"].get_position()
    assert losses[-1] < 1e-12 < y < 1e-10
    assert x == pytest.approx(np.flatnonzero(losses >= 1e-12)[-1], abs=5)
    assert figure.artists["loss's name"].get_text() == "adagrad"
    assert figure.artists["reference's name"].get_text() == ""
    figure.set(angle=45)
    assert figure.artists["reference's name"].get_text() == "angle 0"


@pytest.mark.parametrize("preset", AdaptiveRates.presets)
def test_the_accumulators_are_inside_their_plot(figure, preset):
    figure.set(**AdaptiveRates.presets[preset])
    for line in ("first square", "second square", "first step square", "second step square"):
        low, high = figure.artists[line].axes.get_ylim()
        y = figure.artists[line].get_ydata()
        assert np.all((low < y) & (y < high))


def test_rmsprop_forgets_so_its_rates_rise_again(figure):
    rates = facts(figure, **RMSPROP)["rates"]
    assert (rates[:, -1] > 10 * rates.min(axis=1)).all()


@pytest.mark.parametrize(
    ("values", "step", "words"),
    [
        ({"lr": 0.3}, 0.3, "is lr = 0.3 in each weight."),
        ({"optimizer": "rmsprop", "lr": 0.1}, 0.3162, "lr / sqrt(1 - rho) = 0.316 in each"),
        (
            {"optimizer": "adadelta", "lr": 1.0, "rho": 0.95},
            4.47e-4,
            "lr * sqrt(epsilon / (1 - rho)) = 0.000447 in each",
        ),
    ],
)
@pytest.mark.parametrize("angle", [0.0, 45.0])
def test_the_first_step_is_that_of_the_facts_in_both_weights(figure, values, step, words, angle):
    shown = figure.frame(**PLAIN | values | {"angle": angle})
    steps = np.abs(np.diff(shown.facts["path"][:, :2]))
    assert steps.ravel() == pytest.approx([step, step], rel=1e-3)
    assert words in shown.why


@pytest.mark.parametrize("angle", [0, 45, 80])
@pytest.mark.parametrize("condition", [1, 20, 100])
def test_plain_descent_at_its_best_rate_goes_as_drawn_at_any_angle(figure, condition, angle):
    shown = figure.frame(**PLAIN | {"condition": condition, "angle": angle})
    rate = shown.facts["best_rate"]
    assert f"at its best rate, {rate:.3g}, ends" in shown.caption
    start = shown.facts["path"][:, 0]
    run = training.run(Ravine(condition, angle), SGD(lr=rate), w0=start, steps=UPDATES)
    np.testing.assert_allclose(shown.facts["plain"], run.losses, rtol=1e-3, atol=1e-30)
    others = training.run(Ravine(condition, angle), SGD(lr=np.linspace(0.01, 2.2, 500)), start, UPDATES)
    assert (others.losses[-1] >= 0.9 * run.losses[-1]).all()


def test_along_the_axes_adagrad_does_not_notice_the_condition(figure):
    path = facts(figure, condition=5.0)["path"]
    np.testing.assert_allclose(facts(figure, condition=100.0)["path"], path, atol=1e-6)


def test_turning_hurts_adagrad_and_leaves_plain_descent_alone(figure):
    along, turned = (facts(figure, angle=angle) for angle in (0.0, 45.0))
    assert along["losses"][-1] < along["plain"][-1] < 1e-4 * turned["losses"][-1]
    np.testing.assert_array_equal(along["plain"], turned["plain"])
    np.testing.assert_array_equal(turned["reference"], along["losses"])
    ratios = [seen["rates"][:, -1].max() / seen["rates"][:, -1].min() for seen in (along, turned)]
    assert ratios[0] > 5
    assert ratios[1] < 2


def test_a_quarter_turn_only_swaps_the_weights(figure):
    along, turned = (facts(figure, angle=angle) for angle in (0.0, 90.0))
    np.testing.assert_allclose(turned["losses"], along["losses"], rtol=1e-9)
    np.testing.assert_allclose(turned["rates"], along["rates"][::-1], rtol=1e-9)


@pytest.mark.parametrize(("angle", "alike"), [(0.0, False), (2.0, False), (45.0, True), (90.0, False)])
def test_it_says_when_the_rates_are_alike(figure, angle, alike):
    why = figure.frame(**PLAIN | {"angle": angle}).why
    assert ("about the same rate" in why) == alike
    assert ("its own rate" in why) == (angle in (0, 90))


def test_a_round_bowl_has_one_curvature_and_one_best_rate(figure):
    frame = figure.frame(**PLAIN | {"condition": 1.0})
    assert frame.caption.endswith("Plain descent at its best rate, 1, ends at 0.")
    assert frame.why.endswith("Both curvatures are the same; the rates go by the sizes of the slopes.")


@pytest.mark.parametrize("angle", [0.0, 45.0])
@pytest.mark.parametrize("lr", [0.01, 0.03, 0.3, 10.0])
def test_rmsprop_never_rests_and_with_updates_enough_it_is_seen(figure, lr, angle):
    frame = figure.frame(**PLAIN | RMSPROP | {"lr": lr, "angle": angle, "updates": 1000})
    assert frame.caption.startswith("RMSprop bounces around the minimum at ")
    rises = np.flatnonzero(np.diff(frame.facts["losses"]) > 0) + 1
    assert f"so it never rests; the loss first rises at update {rises[0]}." in frame.why
    if not angle:  # then each weight ends half an lr from the minimum, on one side and on the other
        rest = (lr / 2) ** 2 * (1 + 1 / 20) / 2
        assert frame.facts["losses"][-1] == pytest.approx(rest, rel=1e-3)


@pytest.mark.parametrize(("updates", "bounces"), [(100, False), (150, True)])
def test_rmsprop_at_the_minimum_is_not_said_to_rest(figure, updates, bounces):
    """After 100 updates its loss is 2e-23, where it cannot stay."""
    frame = figure.frame(**PLAIN | RMSPROP | {"updates": updates})
    assert (frame.facts["losses"][-1] < 1e-20) == (not bounces)
    verdict = "bounces around the minimum" if bounces else "is at the minimum and has not bounced yet"
    assert frame.caption.startswith(f"RMSprop {verdict} at lr 0.03, ")
    assert ("has not risen yet" in frame.why) == (not bounces)


@pytest.mark.parametrize("lr", [1.0, 1.9, 2.1, 4.0])
def test_adadelta_rests_where_its_last_rate_is_below_the_limit(figure, lr):
    """When all slopes have vanished next to epsilon its rate is lr; the limit is 2/curvature = 2."""
    close = {"start": (1e-7, 1e-7), "updates": 1000}
    frame = figure.frame(**PLAIN | close | {"optimizer": "adadelta", "lr": lr})
    settles = lr < 2
    assert (frame.facts["losses"][-1] < SETTLED * frame.facts["losses"][0]) == settles
    assert frame.caption.startswith(f"Adadelta {'settles' if settles else 'bounces around the minimum'} at ")


@pytest.mark.parametrize(("updates", "manner"), [(57, "is still coming down"), (58, "settles")])
def test_adagrad_settles_once_a_millionth_of_the_loss_is_left(figure, updates, manner):
    frame = figure.frame(**PLAIN | {"lr": 0.3, "updates": updates})
    assert (frame.facts["losses"][-1] <= SETTLED * frame.facts["losses"][0]) == (manner == "settles")
    assert frame.caption.startswith(f"Adagrad {manner} at lr 0.3, ")


@pytest.mark.parametrize("optimizer", NAMES)
@pytest.mark.parametrize("angle", [0.0, 30.0])
def test_from_another_start_all_three_runs_begin_there(figure, optimizer, angle):
    values = PLAIN | {"optimizer": optimizer, "angle": angle, "start": (0.4, -1.2), "updates": 30}
    seen = figure.frame(**values).facts
    assert seen["path"][:, 0].tolist() == [0.4, -1.2]
    for name in ("losses", "reference", "plain"):
        assert seen[name][0] == pytest.approx(Ravine(20.0, angle).value([0.4, -1.2]))
    np.testing.assert_array_equal(two_lines(figure.python(**values)), seen["losses"])


def test_on_the_minimum_nothing_moves(figure):
    frame = figure.frame(**PLAIN | {"start": (0.0, 0.0)})
    assert frame.caption.startswith("Adagrad starts on the minimum and stays at lr 0.5, ")
    assert not np.any(frame.facts["losses"])


def test_a_weight_without_a_slope_takes_no_step_and_is_not_said_to(figure):
    frame = figure.frame(**PLAIN | {"start": (0.0, 1.0)})
    assert frame.facts["path"][0].tolist() == [0.0] * (UPDATES + 1)
    assert "The first step is lr = 0.5 in the steeper weight." in frame.why


def test_rho_is_said_and_passed_on_only_where_there_is_one(figure):
    assert "rho" not in figure.set(**PLAIN)
    assert "rho" not in figure.view["python"]
    assert "rho 0.9, " in figure.set(optimizer="rmsprop")


@pytest.mark.parametrize("condition", [5.0, 20.0, 100.0])
def test_turned_by_45_degrees_no_rate_makes_adagrad_better_than_plain_descent(figure, condition):
    seen = facts(figure, angle=45.0, condition=condition)
    adagrad = Adagrad(lr=np.geomspace(1e-3, 10, 200))
    runs = training.run(Ravine(condition, 45.0), adagrad, seen["path"][:, 0], UPDATES)
    assert runs.losses[-1].min() > seen["plain"][-1]


@pytest.mark.parametrize(
    ("change", "reached"),
    [
        ({}, True),
        ({"lr": 0.5}, False),
        ({"angle": 30}, False),
        ({"condition": 10}, False),
        ({"condition": 50}, False),
        ({"lr": 0.5, "updates": 1000}, False),
        ({"start": (-1.0, -1.0)}, False),
    ],
)
def test_the_goal_needs_a_turned_ravine_and_the_right_rate(figure, change, reached):
    frame = figure.frame(**PLAIN | {"lr": 1.0, "angle": 45, "condition": 20} | change)
    assert frame.reached == reached

"""Decay: what the schedules do to the rate, to the distance and to a weight on a parabola."""

import numpy as np
import pytest

from course_lib import schedules, training
from course_lib.explorers import Decay
from course_lib.explorers.decay import every_schedule, half_life
from course_lib.optimizers import SGD
from tests.explorers.driving import caption, frame, two_lines

SCHEDULES = Decay.controls["schedule"].options


@pytest.fixture(scope="module")
def made():
    return Decay()


@pytest.fixture
def figure(made):
    made.reset()
    return made


def test_every_schedule_of_the_library_is_there_but_those_that_are_made_of_others():
    """A cosine that stays and one with a warm-up are halves of what is shown; a chain is any two of them."""
    made_of_others = {schedules.Cosine, schedules.WarmUpStableDecay, schedules.Chain}
    shown = {type(each) for each in every_schedule(0.1, 0.01).values()}
    assert shown | made_of_others == set(schedules.names().values())
    assert not shown & made_of_others
    assert set(SCHEDULES) <= set(schedules.names())


@pytest.mark.parametrize("decay", [1e-7, 1e-6, 1e-4, 0.003, 0.05])
@pytest.mark.parametrize("name", SCHEDULES)
def test_the_rate_is_halved_when_the_mark_says_so(figure, name, decay):
    schedule = every_schedule(0.2, decay)[name]
    ((mark,), (height,)) = frame(figure, schedule=name, lr=0.2, decay=decay, updates=1000).artists["halved"]
    update = round(1000 * mark)
    assert schedule(update) <= 0.2 * height * (1 + 1e-12)
    assert schedule(update - 1) > 0.2 * height
    assert update == half_life(decay) + (half_life(decay) // 10 if name == "warm_up" else 0)
    assert f"It is halved after {update:,} update" in figure.why


@pytest.mark.parametrize(
    ("decay", "updates", "left", "half"),
    [(1e-6, 10_000, 0.99, 1_000_000), (1e-4, 12_504, 0.444, 10_000), (1e-4, 10_000, 0.5, 10_000)],
)
def test_what_decay_leaves_of_lr(figure, decay, updates, left, half):
    said = caption(figure, decay=decay, updates=updates)
    assert said.startswith(f"Leaves {left} of lr after {updates:,} updates at schedule inverse_time, ")
    assert f"It is halved after {half:,} updates." in figure.why
    done, shares = frame(figure).artists["rate"]
    np.testing.assert_allclose(shares, [SGD(1.0, decay=decay).rate(float(t)) for t in done * updates])


@pytest.mark.parametrize(("decay", "updates"), [(1e-6, 10_000), (1e-3, 20_000), (0.01, 1_000)])
def test_the_distance_is_nearly_a_logarithm(figure, decay, updates):
    done, shares = frame(figure, lr=0.1, decay=decay, updates=updates).artists["distance"]
    np.testing.assert_allclose(
        shares[1:] * 0.1 * updates, 0.1 / decay * np.log1p(decay * updates * done[1:]), rtol=0.01
    )


def test_a_rate_that_falls_by_ratios_stops_on_the_way(figure):
    artists = frame(figure, **Decay.presets["Stops on the way"]).artists
    limit = 0.05 / (1 - 0.5**0.1)  # the sum of all its rates
    assert artists["distance"][1][-1] * 0.05 * 100 == pytest.approx(limit, rel=2e-3)
    assert artists["weight"][1][-1] == pytest.approx(np.exp(-limit), abs=0.03)
    assert "move a weight by 0.746, a constant lr by 5." in figure.caption


def test_lr_3_with_decay_0_05_climbs_until_update_10_and_then_converges(figure):
    updates, weight = frame(figure, lr=3.0, decay=0.05, updates=100).artists["weight"]
    assert updates[weight.argmax()] == 10
    assert weight[10] == pytest.approx(42.3, abs=0.05)
    assert (np.diff(weight[11:41]) < 0).all()
    assert weight[-1] == 0  # the rate of update 40 is exactly 1
    assert "|w| climbs from 1 to 42.3 at update 10; at 100 it is 0." in figure.caption


@pytest.mark.parametrize(("decay", "reached"), [(0.01, False), (0.05, False), (0.1, True), (1.0, True)])
def test_the_goal_wants_a_decay_that_comes_in_time(figure, decay, reached):
    weight = frame(figure, lr=3.0, decay=decay, updates=100).artists["weight"][1]
    assert figure.reached == reached == (weight.max() < 10 and weight[-1] < 1e-6)


@pytest.mark.parametrize(("lr", "words"), [(2.0, "|w| goes from 1 to"), (2.01, "|w| climbs from 1 to")])
def test_the_parabola_on_both_sides_of_the_limit(figure, lr, words):
    assert words in caption(figure, lr=lr, decay=0.01)


def test_decay_that_comes_too_late_leaves_it_climbing(figure):
    assert "|w| still climbs, from 1 to 8.47e26 in" in caption(figure, **Decay.presets["Too late"])
    assert not figure.reached


@pytest.mark.parametrize("name", SCHEDULES)
def test_the_weight_is_that_of_sgd_with_the_schedule_as_its_lr(figure, name):
    _, weight = frame(figure, schedule=name, lr=2.5, decay=0.04, updates=60).artists["weight"]
    sgd = SGD(lr=every_schedule(2.5, 0.04)[name])
    path = training.run("parabola", sgd, w0=[1.0], steps=60).path[:, 0]
    np.testing.assert_allclose(weight, np.abs(path), rtol=1e-9, atol=1e-300)


@pytest.mark.parametrize("name", SCHEDULES)
def test_the_two_lines_give_the_rates(figure, name):
    values = {"lr": 1.2345678901234567, "decay": 0.0123456789012345, "updates": 300}
    shown = frame(figure, schedule=name, **values)
    assert np.array_equal(two_lines(figure.view["python"]), shown.facts)


def test_the_bold_line_is_the_chosen_one_of_the_thin_lines(figure):
    for name in SCHEDULES:
        artists = frame(figure, schedule=name, decay=0.001).artists
        assert np.array_equal(artists["rate"], artists[name])
        assert artists["updates"] == (1, 0, "10,000")


def test_one_update_is_no_plural(figure):
    caption(figure, decay=1.0)
    assert "halved after 1 update." in figure.why


def named(figure):
    """The schedules whose lines have a name beside their ends, but for the chosen one."""
    return [name for name in SCHEDULES if figure.artists[f"{name} name"].get_text()]


@pytest.mark.parametrize("chosen", SCHEDULES)
def test_the_chosen_schedule_is_named_at_its_lines_end_in_the_colour_of_its_line(figure, chosen):
    for decay in (1e-6, 1e-4, 1e-3):
        figure.set(schedule=chosen, decay=decay)
        name, rate = figure.artists["chosen name"], figure.artists["rate"]
        assert name.get_text() == chosen.replace("_", " ")
        assert name.get_color() == rate.get_color()
        assert name.get_position()[1] == pytest.approx(rate.get_ydata()[-1], abs=1e-6)


def test_of_the_others_only_a_line_that_ends_apart_from_all_is_named(figure):
    figure.set(decay=1e-5)  # after 10,000 updates all have kept nine tenths or more
    assert named(figure) == []
    figure.set(decay=1e-6)  # the warm-up is still at a tenth
    assert named(figure) == ["warm_up"]
    figure.set(decay=1e-3)  # the restarts at a half, the others at a tenth or less
    assert named(figure) == ["cosine_restarts"]
    figure.set(schedule="cosine_restarts")
    assert named(figure) == []
    name, line = (figure.artists[key] for key in ("chosen name", "cosine_restarts"))
    assert name.get_position()[1] == pytest.approx(line.get_ydata()[-1], abs=1e-6)


def test_there_is_room_for_the_longest_name(figure, painted):
    figure.set(schedule="piecewise_constant")
    for narrow in (True, False):
        figure.screen = figure.screen | {"narrow": narrow}
        renderer = figure._canvas.get_renderer()
        name = figure.artists["chosen name"].get_window_extent(renderer)
        others = [axes.get_tightbbox(renderer) for axes in figure._figure.axes[1:]]
        assert name.x1 <= figure._figure.bbox.x1
        assert not any(name.overlaps(box) for box in others)


def test_nothing_redraws_the_still_part(figure):
    assert frame(figure).still == frame(figure, schedule="step", lr=3.0, decay=0.1, updates=50).still

"""The race: do its table, its pictures and its caption agree with runs made in other ways?"""

import re
from functools import cache
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib import metrics, surfaces, training
from course_lib.base import divergence
from course_lib.explorers import Race
from course_lib.explorers.shared import heats, race_view
from course_lib.explorers.shared.heats import (
    COURSES,
    EVERYONE,
    OTHER_COURSES,
    RATES,
    RUNNERS,
    UPDATES,
    heat,
)
from course_lib.explorers.shared.race_view import MOST
from course_lib.explorers.shared.runners import LOOKS
from course_lib.explorers.shared.words import exact, number
from tests.explorers import driving
from tests.explorers.driving import two_lines

SURFACES = [course for course in COURSES + OTHER_COURSES if course != "digits"]
DOCUMENTED = ["ravine", "beale", "noisy_quadratic"]  # nobody finishes; two diverge; there is noise
FOUR = ["sgd", "momentum", "rmsprop", "adam"]


@pytest.fixture(scope="module")
def figure():
    race = Race()
    race.screen = race.screen | {"pixels": 1.0, "text": 1.0}
    return race


@cache
def losses_step_by_step(name, course, lr):
    """The losses above the minimum, without training.run."""
    optimizer, surface = EVERYONE[name].replace(lr=lr), surfaces.get(course)
    w = np.array(surface.start)
    state = optimizer.init(w)
    losses = [surface.value(w)]
    with divergence.allowed():
        for update in range(UPDATES):
            w, state = optimizer.step(w, surface.at(update).gradient(w), state)
            losses.append(surface.value(w))
    return np.array(losses) - surface.minimum


def test_every_surface_that_has_a_minimum_is_a_course():
    assert sorted(SURFACES) == sorted(name for name in surfaces.names() if surfaces.get(name).minima)


def settles_by_hand(losses, line):
    """The update from which on every loss is at or below the line: walked back from the end."""
    finish = np.inf
    for update in reversed(range(len(losses))):
        if not losses[update] <= line:
            break
        finish = update
    return finish


@pytest.mark.parametrize(
    ("course", "rates"),
    [*((course, "tuned") for course in SURFACES), *((course, "documented") for course in DOCUMENTED)],
)
def test_losses_and_finishes_are_those_of_a_loop_written_by_hand(course, rates):
    for name in EVERYONE:
        run = heat(name, course, rates)
        losses = losses_step_by_step(name, course, run.optimizer.lr)
        assert np.array_equal(run.losses, losses[: len(run.losses)])
        assert run.has_diverged == (len(run.losses) <= UPDATES) == (not np.isfinite(losses[-1]))
        assert run.finish == settles_by_hand(losses, losses[0] / 1000)


def test_to_cross_the_line_is_not_to_stay_below_it():
    lion, rmsprop = heat("lion", "beale", "tuned"), heat("rmsprop", "ravine", "tuned")
    assert (lion.losses <= 0.04125).any()
    assert not lion.has_finished
    assert (rmsprop.losses <= 0.000384).argmax() < rmsprop.finish == 134


def test_the_finish_on_the_digits_is_that_of_a_run():
    digits = heats.Digits()
    for name, finishes in [("nadam", True), ("sgd", False)]:
        run = training.run(digits, EVERYONE[name], steps=UPDATES, record_path=False)
        finish = heat(name, "digits", "documented").finish
        assert np.isfinite(finish) == finishes
        assert finish == settles_by_hand(run.losses, 0.5)


def test_documented_rates_are_the_defaults():
    for name, optimizer in EVERYONE.items():
        assert heat(name, "ravine", "documented").optimizer.lr == type(optimizer)().lr


@pytest.mark.parametrize("course", ["ravine", "rosenbrock"])
@pytest.mark.parametrize("name", ["sgd", "nesterov", "adam", "rmsprop"])
def test_no_other_rate_of_the_grid_finishes_before_the_tuned_one(course, name):
    losses = [losses_step_by_step(name, course, lr) for lr in RATES]
    finishes = [settles_by_hand(of_rate, of_rate[0] / 1000) for of_rate in losses]
    ends = [of_rate[-1] for of_rate in losses]
    found, tuned = heats.valley(name, course), heat(name, course, "tuned")
    assert found.finishes.tolist() == finishes
    assert found.width == sum(finish <= UPDATES for finish in finishes)
    assert tuned.finish == min(finishes)
    best = np.argmin(finishes) if found.width else np.nanargmin(ends)
    assert tuned.optimizer.lr == found.best == RATES[best]


def test_the_grid_is_1_2_5_in_each_power_of_ten():
    assert len(RATES) == 19
    assert RATES[:4] == [1e-4, 2e-4, 5e-4, 1e-3]
    assert RATES[-1] == 100
    assert np.diff(np.log(RATES)).max() < np.log(2.51)


def test_on_the_digits_the_rates_beside_the_tuned_one_finish_later():
    best, found = heat("adam", "digits", "tuned"), heats.valley("adam", "digits")
    place = RATES.index(best.optimizer.lr)
    assert found.best == RATES[place]
    assert best.finish == found.finishes[place] == 11
    for lr in (RATES[place - 1], RATES[place + 1]):
        beside = training.run(
            heats.Digits(), RUNNERS["adam"].replace(lr=lr), steps=UPDATES, record_path=False
        )
        assert found.finishes[RATES.index(lr)] == settles_by_hand(beside.losses, 0.5) > best.finish


@pytest.mark.parametrize(("name", "width"), [("sgd", 2), ("nadam", 3), ("adadelta", 0), ("lion", 0)])
def test_the_quickest_rate_is_the_best_of_the_valley(name, width):
    valley = heats.valley(name, "beale")
    assert valley.width == width
    assert heats.quickest(EVERYONE[name], heats.objective("beale")) == valley.best


def test_the_digits_right_on_the_diagonal_are_the_accuracy():
    digits, run = heats.Digits(), heat("nadam", "digits", "documented")
    path = np.asarray(training.run(digits, run.optimizer, steps=UPDATES).path)
    accuracy = metrics.SparseCategoricalAccuracy()
    assert np.array_equal(np.unique(digits.y_test, return_counts=True)[1], run.confusions[0].sum(axis=1))
    for update in (0, 40, UPDATES):
        digits.network.w = path[update]
        right = accuracy(digits.y_test, digits.network.predict(digits.x_test))
        assert run.accuracy(update) == pytest.approx(right, abs=1e-12)
        counted = np.zeros((10, 10))
        for truth, answer in zip(digits.y_test, digits.network.predict_classes(digits.x_test), strict=True):
            counted[truth, answer] += 1
        assert np.array_equal(run.confusions[update], counted)
    assert run.accuracy(0) < 0.2
    assert run.accuracy(UPDATES) > 0.9
    assert run.confusions.sum(axis=2).max() == MOST


@pytest.mark.parametrize("course", ["beale", "digits"])
def test_a_runner_is_shown_until_it_is_home(figure, course):
    figure.set(optimizers=["nesterov", "nadam"], course=course, rates="documented", show="race")
    for name in ("nesterov", "nadam"):
        run, artists = heat(name, course, "documented"), figure.artists
        end = int(min(run.finish, len(run.losses) - 1))
        assert np.array_equal(artists[f"{name} loss"].get_ydata(), run.losses[: end + 1])
        assert artists[f"{name} loss head"].get_xdata().tolist() == [end]
        if course == "digits":
            assert np.array_equal(artists[f"{name} confusion"].get_array(), run.confusions[end])
            assert artists[f"{name} accuracy"].get_text() == f"{100 * run.accuracy(end):.0f}% right"
        else:
            assert artists[f"{name} path"].get_xydata().shape == (end + 1, 2)
            assert np.array_equal(artists[f"{name} path head"].get_xydata()[0], run.points[end])


def test_each_turn_of_a_play_says_what_the_runs_say(figure):
    figure.set(optimizers=list(EVERYONE), course="ravine", rates="tuned", show="race")
    frame = figure.frame(**figure.values)
    for name in EVERYONE:
        run, rows = heat(name, "ravine", "tuned"), frame.turns[f"{name} row"]
        assert list(rows) == list(range(run.end + 1))
        for update, row in rows.items():
            finish = f"{run.finish:.0f}" if update == run.finish else "-"
            assert row.split() == [name, exact(run.optimizer.lr), number(run.losses[update]), finish]
            assert len(row) == 31
        assert frame.turns[f"{name} name"][run.end][0] >= run.finish
        assert figure.artists[f"{name} row"].get_text() == row


def test_on_the_digits_each_turn_has_its_confusions(figure):
    figure.set(optimizers=["nesterov", "nadam"], course="digits", rates="documented", show="race")
    turns, run = figure.frame(**figure.values).turns, heat("nadam", "digits", "documented")
    for update in range(run.end + 1):
        assert np.array_equal(turns["nadam confusion"][update], run.confusions[update])
        assert turns["nadam accuracy"][update] == f"{100 * run.accuracy(update):.0f}% right"


def test_who_diverges_is_said_to_and_drawn_as_far_as_it_is_finite(figure):
    figure.set(optimizers=FOUR, course="beale", rates="documented", show="race")
    assert figure.caption.endswith("; diverged: momentum.")
    row = figure.artists["momentum row"].get_text()
    assert row.split() == ["momentum", "0.01", "diverged", "-"]
    path = figure.artists["momentum path"].get_xydata()
    assert 1 < len(path) < UPDATES
    assert np.isfinite(path).all()
    first, *_ = figure.frame(**figure.values).turns["momentum row"].values()
    assert "diverged" not in first


@pytest.mark.parametrize("course", SURFACES)
def test_the_caption_lists_who_finishes_in_their_order(figure, course):
    caption = driving.caption(figure, optimizers=list(EVERYONE), course=course, rates="tuned", show="race")
    finishes = {}
    for name in EVERYONE:
        losses = losses_step_by_step(name, course, heat(name, course, "tuned").optimizer.lr)
        finishes[name] = settles_by_hand(losses, losses[0] / 1000)
    best = min(finishes.values())
    won, after = re.match(r"Won by (.+) after (\d+) updates? at tuned rates", caption).groups()
    assert int(after) == best
    assert set(re.split(", | and ", won)) == {name for name in EVERYONE if finishes[name] == best}
    told = re.findall(r"(\w+) \((\d+)\)", caption.split("Not in time")[0])
    then = {name: int(finish) for name, finish in told}
    assert then == {name: finish for name, finish in finishes.items() if best < finish <= UPDATES}
    assert list(then.values()) == sorted(then.values())
    assert ("Not in time" in caption) == (max(finishes.values()) > UPDATES)


def test_where_nobody_finishes_the_lowest_loss_is_told_first(figure):
    caption = driving.caption(figure, optimizers=FOUR, course="ravine", rates="documented", show="race")
    losses = {name: heat(name, "ravine", "documented").losses[UPDATES] for name in FOUR}
    leader = min(losses, key=losses.__getitem__)
    assert caption.startswith("Nobody finishes in 200 updates at documented rates (ravine). Not in time: ")
    assert f"Not in time: {leader} (loss {number(losses[leader])})," in caption


def test_on_the_digits_the_caption_tells_the_best_network(figure):
    two = ["nesterov", "nadam"]
    caption = driving.caption(figure, optimizers=two, course="digits", rates="documented", show="race")
    runs = [heat(name, "digits", "documented") for name in two]
    nesterov, nadam = (run.accuracy(int(run.finish)) for run in runs)
    assert nadam > nesterov
    assert caption.endswith(f"Most test digits right: nadam, {100 * nadam:.0f}%.")


@pytest.mark.parametrize("show", ["race", "rates"])
def test_why_states_the_rule(figure, show):
    figure.set(optimizers=FOUR, course="ravine", rates="tuned", show=show)
    assert "from which on its loss stays at or below 0.000384," in figure.why
    assert "Of 19 rates each runs at the first to finish" in figure.why
    figure.set(rates="documented")
    assert "documented rate" in figure.why


# ---- The valley of good rates -----------------------------------------------------------------------------


@pytest.mark.parametrize("course", ["ravine", "booth", "rosenbrock"])
def test_the_valleys_are_as_wide_as_runs_of_every_rate_say(figure, course):
    caption = driving.caption(figure, optimizers=FOUR, course=course, rates="tuned", show="rates")
    widths = {}
    for name in FOUR:
        losses = [losses_step_by_step(name, course, lr) for lr in RATES]
        finishes = [settles_by_hand(of_rate, of_rate[0] / 1000) for of_rate in losses]
        x, y = figure.artists[f"{name} valley"].get_data()
        assert list(x) == RATES
        assert [height for height in y if height <= UPDATES] == [f for f in finishes if f <= UPDATES]
        widths[name] = sum(finish <= UPDATES for finish in finishes)
        assert figure.artists[f"{name} row"].get_text().split()[-1] == str(widths[name])
        assert f"{name} ({widths[name]})" in caption or widths[name] in (0, max(widths.values()))
    widest = max(widths, key=widths.__getitem__)
    assert widest in caption.split(":")[0]
    assert f": {widths[widest]} of 19 rate" in caption


def test_where_no_rate_finishes_the_caption_says_so(figure):
    caption = driving.caption(figure, optimizers=["sgd", "lion"], course="rosenbrock", show="rates")
    assert caption == "At none of 19 rates does any of them finish (rosenbrock)."


def test_the_marker_of_a_valley_is_at_the_rate_that_runs(figure):
    figure.set(optimizers=FOUR, course="ravine", show="rates", rates="documented")
    assert figure.artists["adam rate"].get_xdata() == [0.001]
    figure.set(rates="tuned")
    assert figure.artists["adam rate"].get_xydata().tolist() == [[0.1, 55.0]]


# ---- Names where the curves end ---------------------------------------------------------------------------


@given(st.dictionaries(st.sampled_from(list(EVERYONE)), st.integers(1, UPDATES)), st.integers(1, 80))
def test_no_name_covers_another_or_its_drop(finishes, width):
    lanes = race_view._lanes(finishes, width)
    for (one, lane), (other, another) in permutations(lanes.items(), 2):
        apart = finishes[other] - finishes[one]
        if 0 < apart < width:
            assert another < lane, "the drop of the later one ends above the name of the earlier"
        assert apart or lane != another


@pytest.mark.parametrize("show", ["race", "rates"])
@pytest.mark.parametrize("course", ["ravine", "digits"])
@pytest.mark.usefixtures("painted")
def test_without_optimizers_the_figure_asks_for_one(figure, course, show):
    figure.set(optimizers=[], course=course, show=show)
    assert "Choose at least one optimizer" in figure.caption
    assert figure.artists == {}
    assert not figure.reached
    assert figure.picture()


def test_adam_wins_only_against_three(figure):
    figure.set(optimizers=FOUR, course="beale", rates="tuned", show="race")
    assert figure.reached
    figure.set(optimizers=["sgd", "momentum", "adam"])
    assert not figure.reached
    figure.set(optimizers=[*FOUR, "nesterov"])
    assert not figure.reached
    figure.set(optimizers=FOUR, course="digits", rates="documented")
    assert not figure.reached


@pytest.mark.parametrize(
    ("values", "winner"),
    [
        ({"course": "ravine", "rates": "tuned"}, "sgd"),
        ({"course": "beale", "rates": "documented"}, "sgd"),
        ({"course": "digits", "rates": "documented"}, "momentum"),
    ],
)
def test_the_two_lines_give_the_losses_of_the_winner(figure, values, winner):
    figure.set(optimizers=FOUR, show="race", **values)
    losses = figure.artists[f"{winner} loss"].get_ydata()
    assert np.allclose(two_lines(figure.view["python"]), losses, rtol=1e-9, atol=0)


def test_the_two_lines_name_only_what_is_not_the_default(figure):
    figure.set(optimizers=["nesterov"], course="booth", rates="documented", show="race")
    assert "optimizers.SGD(lr=0.01, momentum=0.9, nesterov=True), steps=33" in figure.view["python"]


def test_no_two_runners_look_alike():
    assert LOOKS.keys() == EVERYONE.keys()
    assert len({(color, line) for color, line, _ in LOOKS.values()}) == len(EVERYONE)
    assert len({marker for *_, marker in LOOKS.values()}) == len(EVERYONE)

"""The race: do its table, its pictures and its caption agree with runs made in other ways?"""

import re

import numpy as np
import pytest

from course_lib import metrics, surfaces, training
from course_lib.base import divergence
from course_lib.explorers.race import LOOKS, MOST, Race
from course_lib.explorers.shared import heats
from course_lib.explorers.shared.heats import (
    COURSES,
    OTHER_COURSES,
    RATES,
    RUNNERS,
    UPDATES,
    finish_line,
    heat,
)
from course_lib.explorers.shared.words import exact, number
from tests.explorers.driving import two_lines

SURFACES = [course for course in COURSES + OTHER_COURSES if course != "digits"]
FOUR = ["sgd", "momentum", "rmsprop", "adam"]


@pytest.fixture(scope="module")
def figure():
    race = Race()
    race.screen = race.screen | {"pixels": 1.0, "text": 1.0}
    return race


def losses_step_by_step(optimizer, surface):
    """The losses above the minimum, without training.run."""
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


@pytest.mark.parametrize("rates", ["documented", "tuned"])
@pytest.mark.parametrize("course", SURFACES)
def test_losses_and_finishes_are_those_of_a_loop_written_by_hand(course, rates):
    for name in RUNNERS:
        run = heat(name, course, rates)
        losses = losses_step_by_step(run.optimizer, surfaces.get(course))
        assert np.array_equal(run.losses, losses[: len(run.losses)])
        assert len(run.losses) == UPDATES + 1 or not np.isfinite(losses[-1])
        there = [update for update, loss in enumerate(losses) if loss <= losses[0] / 1000]
        assert run.finish == (there[0] if there else np.inf)


def test_the_finish_on_the_digits_is_that_of_a_run():
    digits = heats.Digits()
    for name, finishes in [("nadam", True), ("sgd", False)]:
        run = training.run(digits, RUNNERS[name], steps=UPDATES, record_path=False)
        finish = heat(name, "digits", "documented").finish
        assert np.isfinite(finish) == finishes
        assert run.updates_to(0.5) == (finish if finishes else -1)


def test_documented_rates_are_the_defaults():
    for name, optimizer in RUNNERS.items():
        assert heat(name, "ravine", "documented").optimizer.lr == type(optimizer)().lr


@pytest.mark.parametrize("course", ["ravine", "rosenbrock"])
@pytest.mark.parametrize("name", ["sgd", "nesterov", "adam"])
def test_no_other_rate_of_the_grid_ends_lower_than_the_tuned_one(course, name):
    surface, optimizer = surfaces.get(course), RUNNERS[name]
    alone = [type(optimizer).from_config(optimizer.get_config() | {"lr": lr}) for lr in RATES]
    ends = [losses_step_by_step(one, surface)[-1] for one in alone]
    assert heat(name, course, "tuned").optimizer.lr == RATES[np.nanargmin(ends)]
    assert heat(name, course, "tuned").losses[-1] == np.nanmin(ends)


def test_the_grid_is_1_2_5_in_each_power_of_ten():
    assert len(RATES) == 19
    assert RATES[:4] == [1e-4, 2e-4, 5e-4, 1e-3]
    assert RATES[-1] == 100
    assert np.diff(np.log(RATES)).max() < np.log(2.51)


def test_on_the_digits_the_rates_beside_the_tuned_one_end_higher():
    best = heat("adam", "digits", "tuned")
    place = RATES.index(best.optimizer.lr)
    for lr in (RATES[place - 1], RATES[place + 1]):
        beside = training.sweep(heats.Digits(), "adam", steps=UPDATES, record_every=UPDATES, lr=[lr])
        assert beside.losses[-1, 0] > best.losses[-1]


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


@pytest.mark.parametrize("update", [0, 1, 50, UPDATES])
@pytest.mark.parametrize("course", ["beale", "digits"])
def test_frames_show_the_race_up_to_the_update(figure, course, update):
    figure.set(optimizers=["nesterov", "nadam"], course=course, rates="documented", update=update)
    for name in ("nesterov", "nadam"):
        run, artists = heat(name, course, "documented"), figure.artists
        length = min(update + 1, len(run.losses))
        assert np.array_equal(artists[f"{name} loss"].get_ydata(), run.losses[:length])
        assert artists[f"{name} loss head"].get_xdata().tolist() == [length - 1]
        if course == "digits":
            assert np.array_equal(artists[f"{name} confusion"].get_array(), run.confusions[update])
            assert artists[f"{name} accuracy"].get_text() == f"{100 * run.accuracy(update):.0f}% right"
        else:
            assert artists[f"{name} path"].get_xydata().shape == (length, 2)
            assert np.array_equal(artists[f"{name} path head"].get_xydata()[0], run.points[length - 1])


@pytest.mark.parametrize("update", [0, 42, 49, 50, UPDATES])
def test_the_table_says_what_the_runs_say(figure, update):
    figure.set(optimizers=list(RUNNERS), course="ravine", rates="tuned", update=update)
    for name in RUNNERS:
        run = heat(name, "ravine", "tuned")
        finish = str(run.finish) if run.finish <= update else "-"
        row = figure.artists[f"{name} row"].get_text()
        assert row.split() == [name, exact(run.optimizer.lr), number(run.losses[update]), finish]
        assert len(row) == 31


def test_who_diverges_is_said_to_and_drawn_as_far_as_it_is_finite(figure):
    figure.set(optimizers=FOUR, course="beale", rates="documented", update=UPDATES)
    assert "Diverged: momentum." in figure.caption
    row = figure.artists["momentum row"].get_text()
    assert row.split() == ["momentum", "0.01", "diverged", "-"]
    path = figure.artists["momentum path"].get_xydata()
    assert 1 < len(path) < UPDATES
    assert np.isfinite(path).all()
    figure.set(update=3)
    assert "Diverged" not in figure.caption


@pytest.mark.parametrize("course", SURFACES)
def test_the_caption_lists_the_finished_in_their_order(figure, course):
    figure.set(optimizers=list(RUNNERS), course=course, rates="tuned", update=UPDATES)
    places = sorted((heat(name, course, "tuned").finish, name) for name in RUNNERS)
    there = [(finish, name) for finish, name in places if finish <= UPDATES]
    said = figure.caption.split("Finished: ")[1].split(".")[0]
    said = re.sub(" updates?", "", said).replace(" and ", ", ").split(", ")
    assert sorted(said) == sorted(f"{name} after {finish}" for finish, name in there)
    assert [int(words.split()[-1]) for words in said] == [finish for finish, _ in there]
    assert ("Not in time" in figure.caption) == (len(there) < len(places))


def test_before_anyone_is_there_the_lowest_loss_leads(figure):
    caption = figure.set(optimizers=FOUR, course="ravine", rates="tuned", update=20).replace("\n", " ")
    losses = {name: heat(name, "ravine", "tuned").losses[20] for name in FOUR}
    leader = min(losses, key=losses.__getitem__)
    assert f"Nobody has finished. In the lead: {leader}, loss {number(losses[leader])}." in caption


def test_at_update_0_the_race_has_not_begun(figure):
    figure.reset()
    assert "update 0 of 200. The race has not begun" in figure.caption
    assert "At the start: sgd, momentum, rmsprop and adam." in figure.caption
    assert f"a loss of {number(finish_line('ravine'))}." in figure.caption
    assert finish_line("ravine") == pytest.approx(0.384 / 1000)


@pytest.mark.parametrize("course", ["ravine", "digits"])
@pytest.mark.usefixtures("painted")
def test_without_optimizers_the_figure_asks_for_one(figure, course):
    figure.set(optimizers=[], course=course, update=100)
    assert "Choose at least one optimizer" in figure.caption
    assert figure.artists == {}
    assert not figure.reached
    assert figure.picture()


def test_sgd_wins_only_once_it_is_there_and_against_three(figure):
    figure.set(optimizers=FOUR, course="booth", rates="tuned", update=15)
    assert not figure.reached
    figure.set(update=16)
    assert figure.reached
    figure.set(optimizers=["sgd", "momentum", "adam"])
    assert not figure.reached
    figure.set(optimizers=FOUR, course="ravine", update=UPDATES)
    assert not figure.reached


@pytest.mark.parametrize(
    ("values", "leader"),
    [
        ({"course": "ravine", "rates": "tuned", "update": 60}, "adam"),
        ({"course": "beale", "rates": "documented", "update": 150}, "sgd"),
        ({"course": "digits", "rates": "documented", "update": 30}, "momentum"),
    ],
)
def test_the_two_lines_give_the_losses_of_the_leader(figure, values, leader):
    figure.set(optimizers=FOUR, **values)
    losses = figure.artists[f"{leader} loss"].get_ydata()
    assert np.allclose(two_lines(figure.view["python"]), losses, rtol=1e-9, atol=0)


def test_the_two_lines_name_only_what_is_not_the_default(figure):
    figure.set(optimizers=["nesterov"], course="booth", rates="documented", update=10)
    assert "optimizers.SGD(lr=0.01, momentum=0.9, nesterov=True), steps=10" in figure.view["python"]


def test_no_two_runners_look_alike():
    assert LOOKS.keys() == RUNNERS.keys()
    assert len({(color, line) for color, line, _ in LOOKS.values()}) == len(RUNNERS)
    assert len({marker for *_, marker in LOOKS.values()}) == len(RUNNERS)

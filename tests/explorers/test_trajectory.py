"""What the trajectory's frames hold, and whether its captions tell the truth."""

import numpy as np
import pytest

from course_lib import theory, training
from course_lib.explorers import LearningRate, Trajectory
from course_lib.explorers.shared import sgd_in_words
from course_lib.optimizers import SGD
from tests.explorers.driving import two_lines


@pytest.fixture(scope="module")
def figure():
    return Trajectory()


@pytest.mark.parametrize("nesterov", [False, True])
@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("surface", ["parabola", "ravine"])
def test_the_caption_agrees_with_the_limit_on_both_sides(figure, surface, momentum, nesterov):
    limit = float(theory.stability_limit(momentum, nesterov))
    setting = {"surface": surface, "momentum": momentum, "nesterov": nesterov, "decay": 0.0}
    for lr, verdict in [(0.99 * limit, "settles"), (1.01 * limit, "diverges")]:
        figure.set(lr=min(lr, 4.0), **setting)
        run = training.run(surface, SGD(lr=lr, momentum=momentum, nesterov=nesterov), steps=3000)
        assert run.diverged == (verdict == "diverges")
        assert (verdict in figure.caption) or ("zigzags" in figure.caption and verdict == "settles")


def test_exactly_at_the_limit_it_never_settles():
    figure = LearningRate(lr=2.0)
    assert "never settles" in figure.caption
    assert figure.facts.losses[-1] == 0.5


def test_decay_that_saves_a_run_is_announced_for_the_right_update(figure):
    caption = figure.set(surface="parabola", lr=3.0, momentum=0.0, decay=0.05, nesterov=False)
    assert "decay brings the rate down to it by update 10" in caption.replace("\n", " ")
    losses = figure.facts.losses
    assert losses.argmax() == 10
    assert losses[-1] < 1e-6


def test_one_update_suffices_at_one_over_the_curvature():
    figure = LearningRate(lr=1.0)
    assert "a single update takes all of the error away" in figure.caption
    assert "jumps straight to the minimum" in figure.caption
    assert figure.facts.losses[1] == 0


@pytest.mark.parametrize(
    ("decay", "words"),
    [
        (1e-6, "0.9999 of lr after 100 updates; it is halved after 1,000,000"),
        (0.05, "0.1667 of lr after 100 updates; it is halved after 20"),
    ],
)
def test_what_decay_did_is_told_as_a_share_of_lr(figure, decay, words):
    figure.reset()
    assert words in figure.set(decay=decay).replace("\n", " ")


def test_nesterov_at_one_over_the_curvature_needs_two_updates(figure):
    figure.reset()
    caption = figure.set(surface="parabola", lr=1.0, momentum=0.9, nesterov=True).replace("\n", " ")
    assert "jumps over the minimum and back to it. lr is 1/curvature, so two updates take all" in caption
    losses = figure.facts.losses
    assert losses[1] > 0.4
    assert losses[2] < 1e-30


def test_with_decay_two_updates_at_two_rates_do_not_suffice(figure):
    figure.reset()
    caption = figure.set(surface="parabola", lr=1.0, momentum=0.9, nesterov=True, decay=0.1)
    assert "two updates" not in caption
    assert figure.facts.losses[2] > 1e-6


def test_at_the_limit_with_decay_it_settles(figure):
    figure.reset()
    caption = figure.set(surface="parabola", lr=2.0, decay=0.05).replace("\n", " ")
    assert "never settles" not in caption
    assert figure.facts.losses[-1] < 1e-6


def test_a_decay_that_comes_too_late_is_not_said_to_help(figure):
    figure.reset()
    caption = figure.set(surface="parabola", lr=3.0, decay=1e-6).replace("\n", " ")
    assert "diverges" in caption
    assert "only by update 500,000" in caption


def test_directions_that_shrink_alike_are_said_to(figure):
    figure.reset()
    assert "keeps 0.949 of the error, in every direction" in figure.set(momentum=0.9).replace("\n", " ")


def test_a_loss_above_its_start_is_no_divergence_yet(figure):
    values = {"lr": 0.00121, "momentum": 0.97, "decay": 0.0, "nesterov": True}
    frame = figure.frame(surface="rosenbrock", **values)
    assert frame.facts.diverged
    assert "has not come down yet" in frame.caption


def test_a_loss_that_was_above_its_start_did_not_go_downhill(figure):
    values = {"lr": 0.0014, "momentum": 0.92, "decay": 0.0, "nesterov": True}
    for lr, words in [(0.0014, "climbs and falls"), (0.0001, "goes downhill")]:
        frame = figure.frame(surface="rosenbrock", **values | {"lr": lr})
        assert words in frame.caption
        assert (frame.facts.losses.max() > frame.facts.losses[0]) == (words == "climbs and falls")
        assert not frame.facts.diverged


def test_a_rate_a_little_over_the_limit_may_fall_below_it_before_anything_climbs(figure):
    figure.reset()
    assert "begins too fast. lr is over" in figure.set(lr=2.01, decay=0.01)
    assert "climbs first. lr is over" in figure.set(lr=3.0, decay=0.05)


def test_that_each_update_makes_the_error_larger_is_said_only_where_it_does(figure):
    figure.reset()
    for surface, said in [("parabola", True), ("ravine", False)]:
        caption = figure.set(surface=surface, lr=2.001).replace("\n", " ")
        assert "diverges" in caption
        assert ("each update makes the error larger" in caption) == said
        losses = figure.facts.losses
        assert (np.diff(losses) > 0).all() == said


def test_the_surface_is_called_what_the_library_calls_it():
    run = training.run("pixel_regression", SGD(lr=0.1), steps=3)
    assert sgd_in_words.describe(run, []).startswith("pixel_regression: ")


@pytest.mark.parametrize("lr", [0.123, 2.5])
def test_the_two_lines_of_the_parabola_give_its_losses(lr):
    figure = LearningRate(lr=lr, curvature=3.3)
    assert np.array_equal(two_lines(figure.view["python"]), figure.facts.losses)


def test_nesterov_without_momentum_is_said_to_change_nothing(figure):
    figure.reset()
    before = figure.facts.losses
    assert "nesterov changes nothing" in figure.set(nesterov=True, momentum=0.0).replace("\n", " ")
    assert np.array_equal(figure.facts.losses, before)

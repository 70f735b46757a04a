"""What the trajectory's frames hold, and whether its captions tell the truth."""

import numpy as np
import pytest

from course_lib import theory, training
from course_lib.explorers import LearningRate, Trajectory
from course_lib.explorers.shared import sgd_in_words
from course_lib.optimizers import SGD
from tests.explorers.driving import caption, two_lines


@pytest.fixture(scope="module")
def figure():
    return Trajectory()


@pytest.mark.parametrize("nesterov", [False, True])
@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("surface", ["parabola", "ravine"])
def test_the_caption_agrees_with_the_limit_on_both_sides(figure, surface, momentum, nesterov):
    limit = float(theory.stability_limit(momentum, nesterov))
    setting = {"surface": surface, "momentum": momentum, "nesterov": nesterov, "decay": 0.0}
    for lr, verdict in [(0.99 * limit, "settles"), (1.01 * limit, "Diverges")]:
        figure.set(lr=min(lr, 4.0), **setting)
        run = training.run(surface, SGD(lr=lr, momentum=momentum, nesterov=nesterov), steps=3000)
        assert run.diverged == (verdict == "Diverges")
        assert verdict in figure.caption[: figure.caption.index(" at lr ")]


def test_exactly_at_the_limit_it_never_settles():
    figure = LearningRate(lr=2.0)
    assert figure.caption.startswith("Never settles at lr 2 (parabola).")
    assert figure.facts.losses[-1] == 0.5


def test_decay_that_saves_a_run_is_announced_for_the_right_update(figure):
    figure.set(surface="parabola", lr=3.0, momentum=0.0, decay=0.05, nesterov=False)
    assert "decay brings the rate down to it by update 10" in figure.why
    losses = figure.facts.losses
    assert losses.argmax() == 10
    assert losses[-1] < 1e-6


def test_one_update_suffices_at_one_over_the_curvature():
    figure = LearningRate(lr=1.0)
    assert "a single update takes all of the error away" in figure.why
    assert "Jumps straight to the minimum" in figure.caption
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
    figure.set(decay=decay)
    assert words in figure.why


def test_nesterov_at_one_over_the_curvature_needs_two_updates(figure):
    figure.reset()
    said = figure.set(surface="parabola", lr=1.0, momentum=0.9, nesterov=True)
    assert said.startswith("Jumps over the minimum and back to it at lr 1, ")
    assert "lr is 1/curvature, so two updates take all" in figure.why
    losses = figure.facts.losses
    assert losses[1] > 0.4
    assert losses[2] < 1e-30


def test_with_decay_two_updates_at_two_rates_do_not_suffice(figure):
    figure.reset()
    figure.set(surface="parabola", lr=1.0, momentum=0.9, nesterov=True, decay=0.1)
    assert "two updates" not in figure.why
    assert figure.caption.startswith("Swings around the minimum and settles")
    assert figure.facts.losses[2] > 1e-6


@pytest.mark.parametrize(("lr", "verdict"), [(0.3, "Slides down"), (0.99, "Swings"), (1.0, "Swings")])
def test_a_little_nesterov_overshoots_across_the_ravine_next_to_one_over_the_curvature(figure, lr, verdict):
    figure.reset()
    assert figure.set(lr=lr, momentum=0.1, nesterov=True).startswith(verdict)
    assert (figure.facts.path[1:, 1] < 0).any() == (verdict == "Swings")


def test_at_the_limit_with_decay_it_settles(figure):
    figure.reset()
    assert "ever settles" not in figure.set(surface="parabola", lr=2.0, decay=0.05)
    assert figure.facts.losses[-1] < 1e-6


def test_a_decay_that_comes_too_late_is_not_said_to_help(figure):
    figure.reset()
    assert figure.set(surface="parabola", lr=3.0, decay=1e-6).startswith("Diverges")
    assert "only by update 500,000" in figure.why


def test_directions_that_shrink_alike_are_said_to(figure):
    figure.reset()
    figure.set(momentum=0.9)
    assert "keeps 0.949 of the error, in every direction" in figure.why


def test_a_loss_above_its_start_is_no_divergence_yet(figure):
    values = {"lr": 0.00121, "momentum": 0.97, "decay": 0.0, "nesterov": True}
    frame = figure.frame(surface="rosenbrock", start=None, **values)
    assert frame.facts.diverged
    assert frame.caption.startswith("Has not come down yet")


def test_a_loss_that_was_above_its_start_did_not_go_downhill(figure):
    values = {"lr": 0.0014, "momentum": 0.92, "decay": 0.0, "nesterov": True}
    for lr, words in [(0.0014, "Climbs and falls"), (0.0001, "Goes downhill")]:
        frame = figure.frame(surface="rosenbrock", start=None, **values | {"lr": lr})
        assert frame.caption.startswith(words)
        assert (frame.facts.losses.max() > frame.facts.losses[0]) == (words == "Climbs and falls")
        assert not frame.facts.diverged


@pytest.mark.parametrize(
    ("surface", "lr", "decay", "peak", "verdict"),
    [
        ("ravine", 2.01, 0.01, 0, "Begins too fast and settles all the same"),
        ("parabola", 3.0, 0.05, 10, "Climbs first and comes down"),
        ("parabola", 2.02, 1e-4, 100, "Still climbs"),
    ],
)
def test_over_the_limit_the_verdict_depends_on_when_decay_comes(figure, surface, lr, decay, peak, verdict):
    figure.reset()
    assert figure.set(surface=surface, lr=lr, decay=decay).startswith(f"{verdict} at lr ")
    assert figure.facts.losses.argmax() == peak
    assert "lr is over the limit 2/curvature = 2" in figure.why


def test_that_each_update_makes_the_error_larger_is_said_only_where_it_does(figure):
    figure.reset()
    for surface, said in [("parabola", True), ("ravine", False)]:
        assert figure.set(surface=surface, lr=2.001).startswith("Diverges")
        assert ("each update makes the error larger" in figure.why) == said
        losses = figure.facts.losses
        assert (np.diff(losses) > 0).all() == said


def test_the_surface_is_called_what_the_library_calls_it():
    run = training.run("pixel_regression", SGD(lr=0.1), steps=3)
    assert "(pixel_regression)" in sgd_in_words.describe(run, [])


@pytest.mark.parametrize(
    ("surface", "start", "lr", "verdict"),
    [
        ("ravine", (1.0, 0.0), 2.5, "Slides down without overshooting"),  # along the ravine the limit is 40
        ("ravine", (0.0, 0.5), 1.9, "Zigzags and settles"),
        ("ravine", (0.0, 0.5), 2.5, "Diverges"),
        ("ravine", (0.0, 0.0), 2.5, "Stands still"),
        ("parabola", (0.0, 1.0), 2.5, "Stands still"),
        ("rosenbrock", (1.0, 1.0), 2.5, "Stands still"),
        ("ravine", (0.05, 1.2), 2.5, "Diverges"),
    ],
)
def test_the_verdict_is_that_of_the_directions_in_which_the_run_begins(figure, surface, start, lr, verdict):
    figure.reset()
    assert figure.set(surface=surface, start=start, lr=lr).startswith(f"{verdict} at lr {lr}")
    run = training.run(surface, SGD(lr=lr), w0=list(start[: len(figure.facts.w)]), steps=3000)
    assert run.diverged == (verdict == "Diverges")
    assert (run.path == run.path[0]).all() == (verdict == "Stands still")


def test_a_chosen_start_is_told_in_the_caption_and_in_the_two_lines(figure):
    figure.reset()
    assert "(ravine). The loss goes" in figure.caption
    assert "(ravine, from 1.2, -0.35). The loss goes" in caption(figure, start=(1.2, -0.35))
    assert np.array_equal(two_lines(figure.view["python"]), figure.facts.losses)
    assert figure.facts.path[0].tolist() == [1.2, -0.35]
    assert "(ravine)" in Trajectory(only=["lr"], start=(1.2, -0.35)).caption


def test_of_two_numbers_a_parabola_takes_the_first_and_says_so(figure):
    figure.reset()
    assert "only the first number" not in figure.why
    assert "(parabola, from 1.2)" in caption(figure, surface="parabola", start=(1.2, 3.0))
    assert "only the first number counts" in figure.why
    assert figure.facts.path[0].tolist() == [1.2]
    figure.set(surface="ravine")
    assert "only the first number" not in figure.why


def test_the_goal_is_reached_from_the_surfaces_own_start_alone(figure):
    figure.reset()
    figure.set(lr=2.0, momentum=0.5)
    assert figure.reached
    figure.set(start=(-1.6, 0.8))
    assert not figure.reached


@pytest.mark.parametrize("start", [-1.5, 0.05, 1.6])
def test_the_start_of_the_parabola_changes_the_losses_and_not_the_factor(start):
    figure = LearningRate(lr=1.8, start=start)
    own = LearningRate(lr=1.8)
    assert f"Zigzags and settles at lr 1.8 (parabola, from {start:g})." in figure.caption
    assert figure.why == own.why
    np.testing.assert_allclose(figure.facts.losses, own.facts.losses * start**2, rtol=1e-12)
    assert np.array_equal(two_lines(figure.view["python"]), figure.facts.losses)


def test_at_the_minimum_of_the_parabola_nothing_moves():
    figure = LearningRate(lr=2.1, start=0)
    assert figure.caption == "Stands still at lr 2.1 (parabola, from 0). The loss stays at 0."
    assert figure.why.startswith("It begins where the slope is 0. The factor")


def test_the_factor_is_written_beside_its_plot():
    assert LearningRate(lr=1.8).artists["factor here"].get_text() == "= -0.8"


@pytest.mark.parametrize("lr", [0.123, 2.5])
def test_the_two_lines_of_the_parabola_give_its_losses(lr):
    figure = LearningRate(lr=lr, curvature=3.3)
    assert np.array_equal(two_lines(figure.view["python"]), figure.facts.losses)


def test_nesterov_without_momentum_is_said_to_change_nothing(figure):
    figure.reset()
    before = figure.facts.losses
    assert "nesterov changes nothing" in figure.set(nesterov=True, momentum=0.0).replace("\n", " ")
    assert np.array_equal(figure.facts.losses, before)

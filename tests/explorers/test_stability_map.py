"""The stability map's cross-hair: the run it shows, what is said of it, and what it costs."""

import numpy as np
import pytest

from course_lib import theory, training
from course_lib.explorers import StabilityMap
from course_lib.explorers.shared import maps
from course_lib.optimizers import SGD
from tests.explorers.driving import caption, frame, two_lines

BEST_ALONE = {"condition": 100.0, "lr": 200 / 101, "momentum": 0.0}
BEST_PAIR = {"condition": 100.0, "lr": (2 / 1.1) ** 2, "momentum": (9 / 11) ** 2}


@pytest.fixture(scope="module")
def made():
    return StabilityMap()


@pytest.fixture
def figure(made):
    made.reset()
    return made


def test_condition_100_takes_about_700_updates_without_momentum_and_94_with_the_best_pair():
    ravine = maps.surface("ravine", 100.0)
    for settings, updates, factor in [(BEST_ALONE, 691, 99 / 101), (BEST_PAIR, 94, 9 / 11)]:
        sgd = SGD(settings["lr"], settings["momentum"])
        errors = maps.errors(training.run(ravine, sgd, steps=1000))
        assert np.argmax(errors < 1e-6) == pytest.approx(updates, abs=4)
        slowest = max(theory.contraction(settings["lr"] * c, settings["momentum"]) for c in (1.0, 0.01))
        assert slowest == pytest.approx(factor, abs=1e-6)


def test_the_caption_foretells_the_updates_to_a_millionth(figure):
    words = caption(figure, **BEST_ALONE)
    assert "keeps 0.9802 of the error on average, so that 1e-6 is left after about 691." in words


def test_only_the_neighbourhood_of_the_best_pair_reaches_the_goal(figure):
    heavy_ball = maps.measured("ravine", 100.0, 0.0, False, 100) <= 0.87
    assert not (maps.measured("ravine", 100.0, 0.0, True, 100) <= 0.87).any()
    assert 100 < heavy_ball.sum() < 400
    assert np.abs(maps.momenta()[heavy_ball.any(axis=1)] - BEST_PAIR["momentum"]).max() < 0.11
    assert frame(figure, **BEST_PAIR).reached
    assert frame(figure, **BEST_PAIR, updates=300).reached
    assert not frame(figure, **BEST_PAIR | {"condition": 99.0}).reached
    assert not frame(figure, **BEST_PAIR | {"momentum": 0.8}, updates=300).reached


@pytest.mark.parametrize("nesterov", [False, True])
@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
def test_the_caption_is_right_on_both_sides_of_the_limit(figure, momentum, nesterov):
    limit = float(theory.stability_limit(momentum, nesterov))
    for lr, diverges in [(0.98 * limit, False), (1.02 * limit, True)]:
        words = caption(figure, lr=lr, momentum=momentum, nesterov=nesterov, updates=300)
        assert words.startswith("Diverges at lr") == diverges
        assert ("multiplies the error by 1." in words) == diverges
        assert ("updates: each keeps" in words) == (not diverges)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"lr": 1.0, "momentum": 0.5}, "The root farthest out is "),
        ({"lr": 3.5, "momentum": 0.5, "decay": 0.01}, "At the first rate the root farthest out is "),
        ({"lr": 0.02, "momentum": 0.7, "surface": "himmelblau"}, "At the minimum the root farthest out is "),
    ],
)
def test_why_says_how_far_out_the_outermost_root_is(figure, values, words):
    curvatures = frame(figure, **values).facts.objective.curvatures
    lr, momentum = values["lr"], values["momentum"]
    far = max(abs(np.roots([1, lr * c - 1 - momentum, momentum])).max() for c in curvatures)
    assert figure.why.endswith(f"{words}{far:.4g} from the middle.")


def test_the_right_hand_plot_shows_the_run_and_its_average(figure):
    artists = frame(figure, lr=1.0, momentum=0.9).artists
    done, errors = artists["error"]
    sgd = SGD(lr=1.0, momentum=0.9)
    path = training.run("ravine", sgd, steps=100).path  # whose minimum is the origin
    np.testing.assert_allclose(errors, np.hypot(*path.T) / np.hypot(*path[0]))
    np.testing.assert_allclose(done, np.arange(101) / 100)
    assert artists["average"][1][-1] == pytest.approx(max(errors[67:] ** (100 / np.arange(67, 101))))
    assert artists["average name"] == "keeps 0.9489"
    assert artists["updates"] == (1, 0, "100")


def test_the_two_lines_give_the_losses_of_the_run(figure):
    settings = {"lr": 0.001, "momentum": 0.3, "decay": 0.01, "nesterov": True, "updates": 50}
    for surface in StabilityMap.controls["surface"].options:
        losses = frame(figure, surface=surface, condition=30.0, **settings).facts.losses
        assert np.array_equal(two_lines(figure.view["python"]), losses)


def test_the_map_is_run_again_only_for_what_changes_it(figure):
    def cells(**values):
        return frame(figure, **values).artists["cells"]

    last = cells(lr=1.0, momentum=0.5)
    assert cells(lr=2.0, momentum=0.7) is last
    for values in ({"decay": 0.03}, {"nesterov": True}, {"updates": 90}, {"condition": 33.0}):
        again = cells(**values)
        assert not np.array_equal(again, last)
        last = again
    valleys = cells(surface="himmelblau")
    assert cells(condition=35.0) is valleys  # the condition is the ravine's alone


def test_the_still_part_follows_the_surface_alone(figure):
    still = frame(figure).still
    settings = {
        "lr": 0.5,
        "momentum": 0.9,
        "decay": 0.1,
        "nesterov": True,
        "condition": 500.0,
        "updates": 300,
    }
    assert frame(figure, **settings).still == still
    assert frame(figure, surface="rosenbrock").still != still


def test_decay_saves_runs_that_began_over_the_limit(figure):
    values = {"lr": 3.5, "momentum": 0.5}
    assert caption(figure, **values).startswith("Diverges")
    assert caption(figure, decay=0.02).startswith("Climbs first")
    assert frame(figure).artists["error"][1].max() > 3
    assert frame(figure).artists["error"][1][-1] < 1e-6
    lost = [(maps.measured("ravine", 20.0, decay, False, 100) >= 1).sum() for decay in (0.0, 0.005, 0.02)]
    assert lost == sorted(lost, reverse=True)
    assert lost[0] > 2000 > 200 > lost[2]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (
            {"lr": 1.0, "momentum": 0.0, "condition": 1.0},
            "Measured over {updates} updates: nothing is left of the error.",
        ),
        (
            {"surface": "rosenbrock", "lr": 4.0},
            "Measured over {updates} updates: the error leaves the range of numbers. "
            "The cross-hair is off the map.",
        ),
        (
            {"lr": 2.0, "momentum": 0.0, "condition": 1.0},
            "Measured over {updates} updates: each multiplies the error by 1 on average.",
        ),
        (
            {"lr": 1e-5, "momentum": 0.0},
            "keeps 0.999998 of the error on average, so that 1e-6 is left after about 5,760,000. "
            "The cross-hair is off the map.",
        ),
        (
            {"lr": 2.002, "momentum": 0.0},
            "Measured over {updates} updates: each keeps 0.994 of the error on average, so far.",
        ),
        (
            {"lr": 1.5, "nesterov": True},
            "Measured over {updates} updates: each keeps 0.9938 of the error on average, so far.",
        ),
        (
            {"lr": 3.0, "decay": 0.001},
            "Measured over {updates} updates: each keeps 0.7921 of the error on average, so far.",
        ),
    ],
)
def test_what_was_measured_in_words(figure, values, words):
    figure.set(**values)
    assert figure.caption.endswith(words.format(updates=figure.updates))

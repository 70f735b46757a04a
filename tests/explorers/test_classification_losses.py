"""Gradients on the wrong side, the clip's plateau, and the sigmoid unit that is trained."""

import numpy as np
import pytest

from course_lib import training
from course_lib.base.objectives import Objective
from course_lib.explorers import ClassificationLosses
from course_lib.explorers.classification_losses import MOST, OF_ONE_UNIT, OF_TWO_LOGITS, judge, train
from course_lib.optimizers import SGD
from tests.explorers.driving import two_lines

FIRST = {"margin": -10.0, "start": -8.0, "lr": 1.0}


@pytest.fixture(scope="module")
def figure():
    return ClassificationLosses()


def at(figure, **values):
    return figure.frame(**FIRST | values)


def softmax(margin):
    return np.exp([0, margin]) / np.exp([0, margin]).sum()


def loss_by_hand(name, margin):
    wrong, right = softmax(margin)
    return {
        "cross-entropy": np.log1p(np.exp(-margin)),
        "clipped": -np.log(np.clip(right, 1e-7, 1 - 1e-7)),
        "mse": (wrong**2 + (1 - right) ** 2) / 2,
        "hinge": max(1 - margin, 0),
    }[name]


@pytest.mark.parametrize("name", OF_TWO_LOGITS)
@pytest.mark.parametrize("margin", [-19.0, -10.0, -3.3, 0.0, 0.9, 4.0, 19.0])
def test_the_losses_are_those_by_hand(name, margin):
    value, _ = judge(OF_TWO_LOGITS[name], margin)
    assert value == pytest.approx(loss_by_hand(name, margin), rel=1e-6, abs=1e-12)


@pytest.mark.parametrize("name", OF_TWO_LOGITS)
@pytest.mark.parametrize("margin", [-19.0, -10.0, -3.3, 0.0, 0.9, 4.0])
def test_the_norms_are_those_of_the_slope_in_the_margin(name, margin):
    """The gradient is (-s, s) with s the slope in the margin, so its norm is sqrt(2) times that."""
    h = 1e-5
    slope = (loss_by_hand(name, margin + h) - loss_by_hand(name, margin - h)) / (2 * h)
    _, norm = judge(OF_TWO_LOGITS[name], margin)
    assert norm == pytest.approx(np.sqrt(2) * abs(slope), rel=1e-4, abs=1e-9)


def test_the_numbers_of_the_facts(figure):
    norms = {name: norm for name, (_, norm) in at(figure).facts["verdicts"].items()}
    assert norms["cross-entropy"] == pytest.approx(1.414, abs=5e-4)
    assert norms["mse"] == pytest.approx(1.28e-4, abs=5e-7)
    assert "1.414 with cross-entropy," in at(figure).caption
    assert "0.0001284 with mse" in at(figure).caption


def test_clipping_makes_a_plateau_from_16_118_on(figure):
    edge = np.log(1e7 - 1)  # where the softmax is 1e-7
    for margin in (-edge - 0.01, -20.0):
        value, norm = at(figure, margin=margin).facts["verdicts"]["clipped"]
        assert (value, norm) == (pytest.approx(16.118, abs=5e-4), 0)
        assert "stuck at 16.118" in at(figure, margin=margin).why
    before = at(figure, margin=-edge + 0.01)
    assert before.facts["verdicts"]["clipped"][1] == pytest.approx(np.sqrt(2), rel=1e-5)
    assert "stuck" not in before.why


class Unit(Objective):
    """The loss of one sigmoid unit as a function of its sum, for the optimizer's own loop."""

    start, dimensions = (-8.0,), 1

    def __init__(self, name):
        self.name = name

    def value(self, w):
        p = 1 / (1 + np.exp(-w[0]))
        return -np.log(p) if self.name == "cross-entropy" else (1 - p) ** 2

    def gradient(self, w):
        p = 1 / (1 + np.exp(-w))
        return p - 1 if self.name == "cross-entropy" else 2 * (p - 1) * p * (1 - p)


@pytest.mark.parametrize("name", OF_ONE_UNIT)
@pytest.mark.parametrize(("start", "lr"), [(-8.0, 1.0), (-3.0, 0.3), (-6.0, 4.0)])
def test_the_unit_takes_the_path_of_sgd(name, start, lr):
    path = train(OF_ONE_UNIT[name], start, lr)
    run = training.run(Unit(name), SGD(lr=lr), w0=[start], steps=len(path) - 1)
    np.testing.assert_allclose(path, run.path[:, 0], rtol=1e-9, atol=1e-9)
    assert path[-1] > 0
    assert (path[:-1] <= 0).all()


def test_from_minus_8_it_is_9_updates_against_1507(figure):
    frame = at(figure)
    assert [len(path) - 1 for path in frame.facts["paths"].values()] == [9, 1507]
    assert "9 with cross-entropy, 1,507 with mse." in frame.caption
    assert [frame.artists[f"{name} updates"][2] for name in OF_ONE_UNIT] == ["cross-entropy 9", "mse 1,507"]


def test_from_too_far_away_it_says_that_mse_takes_longer(figure):
    frame = at(figure, start=-9.0)
    assert len(frame.facts["paths"]["mse"]) - 1 == MOST
    assert "> 2,000 with mse" in frame.caption
    assert not frame.reached


def test_the_goal_is_100_updates_with_mse(figure):
    counts = {}
    for start in np.linspace(-6, -4, 41):
        frame = at(figure, start=start)
        counts[len(frame.facts["paths"]["mse"]) - 1] = frame.reached
    assert min(counts) <= 100 < max(counts)
    assert all(reached == (count <= 100) for count, reached in counts.items())


@pytest.mark.parametrize("margin", [-18.0, -10.0, 0.0, 0.5, 1.0, 15.0])
def test_the_reasons_are_true(figure, margin):
    frame = at(figure, margin=margin)
    norms = {name: norm for name, (_, norm) in frame.facts["verdicts"].items()}
    assert ("On the right side" in frame.why) == (margin > 0)
    assert (norms["hinge"] == 0) == (margin >= 1)
    if "dies away" in frame.why:
        assert norms["mse"] < norms["cross-entropy"]


EVEN = np.log(9)  # where the softmax is 9/10 and p - y a tenth


@pytest.mark.parametrize(
    ("margin", "verdict"),
    [
        (-16.2, "Clipped and mse let go"),
        (-16.1, "Only mse lets go"),
        (-0.7, "None of the four lets go"),
        (0.9, "None of the four lets go"),
        (1.0, "Only hinge lets go"),
        (EVEN - 0.01, "Mse and hinge let go"),
        (EVEN + 0.01, "All four let go"),
        (20.0, "All four let go"),
    ],
)
def test_the_verdict_names_the_losses_that_let_go(figure, margin, verdict):
    assert at(figure, margin=margin).caption.startswith(f"{verdict} at margin {margin:.10g}, ")


def test_mse_lets_go_where_its_slope_is_a_tenth(figure):
    """The slope of (1 - p)**2 in the margin is 2 p (1 - p)**2, and is 1/10 at two p."""
    p = np.sort(np.roots([2, -4, 2, -0.1]))[:2]  # the third is above 1
    low, high = np.log(p / (1 - p))
    for margin, lets_go in [
        (low - 0.01, True),
        (low + 0.01, False),
        (high - 0.01, False),
        (high + 0.01, True),
    ]:
        verdict, _, _ = at(figure, margin=margin).caption.partition(" at margin")
        assert ("mse" in verdict.lower()) == lets_go


def test_the_dots_lie_on_the_curves(figure):
    frame = at(figure, margin=3.7)
    for name, (value, norm) in frame.facts["verdicts"].items():
        assert frame.artists[f"{name} loss"] == ([3.7], [value])
        assert frame.artists[f"{name} gradient"] == ([3.7], [max(norm, 1e-9)])


@pytest.mark.parametrize("margin", [-10.0, 2.5])
def test_from_logits_the_gradient_is_p_minus_y(figure, margin):
    norm = at(figure, margin=margin).facts["verdicts"]["cross-entropy"][1]
    assert norm == pytest.approx(np.linalg.norm(softmax(margin) - [0, 1]))


def test_the_two_lines_give_losses_gradients_and_both_paths(figure):
    values = {"margin": -7.3, "start": -2.2, "lr": 0.7}
    verdicts, paths = two_lines(figure.python(**values))
    facts = figure.frame(**values).facts
    assert verdicts == list(facts["verdicts"].values())
    for path, expected in zip(paths, facts["paths"].values(), strict=True):
        np.testing.assert_array_equal(path, expected)

"""The edge of stability: curvatures against the eigenvalues of the Hessian, the caption against the edge."""

import itertools

import numpy as np
import pytest

from course_lib.explorers import EdgeOfStability, edge_of_stability
from course_lib.explorers.edge_of_stability import EVERY, UPDATES, FiftyDigits, Trained, trained
from course_lib.questions.edge_of_stability import QUESTIONS, START
from tests.explorers.driving import caption, frame


@pytest.fixture(scope="module")
def figure():
    return EdgeOfStability()


@pytest.fixture(autouse=True)
def reset(figure):
    figure.reset()


def largest_eigenvalue(objective, w, h=1e-4):
    """Of the whole Hessian, measured column by column."""
    nudges = h * np.eye(len(w))
    hessian = (objective.gradient(w[:, None] + nudges) - objective.gradient(w[:, None] - nudges)) / (2 * h)
    return np.linalg.eigvalsh((hessian + hessian.T) / 2)[-1]


def path(lr, momentum):
    """The weights after each update, by the heavy ball's two lines."""
    digits = FiftyDigits()
    w, v = digits.start, 0.0
    for _ in range(UPDATES):
        yield w
        v = momentum * v - lr * digits.gradient(w)
        w = w + v
    yield w


@pytest.mark.parametrize(("lr", "momentum", "worst"), [(4.0, 0.0, 0.1), (6.0, 0.5, 0.2)])
def test_the_curvatures_are_the_largest_eigenvalues_of_the_hessian(lr, momentum, worst):
    digits, run = FiftyDigits(), trained(lr, momentum)
    sampled = range(0, len(run.curvatures), 10)
    visited = list(path(lr, momentum))
    exact = np.array([largest_eigenvalue(digits, visited[EVERY * point]) for point in sampled])
    measured = run.curvatures[::10]
    assert (measured <= exact * (1 + 1e-6)).all()
    np.testing.assert_allclose(measured, exact, rtol=worst)
    assert np.median(measured / exact) == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize(("lr", "momentum"), [(3.0, 0.0), (4.0, 0.0), (6.0, 0.0), (6.0, 0.5), (8.0, 0.6)])
def test_the_curvature_ends_at_the_edge_at_any_rate_that_trains(figure, lr, momentum):
    said = caption(figure, lr=lr, momentum=momentum)
    assert said.startswith("Hovers at the edge at ")
    assert figure.facts.last == pytest.approx(2 * (1 + momentum) / lr, rel=0.1)
    assert figure.facts.losses[-1] < 0.1 * figure.facts.losses[0]


@pytest.mark.parametrize("question", QUESTIONS[:2], ids=lambda question: question.name)
def test_the_network_does_what_the_lesson_asks_for(question):
    draws = itertools.product(*question.again.values())
    for numbers in [question.first, *(dict(zip(question.again, draw, strict=True)) for draw in draws)]:
        assert question.is_right(numbers, str(trained(**numbers).last)), numbers


def test_the_first_curvature_is_the_one_that_the_questions_name():
    assert trained(1.0).curvatures[0] == pytest.approx(START, abs=0.005)


def test_it_comes_there_from_below_and_from_above():
    assert trained(3.0).curvatures[0] < 0.6 * 2 / 3
    assert trained(8.0).curvatures[0] > 1.3 * 2 / 8


def test_beyond_the_edge_the_loss_rises_and_yet_ends_lower(figure):
    small, large = trained(1.0).losses, trained(6.0).losses
    assert (np.diff(small) < 0).all()
    assert (np.diff(large) > 0).sum() > 100
    assert large[-1] < small[-1] / 2
    assert caption(figure, lr=1.0).endswith("and up in 0 of 400 updates.")


def test_small_batches_keep_the_curvature_lower(figure):
    ends = []
    for batch_size in ("50", "25", "10", "5"):
        assert ("noise of small batches" in frame(figure, batch_size=batch_size).why) == (batch_size != "50")
        ends.append(figure.facts.last)
    assert ends == sorted(ends, reverse=True)
    assert ends[-1] < 0.75 * ends[0]
    assert figure.caption.startswith("Stays below the edge at ")


def test_a_rate_too_far_beyond_the_edge_diverges(figure):
    shown = frame(figure, lr=10.0)
    assert shown.caption.startswith("Diverges at lr 10, ")
    assert len(shown.facts.losses) < 20
    assert shown.artists["loss"][1].max() < 1000
    assert not shown.reached


def test_a_small_rate_is_still_on_its_way(figure):
    assert caption(figure, lr=1.0).startswith("Climbs towards the edge at ")
    assert "rises while there is something to learn" in figure.why


@pytest.mark.parametrize(("lr", "reached"), [(6.0, True), (3.0, False), (8.0, False)])
def test_the_goal_takes_the_rate_that_the_edge_with_momentum_asks_for(figure, lr, reached):
    assert frame(figure, lr=lr, momentum=0.5).reached == reached


@pytest.mark.parametrize(
    ("first", "last", "verdict"),
    [
        (1.2, 1.2, "is beyond the edge"),
        (1.2, 1.0, "hovers at the edge"),
        (0.3, 0.5, "climbs towards the edge"),
        (0.5, 0.5, "stays below the edge"),
    ],
)
def test_the_verdict_is_that_of_the_last_updates(first, last, verdict):
    curvatures = np.repeat([first, last], [76, 25])
    run = Trained(np.ones(UPDATES + 1), 2.0 * curvatures)
    assert edge_of_stability._manner(run, edge=2.0) == verdict

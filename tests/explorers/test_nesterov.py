"""Heavy ball and Nesterov side by side: the limits, who is faster where, and what is said of it."""

import numpy as np
import pytest

from course_lib import theory, training
from course_lib.explorers import Nesterov
from course_lib.explorers.shared import maps
from course_lib.optimizers import SGD
from tests.explorers.driving import caption, frame, two_lines


@pytest.fixture(scope="module")
def made():
    return Nesterov()


@pytest.fixture
def figure(made):
    made.reset()
    return made


def test_the_limits_at_momentum_0_9_are_3_8_and_1_357(figure):
    artists = frame(figure).artists
    for kind, limit in [("Heavy ball", 3.8), ("Nesterov", 1.357)]:
        lr, momentum = artists[f"{kind} limit"]
        assert np.interp(0.9, momentum, lr) == pytest.approx(limit, abs=5e-4)
    assert "2(1 + momentum) = 3.8 for the heavy ball" in figure.why
    assert "2(1 + momentum)/(1 + 2 momentum) = 1.357 for Nesterov" in figure.why


@pytest.mark.parametrize(
    ("lr", "words"),
    [
        (1.35, "Both converge, heavy ball faster in the long run"),
        (1.36, "Heavy ball converges, Nesterov diverges"),
        (3.79, "Heavy ball converges, Nesterov diverges"),
        (3.8, "Heavy ball never settles, Nesterov diverges"),
        (3.81, "Both diverge"),
    ],
)
def test_the_caption_agrees_with_long_runs_on_both_sides_of_both_limits(figure, lr, words):
    assert caption(figure, lr=lr).startswith(f"{words} at lr {lr}, momentum 0.9, condition 20")
    if lr != 3.8:
        run = training.run("ravine", SGD(lr, 0.9, nesterov=[False, True]), steps=3000)
        assert run.diverged.tolist() == [words == "Both diverge", not words.startswith("Both converge")]


@pytest.mark.parametrize(
    ("lr", "momentum", "reached"),
    [(1.5, 0.5, False), (1.51, 0.5, True), (2.99, 0.5, True), (3.0, 0.5, False), (2.0, 0.51, False)],
)
def test_the_goal_is_between_the_limits_with_little_momentum(figure, lr, momentum, reached):
    figure.set(lr=lr, momentum=momentum)
    assert figure.reached == reached


def test_without_momentum_the_two_are_the_same(figure):
    artists = frame(figure, momentum=0.0, lr=1.9).artists
    for name in ("cells", "error"):
        heavy_ball, nesterov = (np.asarray(artists[f"{kind} {name}"]) for kind in ("Heavy ball", "Nesterov"))
        rows = slice(0, 1) if name == "cells" else slice(None)
        assert np.array_equal(heavy_ball[rows], nesterov[rows])
    assert "Without momentum the two are the same." in figure.caption
    assert caption(figure, lr=1.9).startswith("Both converge, neither faster at lr 1.9")
    assert caption(figure, lr=2.0).startswith("Both never settle at lr 2")


@pytest.mark.parametrize("condition", [5.0, 20.0, 100.0])
def test_the_dots_are_where_the_runs_with_nesterov_end_nearer(figure, condition):
    artists = frame(figure, condition=condition, updates=300).artists
    heavy_ball, nesterov = (maps.measured("ravine", condition, 0.0, kind, 300) for kind in (False, True))
    columns, rows = np.rint(np.multiply(artists["faster"], [[25], [100]])).astype(int)
    dotted = np.zeros_like(nesterov, dtype=bool)
    dotted[rows, columns - 1] = True
    others = np.zeros_like(dotted)
    others[2::5, 2::5] = True
    others &= ~dotted & (nesterov < 1)
    faster = nesterov < heavy_ball
    assert dotted.sum() >= 20
    assert faster[dotted].mean() > 0.95
    assert faster[others].mean() < 0.15
    assert (heavy_ball - nesterov)[others].max() < 0.002


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"lr": 1.0, "momentum": 0.9}, "Both converge, Nesterov faster in the long run at"),
        (
            {"lr": 1.0, "momentum": 0.5, "condition": 100.0},
            "Both converge, heavy ball faster in the long run at",
        ),
    ],
)
def test_who_is_faster_in_words_and_in_the_long_run(figure, values, words):
    assert caption(figure, **values).startswith(words)
    sgd = SGD(values["lr"], values["momentum"], nesterov=[False, True])
    heavy_ball, nesterov = maps.errors(
        training.run(maps.surface("ravine", values.get("condition", 20.0)), sgd, steps=1000)
    )[-1]
    assert (nesterov < heavy_ball) == ("Nesterov" in words)


def test_both_factors_are_said_those_of_theory_and_those_measured(figure):
    artists = frame(figure, lr=1.0, momentum=0.9).artists
    predicted = [theory.contraction(1 / 20, 0.9, kind) for kind in (False, True)]
    updates = np.arange(67, 101)  # the last third, where the largest root is taken
    measured = [
        max(artists[f"{kind} error"][1][updates] ** (1 / updates)) for kind in ("Heavy ball", "Nesterov")
    ]
    np.testing.assert_allclose(predicted, [np.sqrt(0.9), np.sqrt(0.9 * 0.95)])
    for (heavy_ball, nesterov), text in [(predicted, figure.why), (measured, figure.caption)]:
        assert f"by {heavy_ball:.4g} as heavy ball and {nesterov:.4g} as Nesterov" in text


def test_the_two_lines_give_the_losses_of_both_runs(figure):
    losses = frame(figure, lr=0.7, momentum=0.8, condition=50.0, updates=40).facts.losses
    assert np.array_equal(two_lines(figure.view["python"]), losses)
    assert losses.shape == (41, 2)


def test_nothing_redraws_the_still_part(figure):
    assert frame(figure).still == frame(figure, lr=3.0, momentum=0.1, condition=400.0, updates=200).still

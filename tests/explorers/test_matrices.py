"""The matrix that remembers pairs: each pair's error against a recursion of single numbers."""

import numpy as np
import pytest

from course_lib.associative_memory import AssociativeMemory
from course_lib.explorers.matrices import ADAM, MUON, SGD, UPDATES, Matrices
from tests.explorers.driving import caption, frame, two_lines

BEFORE = 15  # updates of Muon, before the first pair is learnt and jumps to and fro
both_ways = pytest.mark.parametrize("turned", [False, True])


@pytest.fixture(scope="module")
def figure():
    return Matrices()


def facts(figure, **values):
    return frame(figure, **values).facts


def frequencies(ratio):
    p = [ratio**i for i in range(8)]
    return np.array(p) / sum(p)


def polynomial(s, times):
    for _ in range(times):
        s = 3.4445 * s - 4.7750 * s**3 + 2.0315 * s**5
    return s


@both_ways
@pytest.mark.parametrize(("ratio", "iterations"), [(0.5, 5), (0.25, 5), (0.5, 3), (0.5, 0)])
def test_muon_brings_each_pair_nearer_by_what_becomes_of_its_singular_value(
    figure, ratio, iterations, turned
):
    """Of a pair with the error e the gradient has the singular value p * e, whatever the axes are."""
    settings = {"ratio": ratio, "ns_steps": iterations, "turned": turned}
    p, error, expected = frequencies(ratio), np.ones(8), [np.ones(8)]
    for _ in range(BEFORE):
        error = error - 0.05 * polynomial(p * error / np.linalg.norm(p * error), iterations)
        expected.append(error)
    seen = facts(figure, **MUON | settings)
    np.testing.assert_allclose(seen["errors"][:, : BEFORE + 1].T, expected, rtol=1e-5)
    first = polynomial(p / np.linalg.norm(p), iterations)
    np.testing.assert_allclose(seen["update"], np.sort(first)[::-1], rtol=1e-5, atol=1e-8)


@both_ways
def test_sgd_learns_a_pair_the_later_the_rarer_it_is(figure, turned):
    seen = facts(figure, **SGD | {"turned": turned})
    kept = np.abs(1 - 2.0 * frequencies(0.5))
    np.testing.assert_allclose(seen["errors"][:, -1], kept**UPDATES, rtol=1e-9, atol=1e-14)
    expected = np.ceil(np.log(0.1) / np.log(kept))
    assert seen["learnt"].tolist() == np.where(expected <= UPDATES, expected, -1).tolist()


def test_adam_gives_the_64_numbers_equal_steps_and_only_along_the_axes_the_pairs(figure):
    along = facts(figure, **ADAM | {"turned": False})
    assert np.ptp(along["errors"], axis=0).max() < 1e-4
    memory = AssociativeMemory(turned=True)
    signs = np.sign(memory.gradient(np.zeros(64))).reshape(8, 8)
    turned = facts(figure, **ADAM)
    np.testing.assert_allclose(turned["update"], np.linalg.svd(signs)[1], atol=1e-3)
    assert turned["learnt"][0] < along["learnt"][0] < 50
    assert turned["learnt"][-1] == -1


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_sgd_diverges_from_the_limit_of_the_commonest_pair_on(figure, momentum):
    limit = 2 * (1 + momentum) / frequencies(0.5)[0]
    settings = SGD | {"momentum": momentum}
    assert caption(figure, **settings | {"lr": 1.001 * limit}).startswith("Diverges at ")
    growing = figure.facts["errors"][0]
    assert not caption(figure, **settings | {"lr": 0.99 * limit}).startswith("Diverges")
    falling = figure.facts["errors"][0]
    assert growing[-10:].max() > growing[:10].max() * 0.999
    assert falling[-10:].max() < 0.9 * falling[:10].max()


def test_the_caption_counts_what_the_errors_show(figure):
    for preset in figure.presets.values():
        seen = facts(figure, **preset)
        after = [np.flatnonzero(error >= 0.1)[-1] + 1 for error in seen["errors"]]
        there = [updates for updates in after if updates <= UPDATES]
        manner = f"all 8 pairs in {max(there)}" if len(there) == 8 else f"{len(there)} of 8 pairs in 100"
        assert figure.caption.startswith(f"Learns {manner} updates at ")


@pytest.mark.parametrize(("ns_steps", "reached"), [(5, False), (8, True)])
def test_the_goal_takes_more_than_five_iterations_at_any_rate(figure, ns_steps, reached):
    goals = [
        frame(figure, **MUON | {"ratio": 0.25, "ns_steps": ns_steps, "lr": lr}).reached
        for lr in (0.05, 0.06, 0.07, 0.08, 0.1, 0.15, 0.2)
    ]
    assert any(goals) == reached


def test_the_two_lines_give_the_losses_to_the_last_bit(figure):
    for preset in (SGD, ADAM, MUON | {"momentum": 0.95}):
        losses = facts(figure, **preset)["run"].losses
        assert np.array_equal(two_lines(figure.view["python"]), losses)

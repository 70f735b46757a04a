import numpy as np
import pytest

from course_lib import theory, training
from course_lib.optimizers import SGD
from course_lib.surfaces import Parabola, Ravine

MOMENTA = np.array([0, 0.1, 0.3, 0.5, 0.7, 0.9, 0.95])
nesterov_or_not = pytest.mark.parametrize("nesterov", [False, True])


@nesterov_or_not
@pytest.mark.parametrize("curvature", [1.0, 2.5])
def test_runs_converge_just_below_the_stability_limit_and_diverge_just_above(nesterov, curvature):
    share = np.array([[0.99], [1.01]])
    lr = share * theory.stability_limit(MOMENTA, nesterov) / curvature
    sgd = SGD(lr=lr, momentum=MOMENTA, nesterov=nesterov)
    below, above = training.run(Parabola(curvature), sgd, steps=4000, record_path=False).losses[-1]
    assert (below < 1e-6).all()
    assert (above > 1e6).all()


@pytest.mark.parametrize(
    ("momentum", "nesterov", "limit"), [(0, False, 2), (0, True, 2), (0.9, False, 3.8), (0.9, True, 1.357)]
)
def test_the_stability_limits_that_the_course_quotes(momentum, nesterov, limit):
    assert theory.stability_limit(momentum, nesterov) == pytest.approx(limit, abs=5e-4)


@nesterov_or_not
def test_the_error_neither_shrinks_nor_grows_at_the_stability_limit(nesterov):
    limit = theory.stability_limit(MOMENTA, nesterov)
    np.testing.assert_allclose(theory.contraction(limit, MOMENTA, nesterov), 1, rtol=1e-12)


@nesterov_or_not
def test_the_contraction_is_the_long_run_rate_of_a_run(nesterov):
    lr = np.array([[0.02], [0.1], [0.25], [0.5], [1.2], [1.9], [3.0]])
    path = training.run(Parabola(), SGD(lr=lr, momentum=MOMENTA, nesterov=nesterov), steps=600).path[:, 0]
    early, late = (np.abs(path[t - 100 : t]).max(axis=0) for t in (200, 500))  # the crests of the waves
    predicted = theory.contraction(lr, MOMENTA, nesterov)
    seen = (predicted > 0.25) & (predicted < 3)  # the others leave the range of numbers within 500 updates
    assert seen.sum() > 40
    np.testing.assert_allclose((late / early)[seen] ** (1 / 300), predicted[seen], rtol=1e-2)


@nesterov_or_not
def test_the_roots_are_those_of_their_polynomial(nesterov):
    x, momentum = np.random.default_rng(13).uniform([[0], [0]], [[4], [1]], (2, 300))
    found = theory.roots(x, momentum, nesterov)
    assert found.shape == (2, 300)
    for each, c, mu in zip(found.T, 1 - x, momentum, strict=True):
        polynomial = [1, -(1 + mu) * c, mu * c] if nesterov else [1, -(c + mu), mu]
        np.testing.assert_allclose(np.sort_complex(each), np.sort_complex(np.roots(polynomial)), atol=1e-7)


@nesterov_or_not
def test_what_becomes_of_an_error_is_a_mixture_of_the_roots_powers(nesterov):
    """A run's own weights, from its first two on."""
    sgd = SGD(lr=[0.05, 0.4, 1.2], momentum=0.6, nesterov=nesterov)
    w = training.run("parabola", sgd, steps=12).path[:, 0]
    roots = theory.roots([0.05, 0.4, 1.2], 0.6, nesterov)
    for column, z in zip(w.T, roots.T, strict=True):
        mixture = np.linalg.solve([[1, 1], z], column[:2].astype(complex))
        np.testing.assert_allclose((mixture * z ** np.arange(13)[:, None]).sum(axis=1), column, atol=1e-12)


@nesterov_or_not
def test_contraction_and_oscillation_are_those_of_the_updates_matrix(nesterov):
    for x, mu in np.random.default_rng(12).uniform([0, 0], [4, 1], (300, 2)):
        ahead = mu if nesterov else 0
        # One update of (w, v): v = mu * v - x * w, then w = w + v, or w + mu * v - x * w with Nesterov.
        matrix = [[1 - x - ahead * x, mu * (ahead if nesterov else 1)], [-x, mu]]
        roots = np.linalg.eigvals(matrix)
        largest = roots[np.abs(roots).argmax()]
        assert theory.contraction(x, mu, nesterov) == pytest.approx(abs(largest), rel=1e-6)
        assert theory.oscillates(x, mu, nesterov) == (largest.imag != 0 or largest.real < 0)


@pytest.mark.parametrize("momentum", MOMENTA[1:])
def test_an_oscillating_heavy_ball_shrinks_by_the_root_of_its_momentum(momentum):
    edges = (1 - np.sqrt(momentum)) ** 2, (1 + np.sqrt(momentum)) ** 2
    inside = np.linspace(*edges, 22)[1:-1]
    assert theory.oscillates(inside, momentum).all()
    assert not theory.oscillates(0.99 * edges[0], momentum)
    np.testing.assert_allclose(theory.contraction(inside, momentum), np.sqrt(momentum), rtol=1e-12)
    assert theory.contraction(0.99 * edges[0], momentum) > np.sqrt(momentum)


@pytest.mark.parametrize("momentum", MOMENTA[1:])
def test_an_oscillating_nesterov_shrinks_by_the_root_of_momentum_times_what_is_left(momentum):
    first = (1 - momentum) ** 2 / (1 + momentum) ** 2  # (1 - x) (1 + mu)^2 = 4 mu
    inside = np.linspace(first, 1, 12)[1:-1]
    expected = np.sqrt(momentum * (1 - inside))
    np.testing.assert_allclose(theory.contraction(inside, momentum, nesterov=True), expected, rtol=1e-12)


def test_plain_descent_steps_lands_zigzags_and_diverges():
    lr = np.array([0.5, 1.0, 1.5, 2.5])
    assert np.array_equal(theory.contraction(lr), np.abs(1 - lr))
    assert theory.oscillates(lr).tolist() == [False, False, True, True]
    path = training.run(Parabola(), SGD(lr=lr), w0=[1.0], steps=3).path[:, 0]
    assert np.array_equal(path, (1 - lr) ** np.arange(4)[:, None])


def updates_to_a_millionth(condition, sgd, w0):
    path = training.run(Ravine(condition), sgd, w0=w0, steps=1500).path
    error = np.linalg.norm(path, axis=1)
    return np.flatnonzero(error > 1e-6 * error[0])[-1] + 1


BEST_PAIR = SGD(lr=(2 / (1 + 0.1)) ** 2, momentum=(9 / 11) ** 2)  # for curvatures 0.01 and 1


def test_condition_100_takes_plain_descent_about_700_updates_and_the_best_pair_about_94():
    assert updates_to_a_millionth(100, SGD(lr=2 / 1.01), [1, 1]) == pytest.approx(700, abs=15)
    assert updates_to_a_millionth(100, BEST_PAIR, [1, 1]) == pytest.approx(94, abs=2)


def test_the_best_pair_shrinks_both_directions_by_the_same_factor():
    both = theory.contraction(BEST_PAIR.lr * np.array([0.01, 1]), BEST_PAIR.momentum)
    # Both are double roots, where rounding moves the modulus by the root of the precision.
    np.testing.assert_allclose(both, np.sqrt(BEST_PAIR.momentum), rtol=1e-6)
    assert both[0] == pytest.approx(0.818, abs=5e-4)


def test_no_other_rate_or_momentum_beats_the_best_pair():
    lr, momentum = np.linspace(0.01, 4, 200)[:, None], np.linspace(0, 0.99, 100)
    slower = np.maximum(theory.contraction(0.01 * lr, momentum), theory.contraction(lr, momentum))
    assert slower.min() == pytest.approx(0.818, abs=5e-3)
    assert slower.min() >= np.sqrt(BEST_PAIR.momentum) - 1e-12
    assert slower[:, 0].min() == pytest.approx(99 / 101, abs=1e-3)  # no momentum


def test_the_best_momentum_alone_is_not_optimal():
    fast, slow = (
        updates_to_a_millionth(100, SGD(lr=lr, momentum=BEST_PAIR.momentum), [1, 1])
        for lr in (BEST_PAIR.lr, 2 / 1.01)
    )
    assert slow > 1.5 * fast


def test_the_loss_under_a_stable_heavy_ball_may_rise():
    losses = training.run(Parabola(), SGD(lr=0.1, momentum=0.9), w0=[1.0], steps=300).losses
    assert (np.diff(losses) > 0).any()
    assert losses[-1] < 1e-10


def test_a_decay_saves_a_run_that_starts_out_diverging():
    path = training.run(Parabola(), SGD(lr=3, decay=0.05), w0=[1.0], steps=200).path[:, 0]
    assert np.abs(path).argmax() == 10
    assert np.abs(path).max() == pytest.approx(42.3, abs=0.05)
    assert abs(path[-1]) < 1e-12


@pytest.mark.parametrize("function", [theory.stability_limit, theory.contraction, theory.oscillates])
@pytest.mark.parametrize("momentum", [1.0, -0.1, np.nan, "much", [0.5, 2.0]])
def test_a_momentum_outside_its_range_is_refused(function, momentum):
    arguments = [] if function is theory.stability_limit else [0.5]
    with pytest.raises(ValueError, match=r"momentum must be a number in \[0, 1\)"):
        function(*arguments, momentum=momentum)


def test_lists_are_as_good_as_arrays():
    assert np.array_equal(theory.contraction([0.1, 2.5]), theory.contraction(np.array([0.1, 2.5])))


def test_a_switch_that_is_none_is_refused():
    for call in (
        theory.stability_limit,
        lambda *a: theory.contraction(0.1, *a),
        lambda *a: theory.oscillates(0.1, *a),
    ):
        with pytest.raises(ValueError, match="nesterov must be True or False; got 'no'"):
            call(0.5, "no")
